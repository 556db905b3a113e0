import { AppError } from '#lib/errors.ts'

export type DonationStatus = 'started' | 'settled' | 'failed' | 'expired'
export type DonationEvent = 'settle' | 'fail' | 'expire'

/**
 * Every legal change of a donation. Money that came is money that came: a payment that succeeds after a failure, or is
 * reported after the expiry, still settles. `settled` is final; a refund is a fact of its own.
 */
const DONATION_TRANSITIONS: readonly { from: DonationStatus; event: DonationEvent; to: DonationStatus }[] = [
  { from: 'started', event: 'settle', to: 'settled' },
  { from: 'failed', event: 'settle', to: 'settled' },
  { from: 'expired', event: 'settle', to: 'settled' },
  { from: 'started', event: 'fail', to: 'failed' },
  { from: 'started', event: 'expire', to: 'expired' },
  { from: 'failed', event: 'expire', to: 'expired' },
]

/** The status an event leads to. Throws `wrong_state` when the table has no such step. */
export function nextDonationStatus(from: DonationStatus, event: DonationEvent): DonationStatus {
  const step = DONATION_TRANSITIONS.find((transition) => transition.from === from && transition.event === event)
  if (!step) throw new AppError('wrong_state', 'This gift is no longer in a state where that can happen.')
  return step.to
}
