import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import type { PublicGift } from '#lib/donations/types.ts'

export type DonorListProps = {
  gifts: readonly PublicGift[]
  /** People who gave, each once, those who hide their name included. */
  donorCount: number
}

const COUNT = new Intl.NumberFormat('en')

/**
 * The newest gifts as their givers want them shown. The public ledger has the amount and day of every gift, so a gift
 * whose amount is hidden is shown without its day and in the order of names: nobody can match one with the other.
 */
export function DonorList({ gifts, donorCount }: DonorListProps) {
  if (donorCount === 0)
    return <EmptyState title="Nobody yet">The first gift appears here once it has settled.</EmptyState>
  const open = gifts.filter((gift) => gift.amountMinor !== null)
  const named = gifts.flatMap(({ name, amountMinor }) => (amountMinor === null && name !== null ? [name] : []))
  const unseen = gifts.filter(({ name, amountMinor }) => amountMinor === null && name === null).length
  return (
    <div className="flex flex-col gap-4">
      <p>
        <span className="figures">{COUNT.format(donorCount)}</span> {donorCount === 1 ? 'person' : 'people'} gave. Those
        who hide their name are counted too. The newest gifts:
      </p>
      <ul className="grid border-t border-rule sm:grid-cols-2 sm:gap-x-10 lg:grid-cols-3">
        {open.map(({ id, name, amountMinor, currency, settledAt, isReturned }) => (
          <li key={id} className="grid grid-cols-[1fr_auto] gap-x-4 border-b border-rule py-2">
            <span className={name === null ? 'text-ink-soft' : 'min-w-0'}>{name ?? 'Name hidden'}</span>
            <Money amountMinor={amountMinor ?? 0n} currency={currency} className="text-right" />
            <span className="text-sm text-ink-soft">
              <DateTime at={settledAt} show="short" />
              {isReturned ? ', given back' : null}
            </span>
          </li>
        ))}
      </ul>
      {named.length + unseen > 0 ? (
        <p className="max-w-prose">
          <span className="font-semibold">Also gave, amount not shown: </span>
          {named.toSorted((one, other) => one.localeCompare(other)).join(', ')}
          {named.length > 0 && unseen > 0 ? ', and ' : null}
          {unseen > 0 ? `${COUNT.format(unseen)} who hide${unseen === 1 ? 's' : ''} both name and amount` : null}.
        </p>
      ) : null}
    </div>
  )
}
