import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { Money } from '#components/ui/money.tsx'

/** `key` where two lines have the same label. */
type AmountLine = { label: ReactNode; amountMinor: bigint; note?: ReactNode; key?: string }

export type AmountLinesProps = {
  /** What is added up, for screen readers. */
  caption: string
  currency: string
  lines: AmountLine[]
  /** Stands under a rule, as in a ledger. */
  total: AmountLine
  /** What is taken from the total, what remains, and where it went. */
  after?: (AmountLine & { isResult?: boolean })[]
}

/** A small sum as one would write it on paper: lines, a rule, the total. */
export function AmountLines({ caption, currency, lines, total, after = [] }: AmountLinesProps) {
  return (
    <table className="w-full max-w-form border-collapse">
      <caption className="sr-only">{caption}</caption>
      <tbody>
        {lines.map((line) => (
          <Line key={line.key ?? String(line.label)} line={line} currency={currency} />
        ))}
      </tbody>
      <tbody className="border-t-2 border-ink">
        <Line line={total} currency={currency} strong />
        {after.map((line) => (
          <Line key={line.key ?? String(line.label)} line={line} currency={currency} strong={line.isResult ?? false} />
        ))}
      </tbody>
    </table>
  )
}

function Line({ line, currency, strong = false }: { line: AmountLine; currency: string; strong?: boolean }) {
  return (
    <tr className={strong ? 'font-semibold' : undefined}>
      <th scope="row" className={classNames('py-1.5 pr-6 text-start', strong ? 'font-semibold' : 'font-normal')}>
        {line.label}
        {line.note ? <span className="block text-sm font-normal text-ink-soft">{line.note}</span> : null}
      </th>
      <td className="py-1.5 text-end align-top">
        <Money amountMinor={line.amountMinor} currency={currency} />
      </td>
    </tr>
  )
}
