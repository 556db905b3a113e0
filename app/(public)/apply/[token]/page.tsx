import type { Metadata } from 'next'
import { Alert } from '#components/ui/alert.tsx'
import { StatusSentence, type Tone } from '#components/ui/badge.tsx'
import { RequestList } from '#components/vetting-application/request-list.tsx'
import { type Say, sayDay, sayIn } from '#components/vetting-application/say.ts'
import type { ApplicationView } from '#lib/vetting/read-application.ts'
import { type AidGroupStatus, type Part, parts } from '#lib/vetting/types.ts'
import { answer } from '../../../application/actions.ts'
import { Frame, GonePage } from '../../../application/frame.tsx'
import { openLinkPage } from '../../../application/open-page.ts'
import { Parts, Submission } from '../../../application/overview.tsx'

type Props = {
  params: Promise<{ token: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

// The address is the key: into no index and to no other site. Forms are sent from here, so our own site may see it.
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await openLinkPage((await params).token)
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
  const page = await openLinkPage(token)
  if (!page) return <Gone />
  const { say, locale, view, base, closesAt } = page
  const { done } = await searchParams
  const said = typeof done === 'string' ? SAID[done] : undefined
  const href = (part: Part) => `${base}/${part}`
  return (
    <Frame
      say={say}
      locale={locale}
      postTo={`${base}/language`}
      back={base}
      title={say('overview.title', { group: view.dossier.name })}
      lead={say('overview.lead', { chapter: view.chapterName, date: closesAt ? sayDay(locale, closesAt) : '' })}
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
      <Parts page={page} />
      <Submission page={page} />
      <p className="max-w-prose text-sm text-ink-soft">{say('site.privacy')}</p>
    </Frame>
  )
}

function Gone() {
  const says = (['en', 'uk'] as const).map((locale) => ({ locale, say: sayIn(locale) }))
  return <GonePage says={says} begin />
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
