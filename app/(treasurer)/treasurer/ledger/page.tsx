import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { ACCOUNT_ROLE_LABEL } from '#components/reports/account-role.ts'
import { ControlTotalsView } from '#components/reports/control-totals.tsx'
import { DeskLedgerTable } from '#components/reports/desk-ledger-table.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import { controlTotals } from '#lib/reports/export-ledger.ts'
import { chapterFunds, chaptersWithBooks, selectFunds } from '#lib/reports/find-funds.ts'
import { listEntries } from '#lib/reports/list-entries.ts'
import { addressOf, readFilter, tryFilter, typedQuery } from '#lib/reports/read-filter.ts'
import { type DeskLedgerFilter, deskLedgerSchema } from '#lib/reports/schema.ts'
import type { FundChoice } from '#lib/reports/types.ts'
import { deskPerson } from '../disbursements/desk-person.ts'
import { LedgerFilters } from './filters.tsx'

export const metadata: Metadata = { title: 'Ledger' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const PATH = '/treasurer/ledger'

export default async function TreasurerLedgerPage({ searchParams }: Props) {
  const actor = await deskPerson(PATH)
  const query = await searchParams
  const typed = typedQuery(query)
  const chapters = await chaptersWithBooks(actor)
  const chapter = typed['chapter'] === undefined ? chapters[0] : chapters.find(({ slug }) => slug === typed['chapter'])
  if (!chapter) notFound()
  const funds = await chapterFunds(actor, chapter.id)
  const read = readFilter(deskLedgerSchema, query)
  const chosen = read.ok ? tryFilter(() => selectFunds(funds, read.filter)) : read
  const { before: _, ...kept } = typed
  const fieldErrors = chosen.ok ? {} : chosen.fieldErrors
  return (
    <TreasurerDesk title="Ledger" chapters={[chapter.name]} current={PATH}>
      <LedgerFilters funds={funds} chapters={chapters} state={{ typed: kept, fieldErrors }} />
      {read.ok && chosen.ok ? (
        <Entries filter={read.filter} funds={chosen.filter} typed={kept} />
      ) : (
        <Alert kind="error" title="These filters cannot be used">
          {Object.values(fieldErrors).flat().join('. ')}.
        </Alert>
      )}
    </TreasurerDesk>
  )
}

type EntriesProps = { filter: DeskLedgerFilter; funds: readonly FundChoice[]; typed: Record<string, string> }

async function Entries({ filter, funds, typed }: EntriesProps) {
  const { before, role } = filter
  const selection = { ...filter, fundIds: funds.map(({ id }) => id) }
  const [page, totals] = await Promise.all([
    listEntries(selection, { before, forDesk: true }),
    controlTotals(selection),
  ])
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-10 gap-y-4">
        <ControlTotalsView totals={totals} netLabel={role ? ACCOUNT_ROLE_LABEL[role] : 'Change'} />
        <p className="flex flex-col gap-1 text-sm">
          <a href={addressOf(`${PATH}/export`, typed)} download className="py-1">
            CSV for programs
          </a>
          <a href={addressOf(`${PATH}/export`, { ...typed, for: 'spreadsheet' })} download className="py-1">
            CSV for a spreadsheet
          </a>
        </p>
      </div>
      <DeskLedgerTable
        rows={page.rows}
        fundNames={new Map(funds.map(({ id, name }) => [id, name]))}
        role={role}
        showFund={funds.length > 1}
        showCode={new Set(funds.map(({ currency }) => currency)).size > 1}
      />
      <Pagination
        label="Ledger entries"
        position={before === undefined ? 'The newest entries' : `Before entry ${before}`}
        previousHref={before === undefined ? undefined : addressOf(PATH, typed)}
        nextHref={page.nextBefore === null ? undefined : addressOf(PATH, { ...typed, before: String(page.nextBefore) })}
      />
    </>
  )
}
