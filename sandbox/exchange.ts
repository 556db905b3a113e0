import { z } from 'zod'
import type { Sandbox } from './context.ts'
import { fractionDigits, parseCurrency } from './currency.ts'
import { invalidRequest } from './errors.ts'

/** An amount as it reaches the balance. */
export interface Settled {
  /** Minor units of `currency`. */
  amount: number
  currency: string
  /** Settled minor units for one minor unit of the original; null where nothing was changed. */
  exchangeRate: number | null
}

const RATE = z.string().regex(/^\d{1,6}(\.\d{1,8})?$/)

export const settlementInput = z.strictObject({
  /** The currencies the account holds; what comes in any other is changed into the first. Empty: it holds them all. */
  currencies: z.array(z.string().length(3).toLowerCase()).optional(),
  /** US dollars for one whole unit of a currency, as text: `{"eur": "1.0834"}`. */
  rates: z.record(z.string().length(3).toLowerCase(), RATE).optional(),
})

interface Settlement {
  currencies: string[]
  rates: Record<string, string>
}

// Made up, and the same each day unless a test says otherwise.
const RATES: Record<string, string> = {
  usd: '1',
  eur: '1.0834',
  gbp: '1.2711',
  chf: '1.1302',
  cad: '0.7295',
  aud: '0.6588',
  nzd: '0.6004',
  sek: '0.0954',
  nok: '0.0935',
  dkk: '0.1453',
  pln: '0.2519',
  mxn: '0.0551',
  brl: '0.1826',
  inr: '0.0119',
  jpy: '0.0066',
  krw: '0.00073',
  kwd: '3.2512',
  bhd: '2.6525',
}
const DIGITS_MAX = 6
const SCALE = 1_000_000n

/** What the account holds and at which rates it changes the rest; kept over a restart. */
export function settlementOf(sandbox: Sandbox): Settlement {
  const kept = JSON.parse(sandbox.store.readSetting('settlement') ?? '{}') as Partial<Settlement>
  return {
    currencies: kept.currencies ?? sandbox.settings.settlementCurrencies,
    rates: { ...RATES, ...kept.rates },
  }
}

/** Changes only what is named; answers the whole. */
export function changeSettlement(sandbox: Sandbox, input: z.infer<typeof settlementInput>): Settlement {
  const current = settlementOf(sandbox)
  for (const code of input.currencies ?? []) parseCurrency(code)
  const next = {
    currencies: input.currencies ?? current.currencies,
    rates: { ...current.rates, ...input.rates },
  }
  sandbox.store.writeSetting('settlement', JSON.stringify(next))
  return next
}

/** What a charge of this amount brings, before fees: its own currency where the account holds it, else the first one held. */
export function settle(sandbox: Sandbox, amount: number, currency: string): Settled {
  const { currencies } = settlementOf(sandbox)
  const [first] = currencies
  const into = first === undefined || currencies.includes(currency) ? currency : first
  return settleInto(sandbox, amount, currency, into)
}

/** At today's rate, rounded half away from zero. */
export function settleInto(sandbox: Sandbox, amount: number, currency: string, into: string): Settled {
  if (currency === into) return { amount, currency, exchangeRate: null }
  const { rates } = settlementOf(sandbox)
  const [from, to] = [rates[currency], rates[into]]
  if (from === undefined || to === undefined || Number(to) === 0) {
    throw invalidRequest(`There is no exchange rate from ${currency} to ${into}.`, { param: 'currency' })
  }
  const minorPerMinor = (Number(from) / Number(to)) * 10 ** (fractionDigits(into) - fractionDigits(currency))
  return { ...convert(amount, minorPerMinor), currency: into }
}

// In whole numbers: the amount is exactly what the shown rate makes of it.
function convert(amount: number, rate: number): { amount: number; exchangeRate: number } {
  const scaled = BigInt(Math.round(rate * 10 ** DIGITS_MAX))
  const magnitude = BigInt(Math.abs(amount))
  const settled = Number((magnitude * scaled + SCALE / 2n) / SCALE)
  return { amount: Math.sign(amount) * settled, exchangeRate: Number(scaled) / 10 ** DIGITS_MAX }
}
