import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import type { Dossier } from '#lib/vetting/read-dossier.ts'
import { resend } from '../../actions.ts'

type Reference = Dossier['references'][number]

type Props = {
  references: readonly Reference[]
  /** The aid group, where this person may write to its references again; null otherwise. */
  resendFor: string | null
}

/** Who was asked about the aid group and what they answered. */
export function ReferenceList({ references, resendFor }: Props) {
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
          {resendFor !== null && reference.askedAt !== null && reference.answeredAt === null ? (
            <ActionForm
              action={resend}
              submitLabel="Send again"
              submitVariant="secondary"
              submitSize="small"
              label={`Send the question to ${reference.name} again`}
              className="mt-auto flex flex-col gap-3"
            >
              <HiddenField name="aidGroupId" value={resendFor} />
              <HiddenField name="referenceId" value={reference.id} />
            </ActionForm>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function toneOf({ answeredAt, confirms, answer }: Reference): Tone {
  if (answeredAt === null) return 'waiting'
  return confirms && answer?.isIndependent ? 'done' : 'attention'
}

function wordOf({ askedAt, answeredAt, confirms, answer }: Reference): string {
  if (answeredAt === null) return askedAt === null ? 'Not asked yet' : 'Asked'
  if (!confirms) return 'Does not confirm'
  return answer?.isIndependent ? 'Confirms' : 'Not independent'
}

const MAILED = {
  first_reminder: 'Reminded',
  second_reminder: 'Reminded, last time',
  again: 'Sent again',
} as const

function factsOf({ relation, askedAt, answeredAt, answer, mails }: Reference) {
  const told = (text: string) => <span className="whitespace-pre-wrap wrap-anywhere">{text || 'Nothing'}</span>
  return [
    { term: 'Relation, as the aid group says', detail: told(relation) },
    { term: 'Asked', detail: askedAt ? <DateTime at={askedAt} /> : 'Not yet' },
    ...mails.map(({ kind, sentAt }) => ({ term: MAILED[kind], detail: <DateTime at={sentAt} /> })),
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
