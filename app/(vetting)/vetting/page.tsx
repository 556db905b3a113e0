import type { Metadata } from 'next'
import { AidGroupBadge } from '#components/campaigns/aid-group-status.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { chapterIdsWith } from '#lib/auth/policy.ts'
import { now } from '#lib/clock.ts'
import { listAidGroups } from '#lib/vetting/queries.ts'
import { isPayable } from '#lib/vetting/states.ts'
import type { AidGroupRow } from '#lib/vetting/types.ts'
import { currentMember, VettingDesk } from '../vetting-desk.tsx'

export const metadata: Metadata = { title: 'Vetting' }

const WAITING = [
  'submitted',
  'screening',
  'in_review',
  'info_requested',
  'pending_second_approval',
  'rescreen_hit',
  'draft',
]
const ENDED = ['rejected', 'withdrawn']

export default async function VettingPage() {
  const actor = await currentMember('/vetting')
  const groups = await listAidGroups(actor)
  const mayNominate = chapterIdsWith(actor, 'organizer', 'vetting_reviewer').length > 0
  const waiting = groups.filter(({ status }) => WAITING.includes(status))
  const approved = groups.filter((group) => isPayable(group, now()))
  const stopped = groups.filter(
    (group) => !waiting.includes(group) && !approved.includes(group) && !ENDED.includes(group.status),
  )
  const ended = groups.filter(({ status }) => ENDED.includes(status))
  return (
    <VettingDesk
      title="Aid groups"
      current="/vetting"
      nextAction={
        mayNominate
          ? { kind: 'link', href: '/vetting/aid-groups/new', label: 'Nominate an aid group' }
          : {
              kind: 'unavailable',
              label: 'Nominate an aid group',
              reason: 'Only organizers and vetting reviewers nominate.',
            }
      }
    >
      <Panel id="waiting" title="Somebody must act" intro="Those that wait longest come first.">
        <Groups caption="Aid groups that wait for somebody" rows={waiting} empty="Nothing waits." />
      </Panel>
      <Panel
        id="approved"
        title="Approved"
        intro="Campaigns may choose them, and money may be sent to them until the approval ends."
      >
        <Groups
          caption="Aid groups that may receive money"
          rows={[...approved].sort(byEnd)}
          empty="No aid group is approved yet."
        />
      </Panel>
      {stopped.length > 0 ? (
        <Panel id="stopped" title="Stopped" intro="No money may be sent to them now.">
          <Groups caption="Aid groups that may not receive money" rows={stopped} empty="" />
        </Panel>
      ) : null}
      {ended.length > 0 ? (
        <Panel id="ended" title="Ended">
          <Groups caption="Aid groups whose vetting ended" rows={ended} empty="" />
        </Panel>
      ) : null}
    </VettingDesk>
  )
}

function Groups({ caption, rows, empty }: { caption: string; rows: AidGroupRow[]; empty: string }) {
  return (
    <Table
      caption={caption}
      captionHidden
      keyboardRows
      rows={rows}
      rowKey={(group) => group.id}
      empty={<EmptyState title={empty} />}
      columns={[
        {
          key: 'name',
          header: 'Aid group',
          cell: (group) => (
            <>
              <a href={`/vetting/aid-groups/${group.id}`}>{group.name}</a>
              <span className="block text-sm font-normal text-ink-soft">
                {group.country}, {group.region}
              </span>
            </>
          ),
        },
        {
          key: 'status',
          header: 'State',
          nowrap: true,
          cell: (group) => <AidGroupBadge status={group.status} payable={isPayable(group, now())} />,
        },
        { key: 'since', header: 'Since', nowrap: true, cell: (group) => <DateTime at={group.since} show="short" /> },
        { key: 'age', header: 'Days', align: 'figure', cell: (group) => daysSince(group.since) },
        { key: 'risk', header: 'Risk', cell: (group) => group.riskTier ?? 'not set' },
        {
          key: 'until',
          header: 'Approved until',
          nowrap: true,
          cell: (group) => (group.approvedUntil ? <DateTime at={group.approvedUntil} show="short" /> : 'not approved'),
        },
        { key: 'chapter', header: 'Chapter', cell: (group) => group.chapterName },
      ]}
    />
  )
}

const daysSince = (at: Date) => Math.floor((now().getTime() - at.getTime()) / 86_400_000)
const byEnd = (a: AidGroupRow, b: AidGroupRow) => (a.approvedUntil?.getTime() ?? 0) - (b.approvedUntil?.getTime() ?? 0)
