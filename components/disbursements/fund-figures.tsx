import { Figure, Figures } from '#components/ui/figure.tsx'
import { Money } from '#components/ui/money.tsx'
import type { FundHeadroom } from '#lib/ledger/queries.ts'

/** A fund's money in the treasurers' order: where it is, what is promised, what may still be promised. */
export function FundFigures({ fund }: { fund: FundHeadroom }) {
  const money = (amountMinor: bigint) => <Money amountMinor={amountMinor} currency={fund.currency} />
  return (
    <Figures>
      <Figure label="Available to promise" value={money(fund.headroomMinor)} size="large" />
      <Figure label="In the bank" value={money(fund.bankMinor)} note="wires leave from here" />
      <Figure label="Available at Stripe" value={money(fund.stripeAvailableMinor)} note="paid out to the bank next" />
      <Figure label="Pending at Stripe" value={money(fund.stripePendingMinor)} note="cannot be promised yet" />
      <Figure label="Promised" value={money(fund.encumberedMinor)} note="approved and not sent" />
    </Figures>
  )
}
