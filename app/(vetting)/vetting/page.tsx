import type { Metadata } from 'next'
import { AidGroupBadge } from '#components/campaigns/aid-group-status.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { chapterIdsWith } from '#lib/auth/policy.ts'
import { isUnder, listQueue, type QueueFilter, type QueueRow, queueFilters } from '#lib/vetting/list-queue.ts'
import { currentMember, VettingDesk } from '../vetting-desk.tsx'

export const metadata: Metadata = { title: 'Vetting' }

const FILTERS: Record<QueueFilter, { label: string; empty: string }> = {
  all: { label: 'All', empty: 'No aid group has been nominated yet' },
  mine: { label: 'Mine', empty: 'You have no aid group in hand' },
  approve: { label: 'Waiting for my approval', empty: 'Nothing waits for your approval' },
  hits: { label: 'Open hits', empty: 'No hit is open' },
  ending: { label: 'Ending soon', empty: 'No approval ends within 60 days' },
}

type Props = { searchParams: Promise<{ show?: string | string[] }> }

export default async function VettingPage({ searchParams }: Props) {
  const actor = await currentMember('/vetting')
  const asked = (await searchParams).show
  const filter = queueFilters.find((name) => name === asked) ?? 'all'
  const queue = await listQueue(actor)
  const rows = queue.filter((row) => isUnder(filter, row))
  const mayNominate = chapterIdsWith(actor, 'organizer', 'vetting_reviewer').length > 0
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
      <Filters queue={queue} current={filter} />
      <Queue rows={rows} empty={FILTERS[filter].empty} />
    </VettingDesk>
  )
}

function Filters({ queue, current }: { queue: readonly QueueRow[]; current: QueueFilter }) {
  return (
    <nav aria-label="Filter">
      <ul className="flex flex-wrap gap-2">
        {queueFilters.map((name) => (
          <li key={name}>
            <a
              href={name === 'all' ? '/vetting' : `/vetting?show=${name}`}
              aria-current={name === current ? 'true' : undefined}
              className={classNames(
                'flex min-h-11 items-center gap-2 rounded-md border px-3 no-underline',
                name === current
                  ? 'border-green bg-green-wash font-semibold text-ink'
                  : 'border-edge bg-sheet text-ink',
              )}
            >
              {FILTERS[name].label}
              <span className="figures text-sm text-ink-soft">{queue.filter((row) => isUnder(name, row)).length}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Queue({ rows, empty }: { rows: readonly QueueRow[]; empty: string }) {
  if (rows.length === 0) return <EmptyState title={empty} />
  return (
    <>
      <ul className="flex flex-col border-t-2 border-ink md:hidden">
        {rows.map((row) => (
          <li key={row.id} className="flex flex-col gap-1 border-b border-rule bg-sheet px-3 py-3">
            <Name row={row} />
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <AidGroupBadge status={row.status} payable={row.payable} />
              <span className="figures">{inDays(row.daysInState)}</span>
              {row.holder === 'Nobody' ? null : <span className="text-ink-soft">{row.holder}</span>}
            </p>
            <Todo row={row} />
            {row.approvedUntil ? <End row={row} before="Approved until " /> : null}
          </li>
        ))}
      </ul>
      <div className="hidden md:block">
        <QueueTable rows={rows} />
      </div>
    </>
  )
}

function QueueTable({ rows }: { rows: readonly QueueRow[] }) {
  return (
    <Table
      caption="Aid groups; what has waited longest for somebody is on top"
      captionHidden
      keyboardRows
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        { key: 'name', header: 'Aid group', cell: (row) => <Name row={row} /> },
        {
          key: 'status',
          header: 'State',
          nowrap: true,
          cell: (row) => <AidGroupBadge status={row.status} payable={row.payable} />,
        },
        { key: 'age', header: 'Days in it', align: 'figure', cell: (row) => row.daysInState },
        {
          key: 'holder',
          header: 'Who has it',
          cell: (row) => <span className={row.holder === 'Nobody' ? 'text-ink-soft' : undefined}>{row.holder}</span>,
        },
        { key: 'gates', header: 'Gates open', align: 'figure', cell: (row) => <Count value={row.openGates} /> },
        { key: 'hits', header: 'Hits open', align: 'figure', cell: (row) => <Count value={row.openHits} /> },
        {
          key: 'requests',
          header: 'Questions waiting',
          align: 'figure',
          cell: (row) => <Count value={row.requestsWaiting} />,
        },
        { key: 'risk', header: 'Risk', nowrap: true, cell: (row) => row.riskTier ?? 'not set' },
        { key: 'end', header: 'Approved until', nowrap: true, cell: (row) => <End row={row} /> },
      ]}
    />
  )
}

function Name({ row }: { row: QueueRow }) {
  return (
    <span>
      <a href={`/vetting/aid-groups/${row.id}`} className="font-semibold">
        {row.name}
      </a>
      <span className="block text-sm font-normal text-ink-soft">
        {row.country}, {row.chapterName}
      </span>
    </span>
  )
}

/** Zero is quiet; what is open stands out. */
function Count({ value }: { value: number }) {
  return <span className={value === 0 ? 'text-ink-soft' : 'font-semibold'}>{value}</span>
}

function Todo({ row }: { row: QueueRow }) {
  const parts = [
    [row.openGates, row.openGates === 1 ? 'gate open' : 'gates open'],
    [row.openHits, row.openHits === 1 ? 'hit open' : 'hits open'],
    [row.requestsWaiting, row.requestsWaiting === 1 ? 'question waiting' : 'questions waiting'],
  ] as const
  const open = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return <p className="text-sm">{[...open, `risk ${row.riskTier ?? 'not set'}`].join(' · ')}</p>
}

function End({ row, before }: { row: QueueRow; before?: string }) {
  if (row.approvedUntil === null || row.endsInDays === null) {
    return <span className="text-sm text-ink-soft">not approved</span>
  }
  const near =
    row.endsInDays < 0
      ? 'ended'
      : row.endsInDays < 30
        ? 'within 30 days'
        : row.endsInDays < 60
          ? 'within 60 days'
          : null
  return (
    <span className="text-sm">
      {before}
      <DateTime at={row.approvedUntil} show="short" />
      {near ? <span className="block font-semibold text-marigold-ink">{near}</span> : null}
    </span>
  )
}

const inDays = (days: number) => (days === 0 ? 'today' : days === 1 ? '1 day' : `${days} days`)
