import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { OUTCOME_SENTENCE } from '#lib/holds/states.ts'
import type { ChoiceTotal, HoldView } from '#lib/holds/types.ts'

/** When it began and why, what is set aside, who said that it failed. The cause stays at this desk. */
export function HoldFacts({ hold }: { hold: HoldView }) {
  const { currency, failedAt, choiceUntil, redirectedAt, closedAt, curedAt } = hold
  const items = [
    { term: 'Campaign', detail: <a href={`/campaigns/${hold.campaignSlug}`}>{hold.campaignTitle}</a> },
    { term: 'Aid group', detail: <a href={`/vetting/aid-groups/${hold.aidGroupId}`}>{hold.aidGroupName}</a> },
    { term: 'Began', detail: <DateTime at={hold.openedAt} show="minute" /> },
    { term: 'Vetting said then', detail: hold.cause.replaceAll('_', ' ') },
    {
      term: 'Set aside now',
      detail: <Money amountMinor={hold.quarantinedMinor} currency={currency} showCode />,
    },
    {
      term: 'Gifts and pledges',
      detail: hold.pausedCampaign ? ((closedAt ?? curedAt) ? 'Were paused by this hold' : 'Paused by this hold') : null,
    },
    { term: 'Lifted', detail: curedAt && <DateTime at={curedAt} show="minute" /> },
    {
      term: 'Declared failed',
      detail: failedAt && (
        <>
          <DateTime at={failedAt} show="minute" /> by {hold.failedBy}: {hold.failedReason}
        </>
      ),
    },
    { term: 'Confirmed by', detail: hold.confirmedBy },
    {
      term: 'Alternate',
      detail: choiceUntil && (hold.alternateName ?? 'None was named: what is left goes back to its givers'),
    },
    { term: 'Givers choose until', detail: choiceUntil && <DateTime at={choiceUntil} show="minute" /> },
    { term: 'Went on to the alternate', detail: redirectedAt && <DateTime at={redirectedAt} show="minute" /> },
    {
      term: 'Ended',
      detail: closedAt && (
        <>
          <DateTime at={closedAt} show="minute" />. {hold.outcome ? OUTCOME_SENTENCE[hold.outcome] : null}{' '}
          {hold.closedReason}
        </>
      ),
    },
  ]
  return (
    <Panel id="facts" title="Facts">
      <DefinitionList items={items.filter(({ detail }) => detail !== null)} />
    </Panel>
  )
}

/** What givers chose, in totals: who chose what is nobody's business here. */
export function ChoiceTotals({ hold }: { hold: HoldView }) {
  if (hold.totals === null) return null
  const { redirect, refund, open, refunded, byHand, kept } = hold.totals
  const rows: (ChoiceTotal & { what: string })[] = [
    { what: `Goes on to ${hold.alternateName ?? 'the campaign'}`, ...redirect },
    { what: 'Back to the giver', ...refund },
    { what: 'Nothing said yet', ...open },
  ].filter(({ count }) => count > 0)
  const sum = (of: (row: ChoiceTotal) => bigint) => rows.reduce((total, row) => total + of(row), 0n)
  return (
    <Panel
      id="choices"
      title="What givers chose"
      intro="The cents of each gift that were not spent when the window opened. Together they are exactly what givers had in the fund."
    >
      <Table
        caption="Choices by kind"
        captionHidden
        rows={rows}
        rowKey={({ what }) => what}
        totalLabel="Together"
        empty={<EmptyState title="No gifts">Nothing of any gift was left.</EmptyState>}
        columns={[
          { key: 'what', header: 'Choice', cell: ({ what }) => what },
          {
            key: 'gifts',
            header: 'Gifts',
            align: 'figure',
            cell: ({ count }) => count,
            total: String(sum(({ count }) => BigInt(count))),
          },
          {
            key: 'minor',
            header: 'Unspent',
            align: 'figure',
            cell: ({ minor }) => <Money amountMinor={minor} currency={hold.currency} showCode />,
            total: <Money amountMinor={sum(({ minor }) => minor)} currency={hold.currency} showCode />,
          },
        ]}
      />
      <ul className="mt-3">
        <Done what="Refunded to the card" total={refunded} currency={hold.currency} />
        <Done what="Given back by hand" total={byHand} currency={hold.currency} />
        <Done what="Not given back, or let go on by the giver" total={kept} currency={hold.currency} />
      </ul>
    </Panel>
  )
}

function Done({ what, total, currency }: { what: string; total: ChoiceTotal; currency: string }) {
  if (total.count === 0) return null
  return (
    <li>
      {what}: {total.count === 1 ? '1 gift' : `${total.count} gifts`},{' '}
      <Money amountMinor={total.minor} currency={currency} showCode />
    </li>
  )
}

/** What was asked for or approved and never sent. */
export function HeldDisbursements({ hold }: { hold: HoldView }) {
  return (
    <Panel id="disbursements" title="Disbursements that wait" intro="Nothing of these leaves while the hold is open.">
      <Table
        caption="Disbursements to this aid group that were not sent"
        captionHidden
        rows={hold.disbursements}
        rowKey={({ id }) => id}
        empty={<EmptyState title="None">Nothing was asked for that is not sent.</EmptyState>}
        columns={[
          {
            key: 'number',
            header: 'Disbursement',
            cell: ({ id, number }) => <a href={`/treasurer/disbursements/${id}`}>Disbursement {number}</a>,
          },
          {
            key: 'status',
            header: 'State',
            cell: ({ status, isBeingSent }) =>
              isBeingSent ? 'On hold; somebody had begun the wire' : `On hold (${status})`,
          },
          {
            key: 'amount',
            header: 'Amount',
            align: 'figure',
            cell: ({ amountMinor, currency }) => <Money amountMinor={amountMinor} currency={currency} showCode />,
          },
        ]}
      />
    </Panel>
  )
}
