import type { GiftChoice } from '#lib/donations/read-choice.ts'

/** The first step as it stands in the address of the second, and back. */
export function choiceQuery({
  frequency,
  currency,
  amount,
  coverFee,
  tip,
}: Omit<GiftChoice, 'amounts'>): URLSearchParams {
  const query = new URLSearchParams({ currency, amount, tip })
  if (coverFee) query.set('coverFee', 'yes')
  if (frequency === 'monthly') query.set('frequency', frequency)
  return query
}
