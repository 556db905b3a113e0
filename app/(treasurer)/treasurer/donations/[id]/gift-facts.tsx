import { ENTRY_KIND_TERM } from '#components/reports/entry-kind.ts'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { GiftEntry, GiftView } from '#lib/donations/find-gift.ts'

/** What was paid, what it cost, and where it is. Nothing here says who gave. */
export function GiftFacts({ gift }: { gift: GiftView }) {
  const { currency, settledCurrency, settledMinor, feeMinor, line } = gift
  const money = (amountMinor: bigint, of = currency) => <Money amountMinor={amountMinor} currency={of} showCode />
  const items = [
    { term: 'Campaign', detail: <a href={`/campaigns/${gift.campaignSlug}`}>{gift.campaignTitle}</a> },
    { term: 'Gift', detail: money(gift.giftMinor) },
    { term: 'Covered fee', detail: gift.coverMinor > 0n ? money(gift.coverMinor) : null },
    { term: 'Tip', detail: gift.tipMinor > 0n ? money(gift.tipMinor) : null },
    { term: 'Paid in all', detail: money(gift.totalMinor) },
    { term: 'Settled as', detail: settledCurrency === currency ? null : money(settledMinor, settledCurrency) },
    { term: 'Stripe’s fee', detail: feeMinor === null ? null : money(-feeMinor, settledCurrency) },
    { term: 'Net', detail: feeMinor === null ? null : money(settledMinor - feeMinor, settledCurrency) },
    { term: 'Fund', detail: gift.funds.length > 0 ? gift.funds.map((fund) => fund.name).join(' and ') : null },
    { term: 'Begun', detail: <DateTime at={gift.createdAt} show="minute" /> },
    { term: 'Settled', detail: gift.settledAt && <DateTime at={gift.settledAt} show="minute" /> },
    { term: 'Available at Stripe', detail: line && <DateTime at={line.availableOn} show="minute" /> },
    { term: 'Payout', detail: line?.payoutId ?? null },
    { term: 'Charge', detail: gift.chargeId },
    { term: 'Account line', detail: gift.balanceTransactionId },
  ]
  return <DefinitionList items={items.filter(({ detail }) => detail !== null)} />
}

/** What the books have of the gift and of everything after it. */
export function GiftEntries({ entries }: { entries: readonly GiftEntry[] }) {
  const columns: Column<GiftEntry>[] = [
    { key: 'kind', header: 'Entry', cell: (row) => `${row.entryId}. ${ENTRY_KIND_TERM[row.kind]}` },
    { key: 'fund', header: 'Fund', cell: (row) => row.fundName },
    {
      key: 'money',
      header: 'Money',
      align: 'figure',
      nowrap: true,
      cell: (row) => <Money amountMinor={row.moneyMinor} currency={row.currency} showCode />,
    },
    { key: 'at', header: 'Day', nowrap: true, cell: (row) => <DateTime at={row.effectiveAt} show="short" /> },
    { key: 'source', header: 'Stripe’s account line', nowrap: true, cell: (row) => row.sourceId },
  ]
  return (
    <Table
      caption="Entries of this gift"
      captionHidden
      rows={entries}
      rowKey={(row) => `${row.entryId}-${row.fundId}`}
      columns={columns}
      empty={<EmptyState title="Nothing in the books">A gift is booked when it has settled.</EmptyState>}
    />
  )
}
