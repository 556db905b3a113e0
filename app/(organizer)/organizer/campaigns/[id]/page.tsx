import type { Metadata } from 'next'
import { CampaignPreview } from '#components/campaigns/campaign-preview.tsx'
import { CampaignStatusSentence } from '#components/campaigns/campaign-status.tsx'
import { HistoryTable } from '#components/campaigns/history-table.tsx'
import { RichText } from '#components/campaigns/rich-text.tsx'
import { PledgeSummaryTable } from '#components/donations/pledge-summary.tsx'
import { HoldBanner } from '#components/holds/hold-banner.tsx'
import type { NextAction } from '#components/shell/desk-shell.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { actionsFor } from '#lib/campaigns/policy.ts'
import { findCampaign } from '#lib/campaigns/queries.ts'
import type { CampaignActions, CampaignForDesk } from '#lib/campaigns/types.ts'
import { listRequestTargets } from '#lib/disbursements/queries.ts'
import { listPledgeSummaries } from '#lib/donations/list-pledges.ts'
import { findOpenHold } from '#lib/holds/queries.ts'
import { currentOrganizer, foundOr404, OrganizerDesk } from '../../../organizer-desk.tsx'
import { submit } from '../actions.ts'
import { StepForms, UpdateForm } from './step-forms.tsx'

export const metadata: Metadata = { title: 'Campaign' }

type Props = { params: Promise<{ id: string }> }

const EVENT_WORDS: Record<string, string> = {
  submit: 'Sent for review',
  approve: 'Reviewed: went live',
  send_back: 'Sent back',
  pause: 'Paused',
  resume: 'Went on',
  close: 'Closed',
  settle: 'Settled',
}

export default async function CampaignPage({ params }: Props) {
  const { id } = await params
  const actor = await currentOrganizer(`/organizer/campaigns/${id}`)
  const campaign = await foundOr404(findCampaign(actor, id))
  const actions = actionsFor(actor, campaign)
  const pledges = await listPledgeSummaries(actor, campaign.id)
  const mayAskForMoney = (await listRequestTargets(actor)).some((target) => target.id === campaign.id)
  const isPublic = campaign.status !== 'draft' && campaign.status !== 'in_review'
  const history = campaign.history.map(({ event, ...row }) => ({ ...row, what: EVENT_WORDS[event] ?? event }))
  return (
    <OrganizerDesk
      title={campaign.title}
      current="/organizer"
      crumbs={[{ label: 'Campaigns', href: '/organizer' }]}
      status={<CampaignStatusSentence status={campaign.status} />}
      nextAction={nextAction(campaign, actions)}
    >
      {campaign.status === 'draft' ? <DraftNotes campaign={campaign} mayEdit={actions.edit === null} /> : null}
      <HoldBanner hold={await findOpenHold(campaign.id)} />
      {isPublic ? (
        <p>
          <a href={`/campaigns/${campaign.slug}`}>The page donors see</a>
        </p>
      ) : null}
      {isPublic ? <Updates campaign={campaign} actions={actions} /> : null}
      {mayAskForMoney ? (
        <p>
          <a href={`/treasurer/disbursements/new?campaign=${campaign.id}`}>Ask for money to be sent from it</a>
        </p>
      ) : null}
      <StepForms campaignId={campaign.id} actions={actions} />
      {pledges.length > 0 ? (
        <Panel
          id="pledges"
          title="Monthly pledges"
          intro="What donors mean to give each month; it is no money until it is charged. While the campaign is paused nobody is charged, and when it closes their pledges end."
        >
          <PledgeSummaryTable rows={pledges} />
        </Panel>
      ) : null}
      <Panel id="content" title={isPublic ? 'What was reviewed' : 'What donors will see'}>
        <CampaignPreview campaign={campaign} />
      </Panel>
      <Panel id="history" title="History" intro={`Made by ${campaign.createdBy}. Every step is also in the audit log.`}>
        <HistoryTable rows={history} caption="Steps of this campaign, oldest first" />
      </Panel>
    </OrganizerDesk>
  )
}

/** The one next thing: what this person can do, or the reason why not. */
function nextAction(campaign: CampaignForDesk, actions: CampaignActions): NextAction {
  const { id, status, version, lacks } = campaign
  if (status === 'draft') {
    const reason = actions.submit?.message ?? (lacks.length > 0 ? 'Something is missing: see the list below.' : null)
    if (reason) return { kind: 'unavailable', label: 'Send for review', reason }
    return {
      kind: 'form',
      form: (
        <ActionForm
          action={submit}
          submitLabel="Send for review"
          label="Send for review"
          className="flex flex-col gap-3"
        >
          <HiddenField name="campaignId" value={id} />
          <HiddenField name="version" value={String(version)} />
        </ActionForm>
      ),
    }
  }
  if (status === 'in_review') {
    if (actions.approve) return { kind: 'unavailable', label: 'Review', reason: actions.approve.message }
    return { kind: 'link', href: `/organizer/review?campaign=${id}`, label: 'Review' }
  }
  if (status === 'paused') return linkOr('Let it go on', '#resume', actions.resume)
  if (status === 'closed') return linkOr('Settle', '#settle', actions.settle)
  if (status === 'settled')
    return { kind: 'unavailable', label: 'Settle', reason: 'It is settled already. Nothing is left to do.' }
  return linkOr('Post an update', '#updates', actions.publish_update)
}

function linkOr(label: string, href: string, refusal: { message: string } | null): NextAction {
  return refusal ? { kind: 'unavailable', label, reason: refusal.message } : { kind: 'link', href, label }
}

function DraftNotes({ campaign, mayEdit }: { campaign: CampaignForDesk; mayEdit: boolean }) {
  return (
    <>
      {campaign.reviewNote ? (
        <Alert kind="attention" title="Sent back with a note">
          <p className="whitespace-pre-wrap">{campaign.reviewNote}</p>
        </Alert>
      ) : null}
      {campaign.lacks.length > 0 ? (
        <Alert kind="note" title="Before a review">
          <ul className="list-disc pl-5">
            {campaign.lacks.map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </Alert>
      ) : null}
      {mayEdit ? (
        <p>
          <LinkButton variant="secondary" href={`/organizer/campaigns/${campaign.id}/edit`}>
            Edit this draft
          </LinkButton>
        </p>
      ) : null}
    </>
  )
}

function Updates({ campaign, actions }: { campaign: CampaignForDesk; actions: CampaignActions }) {
  return (
    <Panel id="updates" title="Updates for donors">
      <div className="flex flex-col gap-8">
        {actions.publish_update ? (
          <p className="text-ink-soft">{actions.publish_update.message}</p>
        ) : (
          <UpdateForm campaignId={campaign.id} />
        )}
        {campaign.updates.map((update) => (
          <article key={update.id} className="flex flex-col gap-2">
            <h3>{update.title}</h3>
            <p className="text-sm text-ink-soft">
              <DateTime at={update.publishedAt} />
            </p>
            {update.state === 'public' ? null : <NotPublic update={update} />}
            <RichText safeHtml={update.bodyHtml} />
          </article>
        ))}
      </div>
    </Panel>
  )
}

/** Why donors do not see this news. */
function NotPublic({ update: { state, dualUse, reason } }: { update: CampaignForDesk['updates'][number] }) {
  const words = dualUse.map((word) => `“${word}”`).join(', ')
  return (
    <Alert kind="attention" title={state === 'waiting' ? 'Not public yet' : 'Not public'}>
      <p>
        {state === 'waiting'
          ? `${words} can also serve a war. A vetting reviewer or treasurer who did not write it looks at it first.`
          : `Somebody did not allow it for ${words}: ${reason} Say it in other words in another update.`}
      </p>
    </Alert>
  )
}
