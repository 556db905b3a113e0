import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import type { Debt } from '#lib/donations/pay-debt.ts'
import type { HeldForChapter } from '#lib/donations/return-loss.ts'
import { payFund, returnToChapter } from './actions.ts'
import { DebtExchange } from './debt-exchange.tsx'

/** Funds from which nothing may leave, because money that was spent went back to its donors, and how the chapter pays. */
export function Owing({ debts }: { debts: readonly Debt[] }) {
  if (debts.length === 0) return null
  return (
    <Alert kind="attention" title="Nothing leaves these funds until the chapter has paid what it owes them">
      <ul className="mt-2 flex flex-col gap-3">
        {debts.map((debt) => (
          <li key={String(debt.fundId)}>
            {nameOf(debt)}, {debt.chapterName}:{' '}
            <Money amountMinor={debt.receivableMinor} currency={debt.currency} showCode />
            {debt.mayPay ? <PayFund debt={debt} /> : null}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** Funds that hold what the chapter paid for a loss which was undone since: it is the chapter's, and waits to go back. */
export function Returning({ funds }: { funds: readonly (HeldForChapter & { mayReturn: boolean })[] }) {
  if (funds.length === 0) return null
  return (
    <Alert kind="note" title="These funds hold money of the chapter">
      <p>
        The chapter paid for a loss that was undone since, such as a dispute that was won. The fund cannot spend it.
      </p>
      <ul className="mt-2 flex flex-col gap-3">
        {funds.map(({ fundId, campaignTitle, chapterName, currency, owedMinor, mayReturn }) => (
          <li key={String(fundId)}>
            {campaignTitle ?? 'General fund'}, {chapterName}:{' '}
            <Money amountMinor={owedMinor} currency={currency} showCode />
            {mayReturn ? (
              <ActionForm
                action={returnToChapter}
                submitLabel="Give it back to the chapter"
                submitVariant="secondary"
                submitSize="small"
                label={`Give back what ${campaignTitle ?? 'the general fund'} owes in ${currency}`}
                className="mt-1 flex flex-col gap-2"
              >
                <HiddenField name="fundId" value={String(fundId)} />
              </ActionForm>
            ) : null}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

const nameOf = ({ campaignTitle }: Debt): string => campaignTitle ?? 'General fund'

/** At once where the chapter keeps money in the fund's currency; else its general fund's is exchanged first. */
function PayFund({ debt }: { debt: Debt }) {
  const { abroad, payableMinor, currency, campaignTitle } = debt
  const how = abroad ? `Pay it from the chapter’s own ${currency}` : 'Pay it from the general fund'
  return (
    <>
      {abroad === null || payableMinor > 0n ? (
        <ActionForm
          action={payFund}
          submitLabel={campaignTitle === null ? 'Let the general fund bear it' : how}
          submitVariant="secondary"
          submitSize="small"
          label={`Pay what is owed to ${nameOf(debt)} in ${currency}`}
          className="mt-1 flex flex-col gap-2"
        >
          <HiddenField name="fundId" value={String(debt.fundId)} />
        </ActionForm>
      ) : null}
      {abroad && payableMinor < debt.receivableMinor ? <DebtExchange debt={debt} abroad={abroad} /> : null}
    </>
  )
}
