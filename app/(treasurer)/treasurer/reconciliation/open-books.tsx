import { ChoiceList } from '#components/reconciliation/choice-list.tsx'
import { ageOf } from '#components/reconciliation/words.ts'
import { ActionForm } from '#components/ui/action-form.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { OpenSides } from '#lib/reconciliation/queries.ts'
import { match } from './actions.ts'

export type BookItem = { key: string; label: string; href: string | null; at: Date; amountMinor: bigint; state: string }

/** What our books have in, or bound for, this account and no line of the bank says. */
export function bookItems(sides: OpenSides): BookItem[] {
  return [
    ...sides.movements.map(({ key, label, href, effectiveAt, amountMinor }) => ({
      ...{ key, label, href, amountMinor, at: effectiveAt, state: 'In the books' },
    })),
    ...sides.facts
      .filter(({ type }) => type !== 'return')
      .map(({ key, label, href, at, amountMinor }) => ({
        key,
        label,
        href,
        at,
        amountMinor,
        state: 'Not in the bank yet',
      })),
  ].sort((one, other) => one.at.getTime() - other.at.getTime())
}

export function OpenBooks({ items, currency, at }: { items: readonly BookItem[]; currency: string; at: Date }) {
  return (
    <Table
      caption={`In our books and on no statement: ${items.length}`}
      rows={items}
      rowKey={({ key }) => key}
      empty={<EmptyState title="Nothing of our books is open">Each entry is on a statement.</EmptyState>}
      columns={[
        { key: 'what', header: 'What', cell: ({ label, href }) => (href ? <a href={href}>{label}</a> : label) },
        {
          ...{ key: 'amount', header: 'Amount', align: 'figure', nowrap: true },
          cell: ({ amountMinor }) => <Money amountMinor={amountMinor} currency={currency} />,
        },
        { key: 'on', header: 'On', nowrap: true, cell: (item) => <DateTime at={item.at} show="short" /> },
        { key: 'age', header: 'Age', nowrap: true, cell: (item) => ageOf(item.at, at) },
        { key: 'state', header: 'State', nowrap: true, cell: ({ state }) => state },
      ]}
    />
  )
}

/** Several lines, several entries: whatever adds up to the same. */
export function MatchByHand({ sides, items }: { sides: OpenSides; items: readonly BookItem[] }) {
  const { id, currency } = sides.account
  const figure = (amountMinor: bigint) => <Money amountMinor={amountMinor} currency={currency} />
  const returns = sides.facts.filter(({ type }) => type === 'return')
  return (
    <details className="border-t border-rule">
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">Match several by hand</summary>
      <ActionForm
        action={match}
        submitLabel="Match what is ticked"
        submitVariant="secondary"
        label="Match several by hand"
        className="flex flex-col gap-6 py-4"
      >
        <HiddenField name="bankAccountId" value={id} />
        <div className="grid gap-6 lg:grid-cols-2">
          <ChoiceList
            name="lineIds"
            label="Lines of the bank"
            empty="No line is open."
            choices={sides.lines.map((line) => ({
              value: line.id,
              label: line.counterparty ?? (line.remittance || 'Without words'),
              note: <DateTime at={line.bookedOn} show="short" />,
              figure: figure(line.amountMinor),
            }))}
          />
          <ChoiceList
            name="keys"
            label="Our books"
            hint="Both sides must add up to the same."
            empty="Nothing of our books is open."
            choices={[...items, ...returns].map((item) => ({
              value: item.key,
              label: item.label,
              note: <DateTime at={item.at} show="short" />,
              figure: figure(item.amountMinor),
            }))}
          />
        </div>
      </ActionForm>
    </details>
  )
}
