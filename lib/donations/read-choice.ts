import { amountsOf } from './policy.ts'
import { chosenAmount, giftSchema } from './schema.ts'
import type { GiftAmounts } from './types.ts'

/** Monthly only where somebody chose it. */
export type Frequency = 'once' | 'monthly'

/** What the first step was left with, as its fields have it, and the amounts it comes to where it is complete. */
export type GiftChoice = {
  frequency: Frequency
  /** Of the amounts; carried along, and checked again at each step. */
  currency: string
  amount: string
  coverFee: boolean
  tip: string
  amounts: GiftAmounts | null
}

type Loose = Record<string, unknown>

/** Reads the first step from an address: nothing in it is trusted, and nothing in it can fail. */
export function readChoice(currency: string, query: Loose): GiftChoice {
  const form = { ...onlyTexts(query), amount: chosenAmount(query) }
  const parsed = giftSchema(currency).safeParse(form)
  const { coverFee, tip } = form as Loose
  return {
    frequency: readFrequency(form),
    currency,
    amount: form.amount,
    coverFee: coverFee === 'yes',
    tip: typeof tip === 'string' ? tip : 'none',
    amounts: parsed.success ? amountsOf({ ...parsed.data, currency }) : null,
  }
}

/** How often a form asks to give. */
export function readFrequency(form: Loose): Frequency {
  return form['frequency'] === 'monthly' ? 'monthly' : 'once'
}

function onlyTexts(query: Loose): Loose {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => typeof value === 'string'))
}
