import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { listExchanges } from '#lib/donations/list-exchanges.ts'
import { deskTreasurer } from '../donations/desk-treasurer.ts'
import { PursesPanel } from '../purses-panel.tsx'
import { ExchangeTable } from './exchange-table.tsx'

export const metadata: Metadata = { title: 'Exchanges' }

const PATH = '/treasurer/exchanges'
const DONE: Readonly<Record<string, string>> = {
  record: 'The exchange is in the books. Match both bank lines when their statements are in.',
  back: 'The exchange is taken back; both entries stay in the books.',
}

export default async function ExchangesPage({ searchParams }: { searchParams: Promise<{ done?: string }> }) {
  const actor = await deskTreasurer(PATH)
  const { done = '' } = await searchParams
  const exchanges = await listExchanges(actor)
  return (
    <TreasurerDesk title="Exchanges" current="/treasurer" crumbs={[{ label: 'Overview', href: '/treasurer' }]}>
      {DONE[done] ? <Alert kind="done">{DONE[done]}</Alert> : null}
      <p className="max-w-prose text-ink-soft">
        The bank changes money; here you write down what it did. What the money was worth when it was given stays as it
        was: the difference is a gain or a loss of the day of the exchange.
      </p>
      <PursesPanel actor={actor} withoutLink />
      <ExchangeTable exchanges={exchanges} />
    </TreasurerDesk>
  )
}
