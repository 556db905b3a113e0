import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import { needsThirdPerson } from '#lib/disbursements/policy.ts'
import type { DisbursementView } from '#lib/disbursements/types.ts'
import { formatMoney } from '#lib/money/format.ts'

/** Everything that is known of a disbursement, for its chapter's people. */
export function Facts({ view }: { view: DisbursementView }) {
  const { currency, facts } = view
  const threshold = formatMoney(facts.releaseThresholdMinor, currency)
  const by = (person: string | null, at: Date | null) =>
    person && at ? (
      <>
        {person}, <DateTime at={at} show="minute" />
      </>
    ) : null
  const items = [
    {
      term: 'Campaign',
      detail: <a href={`/campaigns/${view.campaignSlug}`}>{view.campaignTitle}</a>,
    },
    { term: 'Aid group', detail: view.aidGroupName },
    { term: 'It was approved under conditions', detail: view.conditions },
    { term: 'Amount', detail: <Money amountMinor={view.amountMinor} currency={currency} showCode /> },
    {
      term: 'People needed',
      detail: needsThirdPerson(facts)
        ? `Three: it is above the chapter’s threshold of ${threshold}`
        : `Two: it is not above the chapter’s threshold of ${threshold}`,
    },
    { term: 'Requested', detail: by(view.requestedBy, view.requestedAt) },
    { term: 'Approved', detail: by(view.approvedBy, view.approvedAt) },
    { term: 'Sent', detail: by(view.releasedBy, view.releasedAt) },
    {
      term: 'Recorded although',
      detail:
        view.sentDespite &&
        `“${view.sentDespite.asked}” no longer held. The wire was begun before.${view.sentDespite.reason ? ` Of the bank’s statement: ${view.sentDespite.reason}` : ''}`,
    },
    { term: 'Payment reference', detail: view.paymentReference },
    { term: 'Wire reference', detail: view.wireReference },
    {
      term: 'The bank’s fee',
      detail: view.transferFeeMinor === null ? null : <Money amountMinor={view.transferFeeMinor} currency={currency} />,
    },
    { term: 'Confirmed', detail: by(view.confirmedBy, view.confirmedAt) },
    { term: 'Why it ended', detail: view.endedReason },
  ]
  return <DefinitionList items={items.filter(({ detail }) => detail !== null)} />
}
