import { AppError } from '#lib/errors.ts'

/**
 * A currency this software can keep books in.
 *
 * `exponent` is the number of decimals of our `amountMinor` (ISO 4217). `stripeExponent` is the number of decimals
 * of the integers Stripe speaks, which is not always the same. `stripeStepMinor` is the smallest step, in our minor
 * units, that Stripe can charge.
 */
export type Currency = { code: string; exponent: number; stripeExponent: number; stripeStepMinor: bigint }

const TWO_DECIMALS = `
  AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
  CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
  KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
  NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
  TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG`
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND'

// Stripe writes ISK and UGX with two decimals that must be zero, and MGA (whose fifths nobody uses) with none.
const STRIPE_EXPONENTS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 }

/** Every known currency by its ISO 4217 code, in upper case. */
export const currencies: ReadonlyMap<string, Currency> = new Map(
  [...withExponent(TWO_DECIMALS, 2), ...withExponent(NO_DECIMALS, 0), ...withExponent(THREE_DECIMALS, 3)]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((currency) => [currency.code, currency]),
)

/** Looks a currency up by its upper-case code. Throws `invalid_input` for a code that is not in the table. */
export function currencyOf(code: string): Currency {
  const currency = currencies.get(code)
  if (!currency) throw new AppError('invalid_input', 'This currency is not one we can use.')
  return currency
}

/** How many minor units make one of the currency: 100n for USD, 1n for JPY, 1000n for KWD. */
export function minorPerMajor(code: string): bigint {
  return 10n ** BigInt(currencyOf(code).exponent)
}

function withExponent(codes: string, exponent: number): Currency[] {
  return codes
    .trim()
    .split(/\s+/)
    .map((code) => {
      const stripeExponent = STRIPE_EXPONENTS[code] ?? exponent
      return { code, exponent, stripeExponent, stripeStepMinor: stripeStepMinor(exponent, stripeExponent) }
    })
}

function stripeStepMinor(exponent: number, stripeExponent: number): bigint {
  // Card networks have no third decimal: Stripe wants the last digit of a three-decimal amount to be 0.
  if (stripeExponent === 3) return 10n
  return 10n ** BigInt(Math.max(0, exponent - stripeExponent))
}
