import type { StatementAmounts } from '#lib/reports/types.ts'

export type StatementLine = { key: string; label: string; sign: 1n | -1n; amount: keyof StatementAmounts }

/** The equation of a statement as it is read: from the opening balance down to the closing one. */
export const STATEMENT_LINES: readonly StatementLine[] = [
  { key: 'opening', label: 'Opening balance', sign: 1n, amount: 'openingMinor' },
  { key: 'gifts', label: 'Gifts', sign: 1n, amount: 'giftsMinor' },
  { key: 'cover', label: 'Fees covered by donors', sign: 1n, amount: 'coverMinor' },
  { key: 'tips', label: 'Tips', sign: 1n, amount: 'tipsMinor' },
  { key: 'stripe-fees', label: 'Fees Stripe kept', sign: -1n, amount: 'stripeFeesMinor' },
  { key: 'refunds', label: 'Refunds', sign: -1n, amount: 'refundsMinor' },
  { key: 'disputes', label: 'Disputed gifts', sign: -1n, amount: 'disputesMinor' },
  { key: 'dispute-fees', label: 'Fees for disputes', sign: -1n, amount: 'disputeFeesMinor' },
  { key: 'sent', label: 'Sent to aid groups', sign: -1n, amount: 'sentMinor' },
  { key: 'transfer-fees', label: 'Fees for wires', sign: -1n, amount: 'transferFeesMinor' },
  { key: 'interfund', label: 'From and to other funds', sign: 1n, amount: 'interfundMinor' },
  { key: 'exchange', label: 'Exchange', sign: 1n, amount: 'exchangeMinor' },
]

/** The amount with the sign it has in the equation. */
export function signedMinor(line: StatementLine, amounts: StatementAmounts): bigint {
  return line.sign * amounts[line.amount]
}
