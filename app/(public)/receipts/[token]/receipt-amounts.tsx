import { AmountLines } from '#components/donations/amount-lines.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import type { ReceiptView, ReturnLine } from '#lib/donations/types.ts'

/** What was paid, what the card cost, what arrived and where, and what went back: each as the books have it. */
export function ReceiptAmounts({ receipt }: { receipt: ReceiptView }) {
  return (
    <div className="flex flex-col gap-6">
      <Given receipt={receipt} />
      {receipt.settledCurrency === receipt.currency ? null : <Settled receipt={receipt} />}
      {receipt.returns.length > 0 ? <Back receipt={receipt} /> : null}
    </div>
  )
}

function Given({ receipt }: { receipt: ReceiptView }) {
  const { currency, giftMinor, coverMinor, tipMinor, totalMinor, settledCurrency } = receipt
  const lines = [
    { label: 'Gift', amountMinor: giftMinor },
    { label: 'Card fee, covered by you', amountMinor: coverMinor },
    { label: `Tip for ${receipt.chapterName}`, amountMinor: tipMinor },
  ]
  return (
    <AmountLines
      caption="What you gave and what arrived"
      currency={currency}
      lines={lines.filter(({ amountMinor }) => amountMinor > 0n)}
      total={{ label: receipt.paidBy === 'card' ? 'You paid' : 'You gave', amountMinor: totalMinor }}
      after={settledCurrency === currency ? arrivedLines(receipt) : []}
    />
  )
}

/** A gift in another currency than the fund's: the fee and what arrived are in the fund's. */
function Settled({ receipt }: { receipt: ReceiptView }) {
  const { settledCurrency, settledMinor } = receipt
  return (
    <AmountLines
      caption={`What it came to in ${settledCurrency}`}
      currency={settledCurrency}
      lines={[]}
      total={{
        label: `Changed into ${settledCurrency}`,
        amountMinor: settledMinor,
        note: 'At the rate of the moment you paid',
      }}
      after={arrivedLines(receipt)}
    />
  )
}

function arrivedLines(receipt: ReceiptView) {
  const { feeMinor, netMinor, fundNetMinor, tipNetMinor, chapterName, purse, paidBy } = receipt
  if (paidBy !== 'card') return []
  const purses =
    fundNetMinor !== null && purse !== null && tipNetMinor !== null && tipNetMinor > 0n
      ? [
          { label: `Into ${purse.name}`, amountMinor: fundNetMinor },
          { label: `Into the general purse of ${chapterName}, your tip`, amountMinor: tipNetMinor },
        ]
      : []
  return [
    { label: 'Card fee, kept by Stripe', amountMinor: -(feeMinor ?? 0n) },
    { label: 'Arrived', amountMinor: netMinor ?? 0n, isResult: true },
    ...purses,
  ]
}

const WORDS: Record<ReturnLine['kind'], string> = {
  refund: 'Refunded to you',
  dispute: 'Taken back by your bank',
  correction: 'Entered by mistake and taken back',
}

function Back({ receipt: { returns, currency, returnedMinor, totalMinor } }: { receipt: ReceiptView }) {
  const backMinor = returns.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  const bookCurrency = returns[0]?.currency ?? currency
  const isOwn = bookCurrency === currency
  return (
    <AmountLines
      caption="What went back to you"
      currency={bookCurrency}
      lines={returns.map(({ kind, amountMinor, at }) => ({
        key: `${kind} ${at.toISOString()} ${amountMinor}`,
        label: WORDS[kind],
        note: <DateTime at={at} />,
        amountMinor: -amountMinor,
      }))}
      total={
        isOwn
          ? { label: 'Your gift after that', amountMinor: totalMinor - (returnedMinor || backMinor) }
          : { label: `Went back, in ${bookCurrency}`, amountMinor: -backMinor }
      }
    />
  )
}
