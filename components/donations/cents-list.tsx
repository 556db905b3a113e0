import { Money } from '#components/ui/money.tsx'
import { formatMoney } from '#lib/money/format.ts'
import type { CentsRow } from './describe-cents.ts'

export type CentsListProps = { rows: readonly CentsRow[]; currency: string }

/** What a gift's cents did, one line for each fate, in the donor's words. */
export function CentsList({ rows, currency }: CentsListProps) {
  return (
    <ul className="border-t border-rule">
      {rows.map((row) => (
        <li key={row.key} className="grid grid-cols-[7rem_1fr] gap-x-4 border-b border-rule py-2">
          <Money amountMinor={row.amountMinor} currency={currency} className="text-end font-semibold" />
          <span>
            {fateOf(row, currency)}
            {row.href ? (
              <>
                {' '}
                <a href={row.href}>See it</a>
              </>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

function fateOf({ state, label, isOther, aheadMinor }: CentsRow, currency: string): string {
  if (state === 'spent' && isOther && label) return `${label}.`
  if (state === 'spent') return label ? `Sent: ${label}.` : 'Sent, with cents of others.'
  if (state === 'promised') return label ? `Promised: ${label}.` : 'Promised to an approved purchase.'
  if (aheadMinor === 0n) return 'Left in the purse. These are the next cents to be sent.'
  return `Left in the purse. ${formatMoney(aheadMinor, currency)} that came earlier is sent first.`
}
