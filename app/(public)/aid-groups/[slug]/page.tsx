import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { STATUS_TONE, STATUS_WORD } from '#components/campaigns-public/campaign-state.tsx'
import { HoldNotices } from '#components/holds/hold-notices.tsx'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Card, Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { publicNotices } from '#lib/holds/list-notices.ts'
import { findPublicAidGroup } from '#lib/vetting/queries.ts'
import { CheckedList } from '../checked-list.tsx'
import { PublicAidGroupStatus } from '../public-status.tsx'

type Props = { params: Promise<{ slug: string }> }

const find = cache(findPublicAidGroup)

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const group = await find((await params).slug)
  return group ? { title: group.name, description: group.summary } : { title: 'Not found' }
}

export default async function AidGroupPage({ params }: Props) {
  const group = await find((await params).slug)
  if (!group) notFound()
  const notices = await publicNotices({ aidGroupId: group.id })
  return (
    <Page title={group.name} lead={group.summary} crumbs={[{ label: 'Aid groups', href: '/aid-groups' }]}>
      <PublicAidGroupStatus group={group} />
      <HoldNotices notices={notices.filter(({ kind }) => kind !== 'held' || group.status !== 'paused')} />
      {group.status === 'paused' ? <PausedNotice /> : null}
      <Panel id="vetting" title="Vetting">
        <DefinitionList
          items={[
            { term: 'Country', detail: group.country },
            { term: 'Vetted by', detail: `The reviewers of ${group.chapterName}` },
            {
              term: 'Last approved on',
              detail: group.vettedSince ? <DateTime at={group.vettedSince} /> : 'Not approved now',
            },
            {
              term: group.status === 'approved' ? 'Approved until' : 'That approval was until',
              detail: group.approvedUntil ? <DateTime at={group.approvedUntil} /> : 'Not approved now',
            },
          ]}
        />
      </Panel>
      {group.vettedSince ? (
        <Panel
          id="checked"
          title="What was checked"
          intro="Two people, neither of whom had nominated the group, made sure of each of these before the approval. Money is stopped by itself when the approval ends, and when a sanctions list changes until everyone was compared with it."
        >
          <CheckedList />
        </Panel>
      ) : null}
      <Panel id="campaigns" title="Campaigns for this group">
        {group.campaigns.length === 0 ? (
          <EmptyState title="No campaigns yet">When a campaign supports this group, it stands here.</EmptyState>
        ) : (
          <ul className="grid gap-5 sm:grid-cols-2">
            {group.campaigns.map((campaign) => (
              <li key={campaign.slug} className="flex">
                <Card
                  title={campaign.title}
                  href={`/campaigns/${campaign.slug}`}
                  kicker={<Badge tone={STATUS_TONE[campaign.status]}>{STATUS_WORD[campaign.status]}</Badge>}
                  className="w-full"
                >
                  <p>{campaign.summary}</p>
                </Card>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Page>
  )
}

/** Says the same whatever the cause: a group that is looked at again has not been found to have done anything. */
function PausedNotice() {
  return (
    <Alert kind="note" title="No money is sent to this group at the moment">
      <p>
        Its reviewers are taking another look. That is part of how vetting works and says nothing about the group. What
        was given for it is kept until they have finished, and everybody who gave will be told what happens next.
      </p>
    </Alert>
  )
}
