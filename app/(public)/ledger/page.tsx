import type { Metadata } from 'next'
import { ENTRY_KIND_LABEL, ENTRY_KIND_ORDER } from '#components/reports/entry-kind.ts'
import { FilterForm, FilterInput, FilterSelect, type FilterState } from '#components/reports/filter-form.tsx'
import { LedgerTable } from '#components/reports/ledger-table.tsx'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import { publicFunds, selectFunds } from '#lib/reports/find-funds.ts'
import { listEntries } from '#lib/reports/list-entries.ts'
import { addressOf, readFilter, tryFilter, typedQuery } from '#lib/reports/read-filter.ts'
import { type PublicLedgerFilter, publicLedgerSchema } from '#lib/reports/schema.ts'
import type { FundChoice } from '#lib/reports/types.ts'

export const metadata: Metadata = {
  title: 'Ledger',
  description: 'Every movement of money in every fund of the federation. Nothing in it is ever changed.',
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function LedgerPage({ searchParams }: Props) {
  const query = await searchParams
  const funds = await publicFunds()
  const read = readFilter(publicLedgerSchema, query)
  const chosen = read.ok ? tryFilter(() => selectFunds(funds, read.filter)) : read
  const { before: _, ...typed } = typedQuery(query)
  const state: FilterState = { typed, fieldErrors: chosen.ok ? {} : chosen.fieldErrors }
  return (
    <Page
      title="The ledger"
      lead="Every movement of money in every fund, the newest first. Gifts stand here without names and by the day; nothing is ever changed or taken out."
    >
      <Filters funds={funds} state={state} />
      {read.ok && chosen.ok ? (
        <Entries filter={read.filter} funds={chosen.filter} typed={typed} />
      ) : (
        <Alert kind="error" title="These filters cannot be used">
          {Object.values(state.fieldErrors).flat().join('. ')}.
        </Alert>
      )}
    </Page>
  )
}

function Filters({ funds, state }: { funds: readonly FundChoice[]; state: FilterState }) {
  const chapters = new Map(funds.map(({ chapterSlug, chapterName }) => [chapterSlug, chapterName]))
  const campaigns = funds.flatMap(({ campaign }) => (campaign ? [campaign] : []))
  const isFiltered = Object.keys(state.typed).length > 0
  return (
    <FilterForm action="/ledger" label="Filter the ledger" isFiltered={isFiltered}>
      <FilterSelect
        name="chapter"
        label="Chapter"
        all="All chapters"
        options={[...chapters].map(([value, label]) => ({ value, label }))}
        state={state}
      />
      <FilterSelect
        name="campaign"
        label="Campaign"
        all="All funds"
        options={campaigns.map(({ slug, title }) => ({ value: slug, label: title }))}
        state={state}
      />
      <FilterSelect
        name="kind"
        label="What happened"
        all="Everything"
        options={ENTRY_KIND_ORDER.map((kind) => ({ value: kind, label: ENTRY_KIND_LABEL[kind] }))}
        state={state}
      />
      <FilterInput type="date" name="from" label="First day" state={state} />
      <FilterInput type="date" name="to" label="Last day" state={state} />
    </FilterForm>
  )
}

type EntriesProps = { filter: PublicLedgerFilter; funds: readonly FundChoice[]; typed: Record<string, string> }

async function Entries({ filter, funds, typed }: EntriesProps) {
  const page = await listEntries(
    { kind: filter.kind, from: filter.from, to: filter.to, fundIds: funds.map(({ id }) => id) },
    { before: filter.before, forDesk: false },
  )
  const names = new Map(
    funds.map(({ id, name, campaign }) => [
      id,
      { name: campaign?.title ?? name, href: campaign ? `/campaigns/${campaign.slug}` : null },
    ]),
  )
  const [only] = funds
  const isOne = funds.length === 1 && only !== undefined
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <h2 className="text-lg">{isOne ? (only.campaign?.title ?? `${only.name}, ${only.chapterName}`) : 'Entries'}</h2>
      <LedgerTable
        caption={isOne ? `Ledger of ${only.name}` : 'Ledger of these funds'}
        rows={page.rows}
        {...(isOne ? {} : { fundNames: names })}
        showCode={new Set(funds.map(({ currency }) => currency)).size > 1}
      />
      <Pagination
        label="Ledger entries"
        position={filter.before === undefined ? 'The newest entries' : `Before entry ${filter.before}`}
        previousHref={filter.before === undefined ? undefined : addressOf('/ledger', typed)}
        nextHref={
          page.nextBefore === null ? undefined : addressOf('/ledger', { ...typed, before: String(page.nextBefore) })
        }
      />
    </div>
  )
}
