import { ageOf } from '#components/reconciliation/words.ts'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { StripeItem } from '#lib/reconciliation/types.ts'

/** What Stripe has and our books have not. */
export function StripeItems({ items, at }: { items: readonly StripeItem[]; at: Date }) {
  if (items.length === 0)
    return (
      <p className="mt-4 text-ink-soft">Every account line of Stripe is in our books, and no event is put aside.</p>
    )
  return (
    <div className="mt-6">
      <Table
        caption={`At Stripe and not in our books: ${items.length}`}
        rows={items}
        rowKey={({ id }) => id}
        columns={[
          { key: 'id', header: 'What', cell: ({ id }) => <span className="figures wrap-anywhere">{id}</span> },
          { key: 'why', header: 'Why', cell: ({ label }) => label },
          {
            ...{ key: 'amount', header: 'Net', align: 'figure', nowrap: true },
            cell: ({ amountMinor, currency }) =>
              amountMinor === null || currency === null ? null : (
                <Money amountMinor={amountMinor} currency={currency} showCode />
              ),
          },
          { key: 'age', header: 'Age', nowrap: true, cell: (item) => ageOf(item.at, at) },
        ]}
      />
    </div>
  )
}
