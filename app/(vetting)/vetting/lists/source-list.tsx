import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { SOURCE_WORDS } from '#components/vetting/source-words.ts'
import type { SourceView } from '#lib/screening/queries.ts'
import { ageWords, count, daysBetween } from './ages.ts'

/** Publishers change their lists several times a week. */
const STALE_DAYS = 7

/** Each publisher with its list in force, how old that is, and what is wrong. */
export function SourceList({ sources, at }: { sources: readonly SourceView[]; at: Date }) {
  return (
    <ul className="grid gap-4 lg:grid-cols-2">
      {sources.map((view) => (
        <li key={view.source} className="flex flex-col gap-2 rounded-md border border-rule bg-sheet p-4">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <h3>{SOURCE_WORDS[view.source]}</h3>
            <StateBadge view={view} at={at} />
          </div>
          <Current view={view} at={at} />
          {view.waiting.map(({ id, importedAt }) => (
            <p key={id}>
              <a href={`/vetting/lists/${id}`} className="font-semibold">
                A list of <DateTime at={importedAt} show="short" /> waits for somebody&rsquo;s word
              </a>
            </p>
          ))}
          {view.failure ? (
            <p className="border-l-6 border-marigold bg-marigold-wash px-3 py-2 wrap-anywhere">
              Not brought in on <DateTime at={view.failure.at} show="minute" />: {view.failure.message}
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function StateBadge({ view, at }: { view: SourceView; at: Date }) {
  if (view.waiting.length > 0) return <Badge tone="attention">Waits for a word</Badge>
  if (view.failure) return <Badge tone="attention">Failing</Badge>
  if (!view.current) return <Badge tone="waiting">Not in use</Badge>
  const isStale =
    view.source !== 'demonstration' && daysBetween(view.confirmedAt ?? view.current.importedAt, at) >= STALE_DAYS
  return isStale ? <Badge tone="attention">Not looked at for a week</Badge> : <Badge tone="active">In force</Badge>
}

function Current({ view: { current, confirmedAt, isFetched }, at }: { view: SourceView; at: Date }) {
  if (!current)
    return <p className="text-ink-soft">No list of this publisher is in force, so nobody is looked for on it.</p>
  const since = current.publishedAt ?? confirmedAt ?? current.importedAt
  return (
    <>
      <p>
        <span className="font-semibold">{ageWords(since, at)}</span>, {current.publishedAt ? 'published' : 'brought in'}{' '}
        <DateTime at={since} show="short" />.{' '}
        <span className="figures">
          {count(current.partyCount, 'party', 'parties')}, {count(current.nameCount, 'name', 'names')}.
        </span>
      </p>
      <p className="text-sm text-ink-soft">
        {confirmedAt ? (
          <>
            Last looked at <DateTime at={confirmedAt} show="minute" />
            {isFetched ? ', fetched daily' : ''}.{' '}
          </>
        ) : null}
        <a href={`/vetting/lists/${current.id}`}>What changed: {changeWords(current)}</a>
      </p>
    </>
  )
}

const changeWords = (of: { addedCount: number; removedCount: number; changedCount: number }) =>
  `${of.addedCount.toLocaleString('en')} new, ${of.removedCount.toLocaleString('en')} gone, ${of.changedCount.toLocaleString('en')} changed`
