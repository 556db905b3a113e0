import { currencyOf } from '#lib/money/currencies.ts'

const DIGITS_MAX = 15

/**
 * An amount as a bank's program writes it, in minor units, signed: "-1250.50", "8.850" (zeros beyond the currency's
 * decimals), "1.250,50" with the decimal comma, "12.50-", "(12.50)". Null for anything else, and for an amount finer
 * than the currency.
 */
export function readAmount(text: string, currency: string, decimal: '.' | ',' = '.'): bigint | null {
  const { exponent } = currencyOf(currency)
  const trimmed = text.replaceAll(/[\s\u00a0\u202f'’]/g, '').replace('\u2212', '-')
  const shape = /^(\()?([+-])?(\(?)([\d.,]+)\)?([+-])?$/.exec(trimmed)
  if (!shape) return null
  const [, open, before, openAfter, digits = '', after] = shape
  if (before && after) return null
  if (Boolean(open || openAfter) !== trimmed.includes(')')) return null
  const negative = before === '-' || after === '-' || Boolean(open || openAfter)
  const minor = readDigits(digits, exponent, decimal)
  if (minor === null) return null
  return negative ? -minor : minor
}

function readDigits(digits: string, exponent: number, decimal: '.' | ','): bigint | null {
  const thousands = decimal === '.' ? ',' : '.'
  const [whole = '', fraction = '', ...more] = digits.split(decimal)
  if (more.length > 0 || fraction.includes(thousands)) return null
  const groups = whole.split(thousands)
  const grouped = groups.length > 1
  if (grouped && (!/^\d{1,3}$/.test(groups[0] ?? '') || groups.slice(1).some((group) => !/^\d{2,3}$/.test(group))))
    return null
  // Only the last group of an Indian number must have three digits.
  if (grouped && groups.at(-1)?.length !== 3) return null
  const figures = groups.join('')
  if (figures + fraction === '' || /[1-9]/.test(fraction.slice(exponent))) return null
  const text = figures + fraction.slice(0, exponent).padEnd(exponent, '0')
  return text.length > DIGITS_MAX ? null : BigInt(text || '0')
}
