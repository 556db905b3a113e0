import { assertInvariant } from '#lib/errors.ts'
import { currencyOf } from './currencies.ts'

/** An amount that knows its currency. `amountMinor` is in the currency's minor units (cents, yen, fils). */
export type Money = { amountMinor: bigint; currency: string }

/** Pairs an amount with its currency. Throws `invalid_input` for an unknown currency. */
export function money(amountMinor: bigint, currency: string): Money {
  return { amountMinor, currency: currencyOf(currency).code }
}

/** a + b. Stops the program when the currencies differ: money never crosses currencies silently. */
export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b)
  return { amountMinor: a.amountMinor + b.amountMinor, currency: a.currency }
}

/** a - b, which may be below zero. Stops the program when the currencies differ. */
export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b)
  return { amountMinor: a.amountMinor - b.amountMinor, currency: a.currency }
}

/** The total of any number of amounts, all in the named currency; zero of that currency for none. */
export function sum(amounts: Iterable<Money>, currency: string): Money {
  let total = money(0n, currency)
  for (const amount of amounts) total = add(total, amount)
  return total
}

function assertSameCurrency(a: Money, b: Money): void {
  assertInvariant(a.currency === b.currency, `${a.currency} and ${b.currency} do not mix`)
}
