import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { ExchangeRow } from '#lib/donations/list-exchanges.ts'
import { takeBack } from './actions.ts'

const COLUMNS: Column<ExchangeRow>[] = [
  {
    key: 'what',
    header: 'Exchange',
    cell: ({ campaignTitle, chapterName, rateSource, reversedReason }) => (
      <>
        {campaignTitle ?? 'The chapter’s own'}
        <span className="block text-sm font-normal text-ink-soft">
          {chapterName}. {rateSource}
        </span>
        {reversedReason === null ? null : (
          <span className="mt-1 block text-sm font-normal">
            <Badge tone="stopped">Taken back</Badge> {reversedReason}
          </span>
        )}
      </>
    ),
  },
  {
    ...{ key: 'on', header: 'Day', nowrap: true },
    cell: ({ exchangedOn }) => <DateTime at={exchangedOn} show="short" />,
  },
  {
    ...{ key: 'left', header: 'Left the bank', align: 'figure', nowrap: true },
    cell: ({ from: { amountMinor, feeMinor, currency } }) => (
      <>
        <Money amountMinor={amountMinor} currency={currency} showCode />
        {feeMinor === 0n ? null : (
          <span className="block text-sm text-ink-soft">
            and <Money amountMinor={feeMinor} currency={currency} showCode /> fee
          </span>
        )}
      </>
    ),
  },
  {
    ...{ key: 'arrived', header: 'Arrived', align: 'figure', nowrap: true },
    cell: ({ to }) => <Money amountMinor={to.amountMinor} currency={to.currency} showCode />,
  },
  {
    ...{ key: 'rate', header: 'Rate', align: 'figure', nowrap: true },
    cell: ({ rate, from, to }) => (
      <>
        {rate}
        <span className="block text-sm text-ink-soft">
          {to.currency} for 1 {from.currency}
        </span>
      </>
    ),
  },
  {
    ...{ key: 'gain', header: 'Gain or loss', align: 'figure', nowrap: true },
    cell: ({ gainMinor, to }) => <Money amountMinor={gainMinor} currency={to.currency} showCode />,
  },
]

/** Exchanges that were recorded, with the way to take one back that was entered by mistake. */
export function ExchangeTable({ exchanges }: { exchanges: readonly ExchangeRow[] }) {
  return (
    <Table
      caption={`Exchanges: ${exchanges.length}`}
      rows={exchanges}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title="No exchanges yet">
          Money in another currency than its campaign’s is listed under “Money in another currency” once there is some.
        </EmptyState>
      }
      columns={COLUMNS}
      detail={(row) => (row.mayReverse ? <TakeBack id={row.id} number={exchanges.indexOf(row) + 1} /> : null)}
    />
  )
}

function TakeBack({ id, number }: { id: string; number: number }) {
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm text-ink-soft">Entered by mistake?</summary>
      <div className="max-w-form py-2">
        <ActionForm
          action={takeBack}
          submitLabel="Take this exchange back"
          submitVariant="secondary"
          submitSize="small"
          label={`Take back exchange ${number}`}
        >
          <HiddenField name="exchangeId" value={id} />
          <TextField
            name="reason"
            label="Why"
            hint="Possible while nothing of what arrived is spent. Then enter the exchange as it was."
            maxLength={500}
          />
        </ActionForm>
      </div>
    </details>
  )
}
