import { DateTime } from '#components/ui/date-time.tsx'
import type { LastRun } from '#lib/reconciliation/queries.ts'

/** What the last daily check said, and whether the ledger proved itself in it; rules that are broken are named. */
export function DailyCheck({ run, sentenceNow }: { run: LastRun | null; sentenceNow: string }) {
  if (!run) return <p>The daily check has not run yet; it runs once on each day.</p>
  return (
    <>
      <p>
        The daily check of <DateTime at={run.at} show="minute" /> said{' '}
        {run.sentence === sentenceNow ? 'the same.' : run.sentence}
      </p>
      {run.proof ? <Proof {...run.proof} /> : null}
    </>
  )
}

function Proof({ entries, broken, violations }: NonNullable<LastRun['proof']>) {
  const counted = `${entries.toLocaleString('en-US')} ${entries === 1 ? 'entry' : 'entries'}`
  if (broken === 0)
    return (
      <p>
        It proved the ledger again, row by row: {counted}, every balance is the sum of its transfers, no cent is spent
        twice.
      </p>
    )
  return (
    <>
      <p>
        It proved the ledger again, row by row: of {counted}, {broken === 1 ? 'one row breaks' : `${broken} rows break`}{' '}
        a rule.
      </p>
      <ul className="list-disc pl-5">
        {violations.map(({ rule, detail }) => (
          <li key={`${rule} ${detail}`}>
            {rule} ({detail})
          </li>
        ))}
      </ul>
    </>
  )
}
