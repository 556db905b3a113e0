import type { Metadata } from 'next'
import { CampaignPreview } from '#components/campaigns/campaign-preview.tsx'
import { CampaignStatusSentence } from '#components/campaigns/campaign-status.tsx'
import { WordsToWeigh } from '#components/purposes/words-to-weigh.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { listDualUse } from '#lib/campaigns/check-words.ts'
import { refuseStep } from '#lib/campaigns/policy.ts'
import { findCampaign, listReviewQueue } from '#lib/campaigns/queries.ts'
import type { CampaignForDesk } from '#lib/campaigns/types.ts'
import { currentOrganizer, foundOr404, OrganizerDesk } from '../../organizer-desk.tsx'
import { review } from '../campaigns/actions.ts'

export const metadata: Metadata = { title: 'Review campaigns' }

type Props = { searchParams: Promise<{ campaign?: string }> }

export default async function ReviewPage({ searchParams }: Props) {
  const actor = await currentOrganizer('/organizer/review')
  const queue = await listReviewQueue(actor)
  const { campaign: wanted } = await searchParams
  const id = wanted ?? queue.find(({ refusal }) => refusal === null)?.id ?? queue[0]?.id
  const campaign = id === undefined ? null : await foundOr404(findCampaign(actor, id))
  return (
    <OrganizerDesk title="Review" current="/organizer/review">
      <p className="max-w-prose">
        A campaign goes live when somebody who neither made nor edited nor submitted it has read it. What you read is
        what donors will see.
      </p>
      <Table
        caption="Waiting for a review, the longest first"
        rows={queue}
        rowKey={(row) => row.id}
        empty={
          <EmptyState title="Nothing waits for a review">Drafts come here when an organizer sends them.</EmptyState>
        }
        columns={[
          {
            key: 'title',
            header: 'Campaign',
            cell: (row) => <a href={`/organizer/review?campaign=${row.id}#preview`}>{row.title}</a>,
          },
          { key: 'chapter', header: 'Chapter', cell: (row) => row.chapterName },
          { key: 'since', header: 'Since', nowrap: true, cell: (row) => <DateTime at={row.updatedAt} show="short" /> },
          { key: 'you', header: 'You', cell: (row) => row.refusal ?? 'You can review it' },
        ]}
      />
      {campaign ? (
        <Panel id="preview" title={campaign.title} look="sheet">
          <div className="flex flex-col gap-8">
            <CampaignStatusSentence status={campaign.status} />
            <p className="text-sm text-ink-soft">
              Made by {campaign.createdBy}
              {campaign.submittedBy ? `, sent for review by ${campaign.submittedBy}` : null}.
            </p>
            <CampaignPreview campaign={campaign} />
            <WordsToWeigh words={await listDualUse({ ...campaign, story: campaign.storyMarkdown })} />
            <Decision campaign={campaign} refusal={refuseStep(actor, campaign, 'approve')?.message ?? null} />
          </div>
        </Panel>
      ) : null}
    </OrganizerDesk>
  )
}

function Decision({ campaign, refusal }: { campaign: CampaignForDesk; refusal: string | null }) {
  if (refusal) {
    return (
      <Alert kind="attention" title="You cannot review it">
        <p>{refusal}</p>
      </Alert>
    )
  }
  return (
    <ActionForm action={review} label="Your decision">
      <HiddenField name="campaignId" value={campaign.id} />
      <HiddenField name="version" value={String(campaign.version)} />
      <TextareaField name="note" label="Note" hint="Needed to send it back: what must change." optional rows={3} />
      <div className="flex flex-wrap gap-4">
        <SubmitButton name="decision" value="approve">
          Let it go live
        </SubmitButton>
        <SubmitButton name="decision" value="send_back" variant="secondary">
          Send back
        </SubmitButton>
      </div>
    </ActionForm>
  )
}
