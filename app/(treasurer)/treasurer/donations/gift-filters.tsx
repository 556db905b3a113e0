import { FilterForm, FilterInput, FilterSelect, type FilterState } from '#components/reports/filter-form.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { searchDonor } from './actions.ts'

const STATUSES = [
  { value: 'settled', label: 'Settled' },
  { value: 'refunded', label: 'Refunded, whole or in part' },
  { value: 'disputed', label: 'Disputed' },
  { value: 'started', label: 'Not paid yet' },
  { value: 'failed', label: 'Failed or expired' },
]

type Props = { campaigns: readonly { slug: string; title: string }[]; state: FilterState }

/** Facts of gifts; nobody is looked for by name. */
export function GiftFilters({ campaigns, state }: Props) {
  return (
    <FilterForm action="/treasurer/donations" label="Find gifts" isFiltered={Object.keys(state.typed).length > 0}>
      <FilterSelect
        name="campaign"
        label="Campaign"
        all="All campaigns"
        options={campaigns.map(({ slug, title }) => ({ value: slug, label: title }))}
        state={state}
      />
      <FilterSelect name="status" label="State" all="All states" options={STATUSES} state={state} />
      <FilterInput type="date" name="from" label="First day" state={state} />
      <FilterInput type="date" name="to" label="Last day" state={state} />
      <FilterInput type="search" name="amount" label="Paid in all" maxLength={40} state={state} />
      <FilterInput type="search" name="text" label="Id: gift, charge, refund" maxLength={100} state={state} />
    </FilterForm>
  )
}

/** For treasurers: what one person gave. */
export function DonorSearch() {
  return (
    <details className="border-b border-rule pb-4">
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">Find by a donor’s address</summary>
      <ActionForm action={searchDonor} submitLabel="Find" submitVariant="secondary" label="Find by a donor’s address">
        <TextField
          name="email"
          type="email"
          label="E-mail address"
          autoComplete="off"
          spellCheck={false}
          maxLength={254}
        />
      </ActionForm>
    </details>
  )
}
