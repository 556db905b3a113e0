import { invalidRequest } from './errors.ts'

const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))
// Stripe keeps these two at two decimals on the wire, with the decimals always zero.
const WHOLE_UNITS_ONLY = new Set(['isk', 'ugx'])
const KNOWN = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

// Stripe's published minimum charges; a currency that is not listed has no minimum here but 1.
const MINIMUM: Record<string, number> = {
  usd: 50,
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}
const MAXIMUM = 99_999_999

// The fixed part of the fee, in minor units; 30 where Stripe's price list is not followed.
const FIXED_FEE: Record<string, number> = { eur: 25, gbp: 20 }
const FIXED_FEE_DEFAULT = 30

/** 0, 2 or 3: how many of an amount's digits stand behind the point on Stripe's wire. */
export function fractionDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0
  return THREE_DECIMAL.has(currency) ? 3 : 2
}

/** Lower case, as Stripe answers; refuses what is not a currency. */
export function parseCurrency(text: string, param = 'currency'): string {
  const currency = text.toLowerCase()
  if (KNOWN.has(currency)) return currency
  throw invalidRequest(
    `Invalid currency: ${text}. Stripe currently supports these currencies: usd, eur, gbp, jpy, ...`,
    { param },
  )
}

/** Refuses amounts below the minimum, above the maximum, or with digits the currency does not have. */
export function checkChargeAmount(amount: number, currency: string, param = 'amount'): void {
  const minimum = MINIMUM[currency] ?? 1
  if (amount < minimum) {
    const message = `Amount must be at least ${formatAmount(minimum, currency)}`
    throw invalidRequest(message, { code: 'amount_too_small', param })
  }
  if (amount > MAXIMUM) {
    const message = `Amount must be no more than ${formatAmount(MAXIMUM, currency)}`
    throw invalidRequest(message, { code: 'amount_too_large', param })
  }
  const step = THREE_DECIMAL.has(currency) ? 10 : WHOLE_UNITS_ONLY.has(currency) ? 100 : 1
  if (amount % step !== 0) {
    throw invalidRequest(`Invalid amount: ${amount} ${currency} must be a multiple of ${step}.`, { param })
  }
}

/** Stripe's fee in minor units: 2.9 % rounded half up, plus the fixed part; three-decimal currencies go in tens. */
export function feeFor(amount: number, currency: string): number {
  const fixed = FIXED_FEE[currency] ?? FIXED_FEE_DEFAULT
  const step = THREE_DECIMAL.has(currency) ? 10 : WHOLE_UNITS_ONLY.has(currency) ? 100 : 1
  return Math.floor((amount * 29 + step * 500) / (step * 1000)) * step + Math.ceil(fixed / step) * step
}

/** For people: `$12.30`, `¥500`; never used where a program reads. */
export function formatAmount(amount: number, currency: string): string {
  const digits = fractionDigits(currency)
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits)
}
