import type { PledgeSessionOutcome } from '#lib/donations/settle-pledge.ts'
import type { SyncOutcome } from '#lib/donations/sync-pledge.ts'
import type { SettleOutcome } from '#lib/donations/types.ts'
import { AppError } from '#lib/errors.ts'
import type { EventOutcome } from './types.ts'

/** What an event has come to when its donation was settled or not. Throws `unavailable` for: try again soon. */
export function outcomeOfSettling(outcome: SettleOutcome): EventOutcome {
  switch (outcome.state) {
    case 'settled':
    case 'unpaid':
      return { status: 'applied' }
    case 'waiting':
      throw new AppError('unavailable', 'Stripe has not written the account line of this charge yet.')
    case 'foreign':
      return { status: 'ignored' }
    case 'unknown':
      return UNKNOWN_AT_STRIPE
  }
}

/** The same when a monthly pledge was looked at. */
export function outcomeOfPledge(outcome: SyncOutcome | PledgeSessionOutcome): EventOutcome {
  switch (outcome.state) {
    case 'waiting':
      throw new AppError('unavailable', 'Stripe has not written the account line of this charge yet.')
    case 'foreign':
      return { status: 'ignored' }
    case 'unknown':
      return UNKNOWN_AT_STRIPE
    default:
      return { status: 'applied' }
  }
}

/** A signed event about something Stripe does not have: never acted on. */
export const UNKNOWN_AT_STRIPE: EventOutcome = { status: 'quarantined', reason: 'Stripe does not know this object' }
