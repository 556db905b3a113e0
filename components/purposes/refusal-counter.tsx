import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import type { RefusalCount } from '#lib/purposes/types.ts'
import { GATE_WORDS } from './gate-words.ts'

const YEARS_MAX = 3

/** How often each gate said no, for everybody: figures by gate and year, and nobody's name. */
export function RefusalCounter({ refusals, year }: { refusals: readonly RefusalCount[]; year: number }) {
  const years = [...new Set([year, ...refusals.map((refusal) => refusal.year)])]
    .sort((a, b) => b - a)
    .slice(0, YEARS_MAX)
  const gates = [...new Set(refusals.filter((refusal) => years.includes(refusal.year)).map(({ gate }) => gate))]
  const count = (wanted: number, gate?: string) =>
    refusals
      .filter((refusal) => refusal.year === wanted && (gate === undefined || refusal.gate === gate))
      .reduce((sum, refusal) => sum + refusal.count, 0)
  return (
    <section aria-labelledby="refused" className="flex flex-col gap-3">
      <h2 id="refused">
        Refused at a gate: <span className="figures">{count(year)}</span> this year
      </h2>
      <p className="max-w-prose text-ink-soft">
        Before money is promised and again before it leaves, each of these must be true. Where one was not, the step was
        refused and counted here, by the day. Nobody is named, and no aid group.
      </p>
      <Table
        caption="Refusals by gate and year"
        captionHidden
        rows={gates}
        rowKey={(gate) => gate}
        empty={<EmptyState title="Nothing was refused yet">A refusal is counted on the day it happens.</EmptyState>}
        totalLabel="All gates"
        columns={[
          { key: 'gate', header: 'What must be true', cell: (gate) => GATE_WORDS[gate] },
          ...years.map((one) => ({
            key: String(one),
            header: one,
            align: 'figure' as const,
            cell: (gate: (typeof gates)[number]) => count(one, gate),
            total: count(one),
          })),
        ]}
      />
    </section>
  )
}
