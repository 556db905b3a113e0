import { Money } from '#components/ui/money.tsx'
import type { LossBearers } from '#lib/ledger/trace-losses.ts'

const LINES: readonly { key: keyof LossBearers; label: string }[] = [
  { key: 'ownMinor', label: 'The gift’s own cents' },
  { key: 'otherMinor', label: 'Other unspent money of the same fund' },
  { key: 'reserveMinor', label: 'The chapter’s general fund' },
  { key: 'receivableMinor', label: 'The chapter, which owes it to the fund' },
]

/** Who bears what went back: every line that is not zero, and their sum. */
export function Bearers({ bearers, currency }: { bearers: LossBearers; currency: string }) {
  const lines = LINES.filter(({ key }) => bearers[key] > 0n)
  const totalMinor = lines.reduce((sum, { key }) => sum + bearers[key], 0n)
  if (lines.length === 0) return <p>Nobody bears anything: no money is away.</p>
  return (
    <dl className="max-w-form border-t border-rule" aria-label="Who bears it">
      <div className="border-b border-rule py-1.5 text-sm text-ink-soft">
        <dt>Who bears it</dt>
        <dd className="sr-only">In the currency of the fund</dd>
      </div>
      {lines.map(({ key, label }) => (
        <div key={key} className="flex justify-between gap-4 border-b border-rule py-1.5">
          <dt>{label}</dt>
          <dd>
            <Money amountMinor={bearers[key]} currency={currency} showCode />
          </dd>
        </div>
      ))}
      <div className="mt-1 flex justify-between gap-4 border-t-2 border-ink py-1.5 font-semibold">
        <dt>Together</dt>
        <dd>
          <Money amountMinor={totalMinor} currency={currency} showCode />
        </dd>
      </div>
    </dl>
  )
}
