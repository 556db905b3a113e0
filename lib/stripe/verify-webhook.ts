import { now } from '#lib/clock.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { isLive, stripe } from './client.ts'
import { readEvent } from './events.ts'
import type { StripeEventNotice } from './types.ts'

const AGE_SECONDS_MAX = 300
// Two machines' clocks differ a little; the SDK itself tests only the age and takes any time to come.
const FUTURE_SECONDS_MAX = 60

/**
 * Proves that Stripe sent this body, now, for this mode, and reads what it is about. Each of several secrets may have
 * signed it, so that one can be rotated. `body` is the raw text. Throws `invalid_input` for everything else.
 */
export function verifyWebhook(body: string, signature: string | null): StripeEventNotice {
  const time = signedAtSeconds(signature)
  if (signature === null || time === null || !isSigned(body, signature)) throw refused('The signature is not valid.')
  if (time - now().getTime() / 1_000 > FUTURE_SECONDS_MAX) throw refused('The signature is from the future.')
  const event = readEvent(parsed(body))
  if (!event) throw refused('This is not an event.')
  const { livemode, ...notice } = event
  if (livemode !== isLive()) throw refused('This event is of the other mode.')
  return notice
}

function isSigned(body: string, signature: string): boolean {
  const { webhooks } = stripe()
  return env().STRIPE_WEBHOOK_SECRETS.some((secret) => {
    try {
      return (
        webhooks.signature?.verifyHeader(body, signature, secret, AGE_SECONDS_MAX, undefined, now().getTime()) ?? false
      )
    } catch {
      return false
    }
  })
}

/** The one `t=` of the header. Two would let the age be checked on one and the signature on the other. */
function signedAtSeconds(signature: string | null): number | null {
  const times = (signature ?? '').split(',').filter((part) => part.startsWith('t='))
  const [only] = times
  return times.length === 1 && only !== undefined && /^t=\d{1,12}$/.test(only) ? Number(only.slice(2)) : null
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function refused(message: string): AppError {
  return new AppError('invalid_input', message)
}
