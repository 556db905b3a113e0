import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { add, money, subtract, sum } from '#lib/money/arithmetic.ts'
import { coverFee } from '#lib/money/cover.ts'
import { currencies, currencyOf, minorPerMajor } from '#lib/money/currencies.ts'
import { formatMoney, toDecimalString } from '#lib/money/format.ts'
import { splitByWeights } from '#lib/money/split.ts'
import { fromStripeAmount, toStripeAmount } from '#lib/money/stripe-amount.ts'

const anyCurrency = fc.constantFrom(...currencies.keys())
const anyAmount = fc.bigInt(-(10n ** 15n), 10n ** 15n)

describe('currencies', () => {
  test('have the decimals of ISO 4217', () => {
    expect(minorPerMajor('USD')).toBe(100n)
    expect(minorPerMajor('JPY')).toBe(1n)
    expect(minorPerMajor('KRW')).toBe(1n)
    expect(minorPerMajor('KWD')).toBe(1000n)
    expect(minorPerMajor('BHD')).toBe(1000n)
  })

  test('are listed once each, in upper case, and known to Intl', () => {
    const known = new Set(Intl.supportedValuesOf('currency'))
    const unknown = [...currencies.keys()].filter((code) => !known.has(code))
    expect(unknown).toEqual([])
    expect(currencies.size).toBeGreaterThan(150)
  })

  test('an unknown one is refused', () => {
    expect(() => currencyOf('BTC')).toThrow(AppError)
    expect(() => currencyOf('usd')).toThrow(AppError)
  })
})

describe('arithmetic', () => {
  test('never mixes currencies', () => {
    expect(() => add(money(1n, 'USD'), money(1n, 'EUR'))).toThrow('do not mix')
    expect(() => subtract(money(1n, 'USD'), money(1n, 'EUR'))).toThrow('do not mix')
    expect(() => sum([money(1n, 'USD')], 'EUR')).toThrow('do not mix')
  })

  test('is exact', () => {
    expect(add(money(10n, 'USD'), money(20n, 'USD'))).toEqual(money(30n, 'USD'))
    expect(subtract(money(10n, 'USD'), money(20n, 'USD'))).toEqual(money(-10n, 'USD'))
    expect(sum([], 'JPY')).toEqual(money(0n, 'JPY'))
    expect(sum([money(2n ** 60n, 'USD'), money(1n, 'USD')], 'USD').amountMinor).toBe(2n ** 60n + 1n)
  })
})

describe('a split', () => {
  const weights = fc
    .array(fc.bigInt(0n, 10n ** 9n), { minLength: 1, maxLength: 40 })
    .filter((values) => values.some((value) => value > 0n))

  test('sums to the amount, each part within one cent of its exact share', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), weights, (amountMinor, weights) => {
        const parts = splitByWeights(amountMinor, weights)
        const total = weights.reduce((a, b) => a + b, 0n)
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(amountMinor)
        parts.forEach((part, position) => {
          const floor = (amountMinor * weights[position]!) / total
          expect(part === floor || part === floor + 1n).toBe(true)
          if (weights[position] === 0n) expect(part).toBe(0n)
        })
      }),
    )
  })

  test('gives the cents left over to the largest remainders, then to the first', () => {
    expect(splitByWeights(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
    expect(splitByWeights(10n, [1n, 2n, 3n])).toEqual([2n, 3n, 5n])
    expect(splitByWeights(1n, [1n, 5n])).toEqual([0n, 1n])
    expect(splitByWeights(5n, [0n, 1n])).toEqual([0n, 5n])
  })

  test('refuses nothing to split by', () => {
    expect(() => splitByWeights(1n, [])).toThrow('weights')
    expect(() => splitByWeights(1n, [0n])).toThrow('weights')
    expect(() => splitByWeights(1n, [2n, -1n])).toThrow('weights')
    expect(() => splitByWeights(-1n, [1n])).toThrow('not negative')
  })
})

describe('formatting', () => {
  test('shows the minor units always and the true minus', () => {
    expect(formatMoney(1250n, 'USD')).toBe('$12.50')
    expect(formatMoney(100000n, 'USD')).toBe('$1,000.00')
    expect(formatMoney(-1250n, 'USD')).toBe('\u2212$12.50')
    expect(formatMoney(0n, 'USD')).toBe('$0.00')
    expect(formatMoney(500n, 'JPY')).toBe('¥500')
    expect(formatMoney(1500n, 'KWD', { showCode: true })).toBe('KWD\u00a01.500')
    expect(formatMoney(1250n, 'CAD')).toBe('CA$12.50')
    expect(formatMoney(123456n, 'EUR', { locale: 'de' })).toBe('1.234,56\u00a0€')
    expect(formatMoney(-5n, 'EUR', { locale: 'de' })).toBe('\u22120,05\u00a0€')
  })

  test('is exact beyond what a float can hold', () => {
    expect(formatMoney(900719925474099399n, 'USD')).toBe('$9,007,199,254,740,993.99')
  })

  test('never shows an ASCII hyphen as a minus', () => {
    fc.assert(
      fc.property(
        anyAmount,
        anyCurrency,
        fc.constantFrom('en', 'de', 'fr', 'sv', 'ar', 'he'),
        (amount, code, locale) => {
          expect(formatMoney(amount, code, { locale, showCode: true })).not.toContain('-')
        },
      ),
    )
  })

  test('for machines is a plain decimal', () => {
    expect(toDecimalString(-1250n, 'USD')).toBe('-12.50')
    expect(toDecimalString(5n, 'USD')).toBe('0.05')
    expect(toDecimalString(-5n, 'KWD')).toBe('-0.005')
    expect(toDecimalString(1250n, 'JPY')).toBe('1250')
  })
})

describe('the covered fee', () => {
  test('of a 25.00 gift at 2.9 % + 0.30 is 1.06', () => {
    expect(coverFee(2500n, { ratePpm: 29_000n, fixedMinor: 30n })).toBe(106n)
  })

  test('leaves at least the whole gift, and one step less would not', () => {
    const fee = fc.record({ ratePpm: fc.bigInt(0n, 200_000n), fixedMinor: fc.bigInt(0n, 500n) })
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fee, fc.constantFrom(1n, 10n, 100n), (giftMinor, fee, stepMinor) => {
        const totalMinor = giftMinor + coverFee(giftMinor, fee, stepMinor)
        const stripeFee = (total: bigint) => (total * fee.ratePpm + 500_000n) / 1_000_000n + fee.fixedMinor
        expect(totalMinor - stripeFee(totalMinor)).toBeGreaterThanOrEqual(giftMinor)
        expect(totalMinor % stepMinor).toBe(0n)
        const lessMinor = totalMinor - stepMinor
        const lessNetPpm = lessMinor * 1_000_000n - lessMinor * fee.ratePpm - fee.fixedMinor * 1_000_000n
        expect(lessNetPpm).toBeLessThan(giftMinor * 1_000_000n)
      }),
    )
  })

  test('refuses a rate of 100 % and an empty gift', () => {
    expect(() => coverFee(100n, { ratePpm: 1_000_000n, fixedMinor: 0n })).toThrow('fee')
    expect(() => coverFee(0n, { ratePpm: 0n, fixedMinor: 0n })).toThrow('gift')
  })
})

describe("Stripe's integers", () => {
  test('have two decimals for UGX and ISK and none for MGA', () => {
    expect(toStripeAmount(500n, 'UGX')).toBe(50000)
    expect(toStripeAmount(500n, 'ISK')).toBe(50000)
    expect(toStripeAmount(500n, 'JPY')).toBe(500)
    expect(toStripeAmount(50000n, 'MGA')).toBe(500)
    expect(toStripeAmount(2500n, 'USD')).toBe(2500)
    expect(fromStripeAmount(50000, 'ugx')).toBe(500n)
    expect(fromStripeAmount(-500, 'MGA')).toBe(-50000n)
  })

  test('cannot hold a third decimal or a fraction of an ariary', () => {
    expect(() => toStripeAmount(12345n, 'KWD')).toThrow('steps of 0.010')
    expect(toStripeAmount(12340n, 'KWD')).toBe(12340)
    expect(() => toStripeAmount(50n, 'MGA')).toThrow('steps of 1.00')
  })

  test('that are no whole amount are refused', () => {
    for (const [amount, code] of [
      [50050, 'ISK'],
      [1.5, 'USD'],
      [Number.NaN, 'USD'],
      [2 ** 60, 'USD'],
    ] as const) {
      expect(() => fromStripeAmount(amount, code)).toThrow(AppError)
    }
    expect(() => toStripeAmount(2n ** 60n, 'USD')).toThrow('too large')
  })

  test('go there and back unchanged', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 11n), 10n ** 11n), anyCurrency, (steps, currency) => {
        const amountMinor = steps * currencyOf(currency).stripeStepMinor
        expect(fromStripeAmount(toStripeAmount(amountMinor, currency), currency)).toBe(amountMinor)
      }),
    )
  })
})
