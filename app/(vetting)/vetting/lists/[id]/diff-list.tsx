import { EmptyState } from '#components/ui/empty-state.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import { Table } from '#components/ui/table.tsx'
import type { PartyChange, SnapshotDiff } from '#lib/screening/diff-snapshots.ts'

type Props = { diff: SnapshotDiff; page: number; pageSize: number; href: string }

const WORDS: Record<PartyChange['change'], string> = { added: 'New', removed: 'Gone', changed: 'Changed' }

/** Who is new, gone or changed, a page at a time. */
export function DiffList({ diff, page, pageSize, href }: Props) {
  const whole = diff.added + diff.removed + diff.changed
  if (whole === 0) return <EmptyState title="Nobody is new, gone or changed" />
  const from = page * pageSize
  return (
    <>
      <Table
        caption="Parties that differ"
        captionHidden
        rows={diff.changes}
        rowKey={({ externalId }) => externalId}
        empty={<EmptyState title="There is no such page" />}
        columns={[
          {
            key: 'name',
            header: 'Party',
            cell: ({ before, after }) => <bdi className="wrap-anywhere">{(after ?? before)?.names[0]?.name ?? ''}</bdi>,
          },
          { key: 'number', header: 'Entry', nowrap: true, cell: ({ externalId }) => externalId },
          { key: 'change', header: 'What', nowrap: true, cell: ({ change }) => WORDS[change] },
          {
            key: 'detail',
            header: 'Detail',
            cell: (row) => <span className="block max-w-prose wrap-anywhere text-sm">{describeChange(row)}</span>,
          },
        ]}
      />
      {whole > pageSize ? (
        <Pagination
          label="Parties that differ"
          position={`${(from + 1).toLocaleString('en')} to ${Math.min(whole, from + pageSize).toLocaleString('en')} of ${whole.toLocaleString('en')}`}
          previousHref={page > 0 ? `${href}?page=${page - 1}#changes` : undefined}
          nextHref={from + pageSize < whole ? `${href}?page=${page + 1}#changes` : undefined}
        />
      ) : null}
    </>
  )
}

type Facts = NonNullable<PartyChange['after']>
const LABELS = { programs: 'programmes', birthDates: 'born', countries: 'countries' } as const

function describeChange({ before, after }: PartyChange): string {
  if (!before || !after) return describeFacts(after ?? before)
  const names = (facts: Facts) => facts.names.map(({ name }) => name)
  const parts = [describeSets('names', names(before), names(after))]
  for (const key of ['programs', 'birthDates', 'countries'] as const) {
    parts.push(describeSets(LABELS[key], before[key], after[key]))
  }
  if (before.kind !== after.kind) parts.push(`now ${after.kind}`)
  if (before.remarks !== after.remarks) parts.push('other remarks')
  return parts.filter(Boolean).join('; ') || 'numbers or the strength of names'
}

function describeSets(label: string, before: readonly string[], after: readonly string[]): string {
  const gained = after.filter((one) => !before.includes(one)).map((one) => `+ ${one}`)
  const lost = before.filter((one) => !after.includes(one)).map((one) => `− ${one}`)
  return gained.length + lost.length === 0 ? '' : `${label}: ${[...gained, ...lost].join(', ')}`
}

function describeFacts(facts: Facts | null): string {
  if (!facts) return ''
  const others = facts.names.length - 1
  return [
    facts.kind,
    facts.programs.join(', '),
    facts.birthDates.length > 0 ? `born ${facts.birthDates.join(', ')}` : '',
    facts.countries.join(', '),
    others > 0 ? `${others} other ${others === 1 ? 'name' : 'names'}` : '',
  ]
    .filter(Boolean)
    .join(' · ')
}
