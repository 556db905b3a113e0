import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { SECTION_WORDS } from '#components/vetting/section-words.ts'
import { languageOf } from '#components/vetting/written-in.ts'
import { hasRole } from '#lib/auth/policy.ts'
import { db } from '#lib/db/client.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { type Dossier, readDossier } from '#lib/vetting/read-dossier.ts'
import { sectionKinds } from '#lib/vetting/types.ts'
import { answer, ask } from '../../actions.ts'
import { DossierFrame, type DossierPage, loadDossier } from '../dossier-frame.tsx'

export const metadata: Metadata = { title: 'Questions to an aid group' }

type Props = { params: Promise<{ id: string }> }

export default async function QuestionsPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/questions')
  const { requests } = await readDossier(db(), id)
  const names = await personNames(
    db(),
    requests.flatMap(({ askedById, answeredBy }) => [askedById, ...(answeredBy === null ? [] : [answeredBy])]),
  )
  const waiting = requests.filter(({ answeredAt }) => answeredAt === null)
  const answered = requests.filter(({ answeredAt }) => answeredAt !== null).reverse()
  return (
    <DossierFrame {...page} current="/questions">
      <Panel
        id="waiting"
        title="Waiting for an answer"
        intro="The aid group sees these at its link; an organizer of the chapter can answer for it here."
      >
        {waiting.length === 0 ? (
          <EmptyState title="No question waits" />
        ) : (
          <ul className="flex flex-col gap-5">
            {waiting.map((request) => (
              <Question key={request.id} request={request} names={names}>
                <AnswerForm page={page} request={request} />
              </Question>
            ))}
          </ul>
        )}
      </Panel>
      <Panel id="ask" title="Ask a question">
        <AskForm page={page} />
      </Panel>
      {answered.length > 0 ? (
        <Panel id="answered" title="Answered">
          <ul className="flex flex-col gap-5">
            {answered.map((request) => (
              <Question key={request.id} request={request} names={names} />
            ))}
          </ul>
        </Panel>
      ) : null}
    </DossierFrame>
  )
}

type Request = Dossier['requests'][number]
type QuestionProps = { request: Request; names: Map<string, string>; children?: React.ReactNode }

function Question({ request, names, children }: QuestionProps) {
  const { section, question, askedAt, askedById, answeredAt, answeredBy } = request
  return (
    <li className="flex flex-col gap-3 border-l-4 border-edge bg-sheet px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
        <Badge tone={answeredAt ? 'done' : 'waiting'}>{section ? SECTION_WORDS[section].title : 'All of it'}</Badge>
        <span>
          {names.get(askedById) ?? 'Somebody'}, <DateTime at={askedAt} show="minute" />
        </span>
      </p>
      <p className="max-w-prose whitespace-pre-wrap wrap-anywhere font-semibold">{question}</p>
      {answeredAt ? (
        <div className="flex flex-col gap-1">
          <p lang={languageOf(request.answer ?? '')} className="max-w-prose whitespace-pre-wrap wrap-anywhere">
            {request.answer}
          </p>
          <p className="text-sm text-ink-soft">
            {names.get(answeredBy ?? '') ?? 'Somebody'}, <DateTime at={answeredAt} show="minute" />
          </p>
        </div>
      ) : null}
      {children}
    </li>
  )
}

function AnswerForm({ page, request }: { page: DossierPage; request: Request }) {
  if (!hasRole(page.actor, page.group.chapterId, 'organizer', 'vetting_reviewer')) {
    return (
      <p className="text-sm">Only the aid group, or an organizer or vetting reviewer of this chapter, can answer.</p>
    )
  }
  return (
    <details>
      <summary className="min-h-8">Answer for the aid group</summary>
      <ActionForm
        action={answer}
        submitLabel="Save the answer"
        submitVariant="secondary"
        label={`Answer: ${request.question.slice(0, 60)}`}
        className="mt-2 flex max-w-form flex-col gap-4"
      >
        <HiddenField name="aidGroupId" value={page.group.id} />
        <HiddenField name="requestId" value={request.id} />
        <TextareaField name="answer" label="Answer" hint="As the aid group gave it, and how you learned it." rows={3} />
      </ActionForm>
    </details>
  )
}

function AskForm({ page: { actor, group } }: { page: DossierPage }) {
  if (!hasRole(actor, group.chapterId, 'vetting_reviewer')) {
    return <p>Only a vetting reviewer of this chapter can ask.</p>
  }
  if (group.status !== 'in_review' && group.status !== 'info_requested') {
    return <p>Questions are asked while the aid group is in review. It is not now.</p>
  }
  return (
    <ActionForm action={ask} submitLabel="Ask" label="Ask a question">
      <HiddenField name="aidGroupId" value={group.id} />
      <SelectField
        name="section"
        label="About"
        options={[
          { value: '', label: 'All of it' },
          ...sectionKinds.map((kind) => ({ value: kind, label: SECTION_WORDS[kind].title })),
        ]}
      />
      <TextareaField
        name="question"
        label="Question"
        hint="One question at a time is answered best. The aid group reads it as you write it."
        rows={3}
      />
    </ActionForm>
  )
}
