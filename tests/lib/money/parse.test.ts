import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { currencies } from '#lib/money/currencies.ts'
import { formatMoney, toDecimalString } from '#lib/money/format.ts'
import { parseMoney } from '#lib/money/parse.ts'

function refusal(text: string, currency: string): string {
  try {
    return `read as ${parseMoney(text, currency)}`
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input') return error.message
    throw error
  }
}

describe('an amount is read when it can mean one thing only', () => {
  test.each([
    ['25', 'USD', 2500n],
    [' 25 ', 'USD', 2500n],
    ['25.5', 'USD', 2550n],
    ['25.50', 'USD', 2550n],
    ['12,50', 'EUR', 1250n],
    ['12,5', 'EUR', 1250n],
    ['0.05', 'USD', 5n],
    ['1,000.50', 'USD', 100050n],
    ['1.000,50', 'EUR', 100050n],
    ['1 000,50', 'EUR', 100050n],
    ['1\u00a0000,50', 'EUR', 100050n],
    ['1\u202f000', 'EUR', 100000n],
    ["1'000.50", 'CHF', 100050n],
    ['1’000', 'CHF', 100000n],
    ['1,000,000', 'USD', 100000000n],
    ['1.000.000,5', 'EUR', 100000050n],
    ['1,00,000.50', 'INR', 10000050n],
    ['$25', 'USD', 2500n],
    ['25 €', 'EUR', 2500n],
    ['25usd', 'USD', 2500n],
    ['CHF 10', 'CHF', 1000n],
    ['500', 'JPY', 500n],
    ['10,000', 'JPY', 10000n],
    ['1.5', 'KWD', 1500n],
    ['1.500', 'KWD', 1500n],
    ['1 000,500', 'KWD', 1000500n],
    ['9999999999.99', 'USD', 999999999999n],
  ])('%s in %s', (text, currency, amountMinor) => {
    expect(parseMoney(text, currency)).toBe(amountMinor)
  })
})

describe('an amount is refused with a sentence that shows how to write it', () => {
  test.each([
    ['', 'USD', 'Enter an amount'],
    ['   ', 'USD', 'Enter an amount'],
    ['4.999', 'USD', 'two ways'],
    ['4,999', 'USD', 'two ways'],
    ['1,000', 'USD', 'two ways'],
    ['1.000', 'EUR', 'two ways'],
    ['1,500', 'KWD', 'two ways'],
    ['4.9999', 'USD', 'at most 2 digits'],
    ['1,000.505', 'USD', 'at most 2 digits'],
    ['1.2345', 'KWD', 'at most 3 digits'],
    ['1.5', 'JPY', 'no decimals'],
    ['12,50', 'JPY', 'no decimals'],
    ['1e21', 'USD', 'not an amount'],
    ['0x10', 'USD', 'not an amount'],
    ['Infinity', 'USD', 'not an amount'],
    ['NaN', 'USD', 'not an amount'],
    ['٥', 'USD', 'digits 0 to 9'],
    ['２５', 'USD', 'digits 0 to 9'],
    ['½', 'USD', 'not an amount'],
    ['-5', 'USD', 'minus sign'],
    ['−5', 'USD', 'minus sign'],
    ['(5)', 'USD', 'minus sign'],
    ['+5', 'USD', 'not an amount'],
    ['$-5', 'USD', 'not an amount'],
    ['0', 'USD', 'more than zero'],
    ['0.00', 'USD', 'more than zero'],
    ['25\u200b', 'USD', 'hidden character'],
    ['2\u202e5', 'USD', 'hidden character'],
    ['25\u0000', 'USD', 'hidden character'],
    ['1000000000000', 'USD', 'too large'],
    ['9'.repeat(100), 'USD', 'too long'],
    ['€25', 'USD', 'not an amount'],
    ['.50', 'USD', 'not an amount'],
    ['5.', 'USD', 'not an amount'],
    ['1,0000,000', 'USD', 'not an amount'],
    ['1,000 000', 'USD', 'not an amount'],
    ['1.000.50', 'USD', 'not an amount'],
    ['0,000,500', 'USD', 'not an amount'],
    ['5 5', 'USD', 'not an amount'],
    ['twenty', 'USD', 'not an amount'],
  ])('%j in %s: %s', (text, currency, reason) => {
    const message = refusal(text, currency)
    expect(message).toContain(reason)
    expect(message).toMatch(/Write it like 25\S* or 1000\.$/)
  })

  test('an unknown currency is refused', () => {
    expect(() => parseMoney('5', 'usd')).toThrow(AppError)
    expect(() => parseMoney('5', 'XXX')).toThrow(AppError)
  })
})

const anyCurrency = fc.constantFrom(...currencies.keys())

test('whatever is written for machines is read back exactly', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 12n - 1n), anyCurrency, (amountMinor, currency) => {
      expect(parseMoney(toDecimalString(amountMinor, currency), currency)).toBe(amountMinor)
    }),
  )
})

test('whatever is shown with its decimals is read back exactly or refused, never as another amount', () => {
  const locale = fc.constantFrom('en', 'de', 'fr', 'de-CH', 'en-IN', 'ja', 'es', 'pt-BR')
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 12n - 1n), anyCurrency, locale, (amountMinor, currency, locale) => {
      const shown = formatMoney(amountMinor, currency, { locale, showCode: true })
      const message = refusal(shown, currency)
      expect(message === `read as ${amountMinor}` || message.includes('Write it like')).toBe(true)
    }),
  )
})

test('any text is either a positive amount of at most 12 digits or a clear refusal', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(..."0159.,-e '$€٥") }))
  fc.assert(
    fc.property(text, anyCurrency, (typed, currency) => {
      const message = refusal(typed, currency)
      expect(message).toMatch(/^read as [1-9]\d{0,11}$|Write it like/)
    }),
    { numRuns: 2000 },
  )
})
