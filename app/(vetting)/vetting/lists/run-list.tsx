import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Progress } from '#components/ui/progress.tsx'
import { SOURCE_WORDS } from '#components/vetting/source-words.ts'
import type { RunView } from '#lib/screening/queries.ts'
import { count } from './ages.ts'
import { KeepFresh } from './keep-fresh.tsx'

/** The last passes over every aid group; one that runs says how far it is, and the page keeps asking. */
export function RunList({ runs }: { runs: readonly RunView[] }) {
  if (runs.length === 0) return <EmptyState title="Nobody has been screened yet">The first list starts it.</EmptyState>
  const isRunning = runs.some(({ finishedAt }) => finishedAt === null)
  return (
    <div className="flex flex-col gap-4">
      {isRunning ? <KeepFresh /> : null}
      <ul className="flex flex-col gap-4">
        {runs.map((run) => (
          <li key={run.id} className="flex flex-col gap-2 border-b border-rule pb-4">
            <p>
              <span className="font-semibold">{causeWords(run)}</span>, <DateTime at={run.startedAt} show="minute" />
            </p>
            {run.finishedAt ? (
              <p className="text-ink-soft">
                {run.done === 0 && run.total > 0
                  ? 'A newer run did this work.'
                  : `${count(run.done, 'aid group', 'aid groups')} screened, ${count(run.hits, 'hit', 'hits')} open.`}
              </p>
            ) : (
              <Progress
                label="Aid groups screened again"
                value={run.done}
                max={Math.max(1, run.total)}
                valueText={`${run.done.toLocaleString('en')} of ${run.total.toLocaleString('en')} aid groups, ${count(run.hits, 'hit', 'hits')} open`}
              />
            )}
          </li>
        ))}
      </ul>
      {isRunning ? (
        <p>
          <a href="/vetting/lists#runs">Look again</a>
        </p>
      ) : null}
    </div>
  )
}

function causeWords({ cause, source }: RunView): string {
  if (source) return `New list: ${SOURCE_WORDS[source]}`
  return cause === 'by_hand' ? 'Started by hand' : 'Everyone again'
}
