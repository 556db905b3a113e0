import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import type { Dossier } from '#lib/vetting/read-dossier.ts'

type Reference = Dossier['references'][number]

/** Who was asked about the aid group and what they answered. */
export function ReferenceList({ references }: { references: readonly Reference[] }) {
  if (references.length === 0) return <p className="text-ink-soft">No reference is named yet. Two are needed.</p>
  return (
    <ul className="grid gap-5 lg:grid-cols-2">
      {references.map((reference) => (
        <li key={reference.id} className="flex flex-col gap-3 rounded-md border border-rule bg-sheet p-4">
          <div className="flex flex-wrap items-baseline justify-between gap-2">
            <h3>
              <bdi lang={languageOf(reference.name)}>{reference.name}</bdi>
            </h3>
            <Badge tone={toneOf(reference)}>{wordOf(reference)}</Badge>
          </div>
          <p className="text-ink-soft">
            {reference.organization} · {reference.email}
          </p>
          <DefinitionList items={factsOf(reference)} />
        </li>
      ))}
    </ul>
  )
}

function toneOf({ answeredAt, confirms, answer }: Reference): Tone {
  if (answeredAt === null) return 'waiting'
  return confirms && answer?.isIndependent !== false ? 'done' : 'attention'
}

function wordOf({ askedAt, answeredAt, confirms, answer }: Reference): string {
  if (answeredAt === null) return askedAt === null ? 'Not asked yet' : 'Asked'
  if (!confirms) return 'Does not confirm'
  return answer?.isIndependent === false ? 'Not independent' : 'Confirms'
}

function factsOf({ relation, askedAt, answeredAt, answer }: Reference) {
  const told = (text: string) => <span className="whitespace-pre-wrap wrap-anywhere">{text || 'Nothing'}</span>
  return [
    { term: 'Relation, as the aid group says', detail: told(relation) },
    { term: 'Asked', detail: askedAt ? <DateTime at={askedAt} /> : 'Not yet' },
    ...(answeredAt ? [{ term: 'Answered', detail: <DateTime at={answeredAt} show="minute" /> }] : []),
    ...(answer
      ? [
          { term: 'Relation, as they say', detail: told(answer.relation) },
          { term: 'Know it since', detail: told(answer.knownSince) },
          { term: 'What they have seen of its work', detail: told(answer.workSeen) },
          { term: 'Concerns', detail: told(answer.concerns) },
          { term: 'Independent of it', detail: answer.isIndependent ? 'Yes' : 'No' },
        ]
      : []),
  ]
}
