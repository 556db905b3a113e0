import { AppError } from '#lib/errors.ts'
import { currencyOf } from './currencies.ts'
import { toDecimalString } from './format.ts'

const DIGITS_MAX = 12
const TEXT_LENGTH_MAX = 60

/**
 * Reads an amount a person typed: "25", "25.5", "12,50", "1,000.50", "1.000,50", "1 000,50", "1'000", "1,00,000", each
 * with the currency's own code or sign before or after it ("$25", "25 EUR"). Returns minor units, always above zero.
 *
 * The rule where countries disagree: a text is read only when it can mean one thing. A lone comma or point is the
 * decimal sign when at most `exponent` digits follow it. A lone one before three digits ("1,000", "4.999") is refused,
 * because it is a thousand in one country and one in another; what remains is the point in a three-decimal currency
 * ("1.500" KWD) and the comma in a currency without decimals ("10,000" JPY).
 *
 * Throws `invalid_input` whose message shows how to write the amount.
 */
export function parseMoney(text: string, currency: string): bigint {
  const { code, exponent } = currencyOf(currency)
  const example = toDecimalString(25n * 10n ** BigInt(exponent), code)
  const refuse = (message: string): AppError =>
    new AppError('invalid_input', `${message} Write it like ${example} or 1000.`)

  const typed = text.trim()
  if (typed === '') throw refuse('Enter an amount.')
  if (typed.length > TEXT_LENGTH_MAX) throw refuse('This amount is too long.')
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(typed)) {
    throw refuse('This amount contains a hidden character. Type it again instead of pasting it.')
  }
  if (/[^\P{Nd}0-9]/u.test(typed)) throw refuse('Use the digits 0 to 9.')
  if (/^[(\p{Pd}\u2212]/u.test(typed)) throw refuse('The amount must be more than zero: leave the minus sign out.')

  const { whole, decimals } = readNumber(withoutCurrency(typed, code), exponent, refuse)
  const digits = (whole + decimals.padEnd(exponent, '0')).replace(/^0+/, '')
  if (digits.length > DIGITS_MAX) throw refuse('This amount is too large.')
  if (digits === '') throw refuse('The amount must be more than zero.')
  return BigInt(digits)
}

type Refuse = (message: string) => AppError

function readNumber(text: string, exponent: number, refuse: Refuse): { whole: string; decimals: string } {
  if (/^\d+$/.test(text)) return { whole: text, decimals: '' }

  const lone = /^(\d+)([.,])(\d+)$/.exec(text)
  if (lone) return readLoneSeparator(lone, exponent, refuse)

  // Here the thousands sign cannot be mistaken: it repeats, or it is a space or an apostrophe, or the decimal sign differs.
  const grouped =
    /^([1-9]\d{0,2}(?:([ \u00a0\u202f'’.,])\d{3})(?:\2\d{3})*)(?:(?!\2)([.,])(\d+))?$/.exec(text) ??
    /^([1-9]\d?(?:(,)\d{2})+,\d{3})(?:(\.)(\d+))?$/.exec(text)
  if (!grouped) throw refuse('This is not an amount we can read.')
  const decimals = grouped[4] ?? ''
  refuseTooManyDecimals(decimals, exponent, refuse)
  return { whole: (grouped[1] ?? '').replace(/\D/g, ''), decimals }
}

function readLoneSeparator(match: RegExpExecArray, exponent: number, refuse: Refuse) {
  const [, whole = '', separator, tail = ''] = match
  if (tail.length === 3) {
    if (exponent === 3 && separator === '.') return { whole, decimals: tail }
    if (exponent === 0 && separator === ',' && /^[1-9]\d{0,2}$/.test(whole))
      return { whole: whole + tail, decimals: '' }
    throw refuse('This amount can be read in two ways: leave the thousands separator out.')
  }
  refuseTooManyDecimals(tail, exponent, refuse)
  return { whole, decimals: tail }
}

function refuseTooManyDecimals(decimals: string, exponent: number, refuse: Refuse): void {
  if (decimals.length <= exponent) return
  throw refuse(
    exponent === 0 ? 'This currency has no decimals.' : `This currency has at most ${exponent} digits after the point.`,
  )
}

function withoutCurrency(text: string, code: string): string {
  const sign = new Intl.NumberFormat('en', { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find((part) => part.type === 'currency')?.value
  for (const mark of [code, sign ?? code]) {
    if (text.toUpperCase().startsWith(mark.toUpperCase())) return text.slice(mark.length).trim()
    if (text.toUpperCase().endsWith(mark.toUpperCase())) return text.slice(0, -mark.length).trim()
  }
  return text
}
