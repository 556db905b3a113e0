import type { ReactNode } from 'react'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { Table } from '#components/ui/table.tsx'
import { now } from '#lib/clock.ts'
import type { AidGroupForDesk } from '#lib/vetting/types.ts'

type Gate = { key: string; name: string; holds: boolean; detail: ReactNode }

/** What must hold before money may go out, with what is known and who stands for it. */
export function Gates({ group }: { group: AidGroupForDesk }) {
  return (
    <Table
      caption="Each gate, whether it holds, and what is known"
      captionHidden
      rows={gatesOf(group)}
      rowKey={(gate) => gate.key}
      columns={[
        { key: 'name', header: 'Gate', cell: (gate) => gate.name },
        { key: 'holds', header: 'Holds', nowrap: true, cell: (gate) => <Holds gate={gate} /> },
        { key: 'detail', header: 'What is known', cell: (gate) => gate.detail },
      ]}
    />
  )
}

function Holds({ gate }: { gate: Gate }) {
  const tone: Tone = gate.holds ? 'done' : 'waiting'
  return <Badge tone={tone}>{gate.holds ? 'Yes' : 'Not yet'}</Badge>
}

function gatesOf(group: AidGroupForDesk): Gate[] {
  const { approvedUntil, nominatedBy, reviewedBy, approvedBy, riskTier } = group
  const isApproved =
    group.status === 'approved' || group.status === 'approved_with_conditions' || group.status === 'expiring'
  return [
    { key: 'legal', name: 'Registered name', holds: group.legalName !== null, detail: group.legalName ?? 'Not known' },
    {
      key: 'alias',
      name: 'Public name',
      holds: true,
      detail: group.publicAlias ?? `${group.name} (no other name is needed)`,
    },
    {
      key: 'region',
      name: 'Region of delivery',
      holds: group.region !== '',
      detail: `${group.region}, ${group.country}`,
    },
    {
      key: 'nominated',
      name: 'Nominated',
      holds: nominatedBy !== null,
      detail: nominatedBy ? `By ${nominatedBy}` : 'By nobody we know',
    },
    {
      key: 'reviewed',
      name: 'Reviewed by another person',
      holds: reviewedBy !== null,
      detail: reviewedBy ? `By ${reviewedBy}` : 'Not yet',
    },
    {
      key: 'approved',
      name: 'Approved by a further person',
      holds: isApproved && approvedBy !== null,
      detail: approvedBy ? (
        <>
          By {approvedBy}
          {group.approvedAt ? (
            <>
              , <DateTime at={group.approvedAt} />
            </>
          ) : null}
        </>
      ) : (
        'Not yet'
      ),
    },
    { key: 'risk', name: 'Risk', holds: riskTier !== null, detail: riskTier ?? 'Set with the second approval' },
    {
      key: 'until',
      name: 'Approval not ended',
      holds: approvedUntil !== null && approvedUntil > now(),
      detail: approvedUntil ? (
        <>
          Until <DateTime at={approvedUntil} show="minute" />
        </>
      ) : (
        'Not approved'
      ),
    },
  ]
}
