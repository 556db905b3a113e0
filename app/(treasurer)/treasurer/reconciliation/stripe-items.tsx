import { ageOf } from '#components/reconciliation/words.ts'
import { ActionForm } from '#components/ui/action-form.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { StripeItem } from '#lib/reconciliation/types.ts'
import { decide, setAside } from './actions.ts'

type Props = { items: readonly StripeItem[]; hasMore: boolean; decisions: ReadonlySet<string>; at: Date }

/** What Stripe has and our books have not, and the way for a person to say where it belongs. */
export function StripeItems({ items, hasMore, decisions, at }: Props) {
  if (items.length === 0 && !hasMore)
    return (
      <p className="mt-4 text-ink-soft">Every account line of Stripe is in our books, and no event is put aside.</p>
    )
  const open = items.filter(({ id }) => decisions.has(id))
  return (
    <div className="mt-6 flex flex-col gap-6">
      {hasMore ? (
        <p className="max-w-prose">
          Stripe has more new account lines than this page reads at once. They are booked within minutes or shown here
          with a reason; the daily check reads them all.
        </p>
      ) : null}
      {items.length > 0 ? <ItemTable items={items} at={at} /> : null}
      {open.length > 0 ? (
        <ul className="border-t border-rule">
          {open.map((item) => (
            <li key={item.id} className="border-b border-rule py-2">
              <Decision item={item} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function ItemTable({ items, at }: Pick<Props, 'items' | 'at'>) {
  return (
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
  )
}

function Decision({ item: { id, what, amountMinor, currency } }: { item: StripeItem }) {
  const isLine = what === 'transaction'
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm font-semibold wrap-anywhere text-green">
        Decide about {id}
        {amountMinor === null || currency === null ? null : (
          <>
            {', '}
            <Money amountMinor={amountMinor} currency={currency} showCode />
          </>
        )}
      </summary>
      <div className="flex flex-col gap-4 pb-3">
        <p className="max-w-prose text-sm">
          {isLine
            ? 'Where no rule covers it, this posts it to the general fund of the chapter that bears what Stripe charges the account. It cannot be taken back here.'
            : 'An event is tried again by itself for 30 days, so whatever stood against it can be mended first. Set aside for good, it is not tried again and nothing is posted.'}
        </p>
        <ActionForm
          action={isLine ? decide : setAside}
          submitLabel={isLine ? 'Post to the general fund' : 'Set aside for good'}
          submitVariant="secondary"
          submitSize="small"
          label={`Decide about ${id}`}
        >
          <HiddenField name={isLine ? 'transactionId' : 'eventId'} value={id} />
          <TextField name="reason" label="Why" hint="It stays in the audit log." maxLength={500} />
        </ActionForm>
      </div>
    </details>
  )
}
