import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { type ExchangeForm, findExchangeForm } from '#lib/donations/list-exchanges.ts'
import { AppError } from '#lib/errors.ts'
import { deskTreasurer } from '../../donations/desk-treasurer.ts'
import { ExchangeFields } from './exchange-fields.tsx'

export const metadata: Metadata = { title: 'Record an exchange' }

const DESK = '/treasurer/exchanges'

export default async function NewExchangePage({ searchParams }: { searchParams: Promise<{ purse?: string }> }) {
  const { purse = '' } = await searchParams
  const actor = await deskTreasurer(`${DESK}/new?purse=${encodeURIComponent(purse)}`)
  const form = await formOf(actor, purse)
  return (
    <TreasurerDesk
      title="Record an exchange"
      current="/treasurer"
      crumbs={[
        { label: 'Overview', href: '/treasurer' },
        { label: 'Exchanges', href: DESK },
      ]}
    >
      <PurseFacts form={form} />
      {form.frozen ? (
        <Alert kind="attention" title="This money stays where it is for now">
          No aid group of this campaign may be paid: its vetting has to be renewed first. Until then nothing of the
          campaign is exchanged.
        </Alert>
      ) : form.hasMinor <= 0n ? (
        <Alert kind="note" title="Nothing of this purse is in a bank">
          Stripe pays it out to the bank first. An exchange is recorded from what the bank had.
        </Alert>
      ) : (
        <ExchangeFields form={form} />
      )}
    </TreasurerDesk>
  )
}

/** To anybody but a treasurer of its chapter the purse does not exist. */
async function formOf(actor: UserActor, purse: string): Promise<ExchangeForm> {
  if (!/^\d{1,15}$/.test(purse)) notFound()
  try {
    return await findExchangeForm(actor, BigInt(purse))
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  }
}

function PurseFacts({ form: { purse, hasMinor } }: { form: ExchangeForm }) {
  const { campaignTitle, chapterName, currency, neededCurrency } = purse
  const whose = campaignTitle ?? `${chapterName}’s own`
  return (
    <DefinitionList
      items={[
        { term: 'Purse', detail: `${whose}, in ${currency}` },
        { term: 'Can be exchanged', detail: <Money amountMinor={hasMinor} currency={currency} showCode /> },
        { term: 'Goes to', detail: `${whose}, in ${neededCurrency}, which is what it sends` },
      ]}
    />
  )
}
