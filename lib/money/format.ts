import { currencyOf } from './currencies.ts'

const formats = new Map<string, Intl.NumberFormat>()

/**
 * An amount for people, by locale ("en" when none is given): formatMoney(-1250n, 'USD') is "−$12.50". The minor units are always
 * shown and the minus is the true one (U+2212). `showCode` writes "USD 12.50" instead of the sign.
 * Exact at any size: Intl reads the decimal text, never a float.
 */
export function formatMoney(
  amountMinor: bigint,
  currency: string,
  options: { locale?: string; showCode?: boolean } = {},
): string {
  return formatFor(currency, options.locale ?? 'en', options.showCode ?? false)
    .formatToParts(toDecimalString(amountMinor, currency))
    .map((part) => (part.type === 'minusSign' ? part.value.replace('-', '\u2212') : part.value))
    .join('')
}

/** An amount for machines: "-12.50", with a point, no grouping and always `exponent` decimals ("1250" for JPY). */
export function toDecimalString(amountMinor: bigint, currency: string): `${number}` {
  const { exponent } = currencyOf(currency)
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const decimals = exponent === 0 ? '' : `.${digits.slice(-exponent)}`
  return `${amountMinor < 0n ? '-' : ''}${whole}${decimals}` as `${number}`
}

function formatFor(currency: string, locale: string, showCode: boolean): Intl.NumberFormat {
  const key = `${currency} ${locale} ${showCode}`
  const known = formats.get(key)
  if (known) return known
  const { exponent } = currencyOf(currency)
  const created = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: showCode ? 'code' : 'symbol',
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  })
  formats.set(key, created)
  return created
}
