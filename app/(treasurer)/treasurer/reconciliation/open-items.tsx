import { FilterForm, FilterInput, FilterSelect, type FilterState } from '#components/reports/filter-form.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { now } from '#lib/clock.ts'
import type { OpenSides } from '#lib/reconciliation/queries.ts'
import type { BankAccountView, BankFigures } from '#lib/reconciliation/types.ts'
import { acceptSure, bringForward } from './actions.ts'
import { bookItems, MatchByHand, OpenBooks } from './open-books.tsx'
import { OpenLines } from './open-lines.tsx'

const PATH = '/treasurer/reconciliation'
const DAY_MS = 86_400_000
const AGES = [
  { value: '7', label: 'Older than a week' },
  { value: '30', label: 'Older than a month' },
]

type Props = {
  sides: OpenSides
  accounts: readonly BankAccountView[]
  banks: readonly BankFigures[]
  query: { account?: string; age?: string; text?: string }
}

/** Both sides of one account, filtered, and every way to bring them together. */
export function OpenItems({ sides, accounts, banks, query }: Props) {
  const at = now()
  const { account } = sides
  const shows = filterOf(query, at)
  const lines = sides.lines.filter((line) => shows(line.bookedOn, [line.counterparty, line.remittance, line.reference]))
  const all = bookItems(sides)
  const items = all.filter((item) => shows(item.at, [item.label]))
  const others = accounts.filter(({ id, currency }) => id !== account.id && currency === account.currency)
  const typed = {
    account: account.id,
    ...(query.age ? { age: query.age } : {}),
    ...(query.text ? { text: query.text } : {}),
  }
  const state: FilterState = { typed, fieldErrors: {} }
  return (
    <Panel id="open" title="What is not matched yet">
      <div className="flex flex-col gap-6">
        {accounts.length > 1 ? (
          <Tabs
            label="Bank account"
            current={`${PATH}?account=${account.id}#open`}
            tabs={accounts.map(({ id, name }) => ({
              label: name,
              href: `${PATH}?account=${id}#open`,
              count: banks.find(({ bankAccountId }) => bankAccountId === id)?.openLines ?? 0,
            }))}
          />
        ) : null}
        <FilterForm action={PATH} label="Filter what is open" isFiltered={Boolean(query.age || query.text)}>
          <HiddenField name="account" value={account.id} />
          <FilterSelect name="age" label="Age" all="Any age" options={AGES} state={state} />
          <FilterInput type="search" name="text" label="Words" maxLength={100} state={state} />
        </FilterForm>
        <Opening sides={sides} />
        <div className="flex flex-col gap-2">
          <div className="flex flex-wrap items-end justify-between gap-4">
            <h3>Lines of the bank: {lines.length}</h3>
            {sides.canMatch && sides.lines.some((line) => line.suggestions.length > 0) ? (
              <ActionForm
                action={acceptSure}
                submitLabel="Match all that are sure"
                label="Match all that are sure"
                className="flex"
              >
                <HiddenField name="bankAccountId" value={account.id} />
              </ActionForm>
            ) : null}
          </div>
          {lines.length === 0 ? (
            <EmptyState title="No line is open">Each line of the imported statements is matched.</EmptyState>
          ) : (
            <OpenLines sides={sides} lines={lines} others={others} at={at} />
          )}
        </div>
        <OpenBooks items={items} currency={account.currency} at={at} />
        {sides.canMatch && sides.lines.length > 0 ? <MatchByHand sides={sides} items={all} /> : null}
      </div>
    </Panel>
  )
}

function Opening({ sides }: { sides: OpenSides }) {
  if (sides.beforeFirst === 0 || !sides.canMatch) return null
  return (
    <div className="flex flex-wrap items-center gap-4 border-l-6 border-edge bg-sunk px-4 py-3">
      <p className="min-w-0 flex-1 basis-80">
        {sides.beforeFirst} {sides.beforeFirst === 1 ? 'entry' : 'entries'} of our books came before the first
        statement, so its opening balance contains them.
      </p>
      <ActionForm
        action={bringForward}
        submitLabel="Settle them with it"
        submitVariant="secondary"
        label="Before the first statement"
        className="flex"
      >
        <HiddenField name="bankAccountId" value={sides.account.id} />
      </ActionForm>
    </div>
  )
}

type Shows = (at: Date, words: readonly (string | null)[]) => boolean

function filterOf(query: Props['query'], at: Date): Shows {
  const days = AGES.some(({ value }) => value === query.age) ? Number(query.age) : 0
  const wanted = (query.text ?? '').trim().toLowerCase()
  return (since, words) =>
    (days === 0 || at.getTime() - since.getTime() > days * DAY_MS) &&
    (wanted === '' || words.some((part) => part?.toLowerCase().includes(wanted)))
}
