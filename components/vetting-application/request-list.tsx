import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { DossierRequest } from '#lib/vetting/read-dossier.ts'
import type { Locale, Part } from '#lib/vetting/types.ts'
import { formWords, type Say, sayDay } from './say.ts'

type RequestListProps = {
  say: Say
  locale: Locale
  requests: readonly DossierRequest[]
  canAnswer: boolean
  answer: FormAction
  href: (part: Part) => string
}

/** What reviewers asked, with what was answered or the field to answer in. */
export function RequestList({ say, locale, requests, canAnswer, answer, href }: RequestListProps) {
  if (requests.length === 0) return null
  return (
    <Panel id="requests" title={say('overview.requests')} {...(canAnswer ? { intro: say('overview.lastAnswer') } : {})}>
      <ul className="flex flex-col gap-6">
        {requests.toReversed().map((request) => (
          <li key={request.id} className="flex flex-col gap-3 border-l-6 border-marigold pl-4">
            <p className="text-sm text-ink-soft">
              {sayDay(locale, request.askedAt)} ·{' '}
              {request.section ? (
                <a href={href(request.section)}>
                  {say('overview.aboutPart', { part: say(`parts.${request.section}`) })}
                </a>
              ) : (
                say('overview.aboutAll')
              )}
            </p>
            <p className="max-w-prose font-semibold whitespace-pre-line">{request.question}</p>
            {request.answer ? (
              <p className="max-w-prose whitespace-pre-line">
                <span className="text-ink-soft">{say('overview.answered')}: </span>
                {request.answer}
              </p>
            ) : canAnswer ? (
              <ActionForm
                action={answer}
                words={formWords(say)}
                submitLabel={say('overview.sendAnswer')}
                label={say('overview.answer')}
              >
                <HiddenField name="requestId" value={request.id} />
                <TextareaField name="answer" label={say('overview.answer')} rows={3} />
              </ActionForm>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
