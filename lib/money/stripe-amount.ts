import { AppError } from '#lib/errors.ts'
import { currencyOf } from './currencies.ts'
import { toDecimalString } from './format.ts'

/**
 * The integer Stripe expects for an amount of ours: 500n UGX is 50000. The sign is kept.
 * Throws `invalid_input` for an amount Stripe cannot charge in this currency (12.345 KWD, 0.50 MGA).
 */
export function toStripeAmount(amountMinor: bigint, currency: string): number {
  const { code, exponent, stripeExponent, stripeStepMinor } = currencyOf(currency)
  if (amountMinor % stripeStepMinor !== 0n) {
    throw new AppError(
      'invalid_input',
      `Card payments in ${code} go in steps of ${toDecimalString(stripeStepMinor, code)}.`,
    )
  }
  const stripeAmount = Number(rescale(amountMinor, exponent, stripeExponent))
  if (!Number.isSafeInteger(stripeAmount)) throw new AppError('invalid_input', 'This amount is too large for a card.')
  return stripeAmount
}

/**
 * Our minor units for an integer of Stripe's: 50000 UGX is 500n. The sign is kept (balance transactions have one).
 * Throws `payment_provider` for a number that is no whole amount of the currency.
 */
export function fromStripeAmount(stripeAmount: number | bigint, currency: string): bigint {
  const { exponent, stripeExponent } = currencyOf(currency.toUpperCase())
  const unit = 10n ** BigInt(Math.max(0, stripeExponent - exponent))
  const whole = typeof stripeAmount === 'bigint' || Number.isSafeInteger(stripeAmount)
  if (!whole || BigInt(stripeAmount) % unit !== 0n) {
    throw new AppError('payment_provider', 'The payment provider sent an amount that this currency cannot have.')
  }
  return rescale(BigInt(stripeAmount), stripeExponent, exponent)
}

function rescale(amount: bigint, fromExponent: number, toExponent: number): bigint {
  const factor = 10n ** BigInt(Math.abs(toExponent - fromExponent))
  return toExponent >= fromExponent ? amount * factor : amount / factor
}
