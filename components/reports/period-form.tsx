import { FilterForm, FilterInput, FilterSelect, type FilterState } from './filter-form.tsx'

export type PeriodFormProps = {
  /** The path of the page itself. */
  action: string
  state: FilterState
  /** What the page shows now, where nothing was typed. */
  from: string
  to: string
  campaigns: readonly { slug: string; title: string }[]
  /** The scopes to choose from, for a page that is about several. */
  scopes?: { value: string; label: string }[]
}

/** The choice of a period, and of one campaign of the scope. */
export function PeriodForm({ action, state, from, to, campaigns, scopes }: PeriodFormProps) {
  return (
    <FilterForm
      action={action}
      label="Choose the period"
      submitLabel="Show the report"
      clearLabel="Back to this year"
      isFiltered={Object.keys(state.typed).length > 0}
    >
      {scopes ? <FilterSelect name="scope" label="About" all={null} options={scopes} state={state} /> : null}
      <FilterInput type="date" name="from" label="First day" defaultValue={from} state={state} />
      <FilterInput type="date" name="to" label="Last day" defaultValue={to} state={state} />
      {campaigns.length > 0 ? (
        <FilterSelect
          name="campaign"
          label="Campaign"
          all="All funds"
          options={campaigns.map(({ slug, title }) => ({ value: slug, label: title }))}
          state={state}
        />
      ) : null}
    </FilterForm>
  )
}
