import { ACCOUNT_ROLE_LABEL } from '#components/reports/account-role.ts'
import { ENTRY_KIND_ORDER, ENTRY_KIND_TERM } from '#components/reports/entry-kind.ts'
import { FilterForm, FilterInput, FilterSelect, type FilterState } from '#components/reports/filter-form.tsx'
import { ACCOUNT_ROLES } from '#lib/reports/schema.ts'
import type { FundChoice } from '#lib/reports/types.ts'

type Props = {
  funds: readonly FundChoice[]
  chapters: readonly { slug: string; name: string }[]
  state: FilterState
}

/** The filters of the treasurer's ledger; the export takes the same ones. */
export function LedgerFilters({ funds, chapters, state }: Props) {
  return (
    <FilterForm
      action="/treasurer/ledger"
      label="Filter the ledger"
      isFiltered={Object.keys(state.typed).some((name) => name !== 'chapter')}
    >
      {chapters.length > 1 ? (
        <FilterSelect
          name="chapter"
          label="Chapter"
          all={null}
          options={chapters.map(({ slug, name }) => ({ value: slug, label: name }))}
          state={state}
        />
      ) : null}
      <FilterSelect
        name="fund"
        label="Fund"
        all="All funds"
        options={funds.map(({ id, name, currency }) => ({ value: String(id), label: `${name} (${currency})` }))}
        state={state}
      />
      <FilterSelect
        name="role"
        label="Account"
        all="The fund’s money"
        options={ACCOUNT_ROLES.map((role) => ({ value: role, label: ACCOUNT_ROLE_LABEL[role] }))}
        state={state}
      />
      <FilterSelect
        name="kind"
        label="Kind"
        all="All kinds"
        options={ENTRY_KIND_ORDER.map((kind) => ({ value: kind, label: ENTRY_KIND_TERM[kind] }))}
        state={state}
      />
      <FilterInput type="date" name="from" label="First day" state={state} />
      <FilterInput type="date" name="to" label="Last day" state={state} />
      <FilterInput type="search" name="text" label="Memo or source id" maxLength={100} state={state} />
    </FilterForm>
  )
}
