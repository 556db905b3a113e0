import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import type { PublicAidGroup } from '#lib/vetting/types.ts'

const STATE: Record<PublicAidGroup['status'], { word: string; tone: Tone; next: string }> = {
  approved: { word: 'Vetted', tone: 'active', next: 'Money can be sent to it.' },
  paused: { word: 'On hold', tone: 'attention', next: 'Nothing is sent to it until the reviewers have finished.' },
  ended: { word: 'Approval ended', tone: 'stopped', next: 'Nothing is sent to it until it is vetted again.' },
}

/** The aid groups of a campaign, since when they are vetted and until when that holds. */
export function RecipientList({ aidGroups }: { aidGroups: readonly PublicAidGroup[] }) {
  return (
    <ul className="grid gap-6 md:grid-cols-2">
      {aidGroups.map(({ id, slug, name, summary, status, vettedSince, approvedUntil, chapterName }) => (
        <li key={id} className="flex flex-col gap-2 rounded-md border border-rule bg-sheet p-5">
          <h3>
            <a href={`/aid-groups/${slug}`}>{name}</a>
          </h3>
          <p>{summary}</p>
          <p className="text-sm leading-6">
            <Badge tone={STATE[status].tone}>{STATE[status].word}</Badge>{' '}
            {vettedSince ? (
              <>
                since <DateTime at={vettedSince} />
                {approvedUntil && status === 'approved' ? (
                  <>
                    , to be renewed by <DateTime at={approvedUntil} />
                  </>
                ) : null}
                , by reviewers of {chapterName}.{' '}
              </>
            ) : null}
            {STATE[status].next}
          </p>
        </li>
      ))}
    </ul>
  )
}
