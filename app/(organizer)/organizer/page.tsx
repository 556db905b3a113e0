import type { Metadata } from 'next'
import { CampaignBadge } from '#components/campaigns/campaign-status.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { chapterIdsWith } from '#lib/auth/policy.ts'
import { listCampaigns } from '#lib/campaigns/queries.ts'
import type { CampaignRow } from '#lib/campaigns/types.ts'
import { currentOrganizer, OrganizerDesk } from '../organizer-desk.tsx'

export const metadata: Metadata = { title: 'Campaigns of your chapter' }

const NEXT: Record<CampaignRow['status'], string> = {
  draft: 'Complete it and send it for review',
  in_review: 'Another person reviews it',
  live: 'Post an update for donors',
  paused: 'Let it go on, or close it',
  closed: 'Treasurers send what is left',
  settled: 'Nothing: its books are closed',
}

export default async function OrganizerPage() {
  const actor = await currentOrganizer('/organizer')
  const campaigns = await listCampaigns(actor)
  const mayOpen = chapterIdsWith(actor, 'organizer').length > 0
  return (
    <OrganizerDesk
      title="Campaigns"
      current="/organizer"
      nextAction={
        mayOpen
          ? { kind: 'link', href: '/organizer/campaigns/new', label: 'New campaign' }
          : {
              kind: 'unavailable',
              label: 'New campaign',
              reason: 'Only an organizer of a chapter can open a campaign.',
            }
      }
    >
      <Table
        caption="Campaigns of your chapters, the last changed first"
        captionHidden
        keyboardRows
        rows={campaigns}
        rowKey={(campaign) => campaign.id}
        empty={
          <EmptyState title="No campaigns yet">A campaign says what money is needed for, and for whom.</EmptyState>
        }
        columns={[
          {
            key: 'title',
            header: 'Campaign',
            cell: (campaign) => (
              <>
                <a href={`/organizer/campaigns/${campaign.id}`}>{campaign.title}</a>
                <span className="block text-sm font-normal text-ink-soft">{campaign.chapterName}</span>
              </>
            ),
          },
          {
            key: 'status',
            header: 'State',
            nowrap: true,
            cell: (campaign) => <CampaignBadge status={campaign.status} />,
          },
          { key: 'next', header: 'What is next', cell: (campaign) => nextOf(campaign) },
          {
            key: 'goal',
            header: 'Goal',
            align: 'figure',
            cell: (campaign) => <Money amountMinor={campaign.goalMinor} currency={campaign.currency} showCode />,
          },
          {
            key: 'deadline',
            header: 'Last day',
            nowrap: true,
            cell: (campaign) => (campaign.deadline ? <DateTime at={campaign.deadline} show="short" /> : 'Open'),
          },
        ]}
      />
    </OrganizerDesk>
  )
}

function nextOf({ status, reviewNote }: CampaignRow): string {
  return status === 'draft' && reviewNote ? `Sent back: ${reviewNote}` : NEXT[status]
}
