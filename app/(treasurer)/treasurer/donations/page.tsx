import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { GiftState } from '#components/donations/gift-state.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import { type GiftRow, listGiftCampaigns, listGifts } from '#lib/donations/list-gifts.ts'
import { donorChapterIds } from '#lib/donations/policy.ts'
import { giftSearchSchema } from '#lib/donations/schema.ts'
import { disputeState } from '#lib/donations/states.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { addressOf, typedQuery } from '#lib/reports/read-filter.ts'
import { deskTreasurer } from './desk-treasurer.ts'
import { DonorSearch, GiftFilters } from './gift-filters.tsx'

export const metadata: Metadata = { title: 'Gifts' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const PATH = '/treasurer/donations'

export default async function GiftsPage({ searchParams }: Props) {
  const actor = await deskTreasurer(PATH)
  const typed = typedQuery(await searchParams)
  const { before: _, ...kept } = typed
  const campaigns = await listGiftCampaigns(actor)
  const found = await orErrors(async () => listGifts(actor, parseInput(giftSearchSchema, typed)))
  const fieldErrors = 'fieldErrors' in found ? found.fieldErrors : {}
  return (
    <TreasurerDesk title="Gifts" current={PATH}>
      <GiftFilters campaigns={campaigns} state={{ typed: kept, fieldErrors }} />
      {donorChapterIds(actor).length > 0 ? <DonorSearch /> : null}
      {kept['donor'] ? <p>Gifts of one donor.</p> : null}
      {'fieldErrors' in found ? (
        <Alert kind="error" title="These filters cannot be used">
          <p>{Object.values(fieldErrors).flat().join(' ')}</p>
        </Alert>
      ) : (
        <>
          <GiftTable rows={found.rows} />
          <Pagination
            label="Gifts"
            position={`${found.rows.length} on this page, the newest first`}
            nextHref={found.nextBefore === null ? undefined : addressOf(PATH, { ...kept, before: found.nextBefore })}
          />
        </>
      )}
    </TreasurerDesk>
  )
}

async function orErrors<Found extends object>(
  search: () => Promise<Found>,
): Promise<Found | { fieldErrors: FieldErrors }> {
  try {
    return await search()
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return { fieldErrors: error.fieldErrors }
    throw error
  }
}

function GiftTable({ rows }: { rows: readonly GiftRow[] }) {
  const columns: Column<GiftRow>[] = [
    {
      key: 'what',
      header: 'Gift',
      cell: (row) => (
        <>
          <a href={`${PATH}/${row.id}`}>{row.campaignTitle}</a>
          <span className="block text-sm font-normal text-ink-soft">{row.chapterName}</span>
        </>
      ),
    },
    {
      key: 'paid',
      header: 'Paid in all',
      align: 'figure',
      nowrap: true,
      cell: (row) => <Money amountMinor={row.totalMinor} currency={row.currency} showCode />,
    },
    {
      key: 'back',
      header: 'Refunded',
      align: 'figure',
      nowrap: true,
      cell: (row) =>
        row.refundedMinor > 0n ? <Money amountMinor={-row.refundedMinor} currency={row.currency} showCode /> : '–',
    },
    {
      key: 'state',
      header: 'State',
      nowrap: true,
      cell: (row) => (
        <GiftState {...row} dispute={row.disputeStatus === null ? null : disputeState(row.disputeStatus)} />
      ),
    },
    {
      key: 'at',
      header: 'Day',
      nowrap: true,
      cell: (row) => <DateTime at={row.settledAt ?? row.createdAt} show="short" />,
    },
  ]
  return (
    <Table
      caption="Gifts"
      captionHidden
      rows={rows}
      rowKey={(row) => row.id}
      columns={columns}
      keyboardRows
      empty={<EmptyState title="No gift is like that">Look for fewer things at once.</EmptyState>}
    />
  )
}
