import { AmountLines } from '#components/donations/amount-lines.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { PledgeView } from '#lib/donations/types.ts'

const STEP: Record<string, string> = {
  started: 'Begun',
  fell_behind: 'A payment was due',
  payment_failed: 'A payment failed',
  recovered: 'The failed payment was made',
  paused: 'Paused',
  resumed: 'Resumed',
  changed: 'Amount changed',
  card_changed: 'Card changed',
  lapsed: 'Stopped: the payment failed each time it was tried',
  restored: 'Begun again',
  cancelled: 'Ended',
  refund_asked: 'A refund was asked for',
}

/** What a month costs, part by part. */
export function MonthlyAmounts({ pledge }: { pledge: PledgeView }) {
  const { currency, giftMinor, coverMinor, tipMinor, totalMinor, chapterName } = pledge
  const lines = [
    { label: 'Gift', amountMinor: giftMinor },
    { label: 'Card fee, covered by you', amountMinor: coverMinor },
    { label: `Tip for ${chapterName}`, amountMinor: tipMinor },
  ]
  return (
    <AmountLines
      caption="What a month costs"
      currency={currency}
      lines={lines.filter(({ amountMinor }) => amountMinor > 0n)}
      total={{ label: 'A month', amountMinor: totalMinor }}
    />
  )
}

/** What was charged last, what is next, and with which card. */
export function ChargeFacts({ pledge }: { pledge: PledgeView }) {
  const { next, charges, currency, card } = pledge
  const [last] = charges
  return (
    <DefinitionList
      items={[
        {
          term: 'Charged last',
          detail: last ? (
            <>
              <Money amountMinor={last.totalMinor} currency={currency} /> on <DateTime at={last.at} show="minute" />
            </>
          ) : (
            'Nothing yet'
          ),
        },
        {
          term: 'Charged next',
          detail: next ? (
            <>
              <Money amountMinor={next.amountMinor} currency={currency} /> on <DateTime at={next.at} />
            </>
          ) : (
            'Nothing'
          ),
        },
        ...(card ? [{ term: 'Card', detail: `${brandName(card.brand)} ending in ${card.last4}` }] : []),
      ]}
    />
  )
}

/** Every charge that is in the books, with its receipt. */
export function ChargeTable({ pledge: { charges, currency } }: { pledge: PledgeView }) {
  return (
    <Table
      caption="Charges, the newest first"
      captionHidden
      rows={charges}
      rowKey={({ donationId }) => donationId}
      empty={<p>Nothing has been charged yet.</p>}
      columns={[
        { key: 'day', header: 'Day', nowrap: true, cell: ({ at }) => <DateTime at={at} show="short" /> },
        {
          key: 'amount',
          header: 'Amount',
          align: 'figure',
          nowrap: true,
          cell: ({ totalMinor }) => <Money amountMinor={totalMinor} currency={currency} />,
        },
        {
          key: 'receipt',
          header: 'Receipt',
          cell: ({ receiptToken, at }) => (
            <a href={`/receipts/${receiptToken}`} aria-label={`Receipt of ${at.toISOString().slice(0, 10)}`}>
              Receipt
            </a>
          ),
        },
      ]}
    />
  )
}

/** What happened to the pledge, the newest first. */
export function StepList({ steps }: { steps: PledgeView['steps'] }) {
  const shown = steps.filter(({ kind }) => kind !== 'fell_behind')
  if (shown.length === 0) return <p>Nothing yet.</p>
  return (
    <ol className="border-t border-rule">
      {shown.map(({ id, kind, reason, at }) => (
        <li key={id} className="flex flex-wrap justify-between gap-x-6 border-b border-rule py-2">
          <span>
            {STEP[kind] ?? kind}
            {kind === 'paused' && reason === 'campaign' ? ', because the campaign was' : null}
          </span>
          <span className="text-ink-soft">
            <DateTime at={at} show="minute" />
          </span>
        </li>
      ))}
    </ol>
  )
}

/** Stripe writes "amex"; people do not. */
function brandName(brand: string): string {
  return { visa: 'Visa', mastercard: 'Mastercard', amex: 'American Express', discover: 'Discover' }[brand] ?? 'Card'
}
