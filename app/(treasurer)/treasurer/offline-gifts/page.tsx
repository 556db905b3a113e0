import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { listOfflineGifts, listOfflineTargets } from '#lib/donations/list-offline-gifts.ts'
import { bookPerson } from '../reconciliation/book-person.ts'
import { GiftTable } from './gift-table.tsx'

export const metadata: Metadata = { title: 'Offline gifts' }

const PATH = '/treasurer/offline-gifts'
const DONE: Readonly<Record<string, string>> = {
  record: 'The gift is in the books, undeposited until its bank line is matched.',
  back: 'The gift is taken back; both entries stay in the books.',
}

export default async function OfflineGiftsPage({ searchParams }: { searchParams: Promise<{ done?: string }> }) {
  const actor = await bookPerson(PATH)
  const { done = '' } = await searchParams
  const [gifts, targets] = await Promise.all([listOfflineGifts(actor), listOfflineTargets(actor)])
  return (
    <TreasurerDesk
      title="Offline gifts"
      current={PATH}
      nextAction={
        targets.length > 0
          ? { kind: 'link', href: `${PATH}/new`, label: 'Enter a gift' }
          : { kind: 'unavailable', label: 'Enter a gift', reason: 'Your role here only reads, or no campaign is open.' }
      }
    >
      {DONE[done] ? <Alert kind="done">{DONE[done]}</Alert> : null}
      <p className="max-w-prose text-ink-soft">
        Cash, cheques and transfers. They count like any other gift from the moment they are entered; the bank’s
        statement confirms them.
      </p>
      <GiftTable gifts={gifts} canTakeBack={targets.length > 0} />
    </TreasurerDesk>
  )
}
