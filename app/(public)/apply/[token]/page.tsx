import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { StatusSentence, type Tone } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { PartList } from '#components/vetting-application/part-list.tsx'
import { RequestList } from '#components/vetting-application/request-list.tsx'
import { formWords, type Say, sayDay, sayIn } from '#components/vetting-application/say.ts'
import type { ApplicationView } from '#lib/vetting/read-application.ts'
import { type AidGroupStatus, type Part, parts } from '#lib/vetting/types.ts'
import { answer, submit } from './actions.ts'
import { Frame, GonePage } from './frame.tsx'
import { openPage } from './open-page.ts'

type Props = {
  params: Promise<{ token: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

// The address is the key: into no index and to no other site. Forms are sent from here, so our own site may see it.
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await openPage((await params).token)
  const title = page ? page.say('overview.title', { group: page.view.dossier.name }) : sayIn('en')('gone.title')
  return { title, robots: { index: false, follow: false }, referrer: 'same-origin' }
}

const SAID: Record<string, 'overview.saved' | 'overview.submitted' | 'overview.thanks'> = {
  saved: 'overview.saved',
  submitted: 'overview.submitted',
  answered: 'overview.thanks',
}

/** The whole application on one page: how far each part is, what is missing, what reviewers asked. */
export default async function ApplicationPage({ params, searchParams }: Props) {
  const { token } = await params
  const page = await openPage(token)
  if (!page) return <Gone />
  const { say, locale, view, closesAt } = page
  const { done } = await searchParams
  const said = typeof done === 'string' ? SAID[done] : undefined
  const base = `/apply/${token}`
  const href = (part: Part) => `${base}/${part}`
  return (
    <Frame
      say={say}
      locale={locale}
      postTo={`${base}/language`}
      back={base}
      title={say('overview.title', { group: view.dossier.name })}
      lead={say('overview.lead', { chapter: view.chapterName, date: sayDay(locale, closesAt) })}
    >
      {said ? <Alert kind="done">{say(said)}</Alert> : null}
      <Standing say={say} view={view} />
      <RequestList
        say={say}
        locale={locale}
        requests={view.dossier.requests}
        canAnswer={view.dossier.status === 'info_requested'}
        answer={answer.bind(null, token)}
        href={href}
      />
      <section aria-labelledby="parts">
        <h2 id="parts" className="sr-only">
          {say('overview.parts')}
        </h2>
        <PartList say={say} parts={parts} states={view.states} gaps={view.gaps} open={view.open} href={href} />
      </section>
      {view.canSubmit ? (
        <Panel id="submit" title={say('overview.submitTitle')} intro={say('overview.submitText')}>
          <ActionForm
            action={submit.bind(null, token)}
            words={formWords(say)}
            submitLabel={say('overview.submit')}
            submitSize="large"
            submitVariant={view.gaps.length === 0 ? 'primary' : 'secondary'}
            label={say('overview.submitTitle')}
          >
            {view.gaps.length > 0 ? (
              <p className="max-w-prose">
                {say('overview.submitNot')} {missingParts(say, view).join(', ')}.
              </p>
            ) : null}
          </ActionForm>
        </Panel>
      ) : null}
      <p className="max-w-prose text-sm text-ink-soft">{say('site.privacy')}</p>
    </Frame>
  )
}

function Gone() {
  const says = (['en', 'uk'] as const).map((locale) => ({ locale, say: sayIn(locale) }))
  return <GonePage says={says} begin />
}

function missingParts(say: Say, { gaps }: ApplicationView): string[] {
  return parts.filter((part) => gaps.some((gap) => gap.part === part)).map((part) => say(`parts.${part}`))
}

const APPROVED: readonly AidGroupStatus[] = ['approved', 'approved_with_conditions', 'expiring']
const ENDED: readonly AidGroupStatus[] = ['rejected', 'withdrawn', 'suspended', 'rescreen_hit', 'expired']

/** Where the application stands, and what happens next. Why money is held is not told here: a reviewer says it. */
function Standing({ say, view }: { say: Say; view: ApplicationView }) {
  const [tone, key] = standingOf(view)
  const done = parts.filter((part) => view.states[part] === 'complete').length
  return (
    <StatusSentence tone={tone} state={say(`overview.${key}`)}>
      {say(`overview.${key}Text`, { done, all: parts.length })}
    </StatusSentence>
  )
}

type Standing = 'draft' | 'ready' | 'sent' | 'asked' | 'renewal' | 'approved' | 'ended'

function standingOf({ dossier: { status }, canSubmit, gaps, round }: ApplicationView): [Tone, Standing] {
  if (status === 'info_requested') return ['attention', 'asked']
  if (canSubmit && gaps.length === 0) return ['active', 'ready']
  if (canSubmit) return round > 1 ? ['attention', 'renewal'] : ['waiting', 'draft']
  if (APPROVED.includes(status)) return ['done', 'approved']
  return ENDED.includes(status) ? ['stopped', 'ended'] : ['waiting', 'sent']
}
