import type { StripeInvoice, StripeSubscription } from '#lib/stripe/types.ts'
import type { PledgeStatus } from './states.ts'

/** What a pledge is to become: what the donor, the campaign and a dispute want of it, the strongest wish first. */
export type PledgeWishes = {
  endReason: string | null
  pausedAt: Date | null
  pausedUntil: Date | null
  campaignPausedAt: Date | null
}
export type Desired = { end: string } | { pauseUntil: Date | null } | 'run'

const ENDING_WISHES: readonly string[] = ['donor', 'campaign_ended', 'disputed']
const MONTHS_MAX = 240
const RACE_MS = 24 * 3_600_000

export function desiredOf(wishes: PledgeWishes, at: Date): Desired {
  const { endReason, pausedAt, pausedUntil, campaignPausedAt } = wishes
  if (endReason !== null && ENDING_WISHES.includes(endReason)) return { end: endReason }
  if (campaignPausedAt !== null) return { pauseUntil: null }
  if (pausedAt !== null && (pausedUntil === null || pausedUntil > at)) return { pauseUntil: pausedUntil }
  return 'run'
}

/** Whether Stripe's subscription already is what is wanted of it. */
export function isMet(subscription: StripeSubscription, desired: Desired): boolean {
  const hasEnded = subscription.status === 'canceled' || subscription.status === 'incomplete_expired'
  if (hasEnded) return true
  if (desired === 'run') return subscription.pause === null
  if ('end' in desired) return false
  return subscription.pause !== null && sameMoment(subscription.pause.until, desired.pauseUntil)
}

/** The pledge's status for a subscription of Stripe's. A lapsed pledge whose new subscription is not paid yet stays lapsed. */
export function pledgeStatusOf(subscription: StripeSubscription, before: PledgeStatus): PledgeStatus {
  switch (subscription.status) {
    case 'incomplete':
      return before
    case 'incomplete_expired':
      return before === 'pending' ? 'cancelled' : before
    case 'past_due':
      return subscription.pause === null ? 'past_due' : 'paused'
    case 'paused':
      return 'paused'
    case 'unpaid':
      return 'lapsed'
    case 'canceled':
      return subscription.endReason === 'payment_failed' ? 'lapsed' : 'cancelled'
    default:
      return subscription.pause === null ? 'active' : 'paused'
  }
}

/** Why it ended, in our words: a wish of ours if there was one, else what Stripe says. Null while it has not. */
export function endReasonOf(
  subscription: StripeSubscription,
  status: PledgeStatus,
  wish: string | null,
): string | null {
  if (status === 'lapsed') return 'payment_failed'
  if (status !== 'cancelled') return wish !== null && ENDING_WISHES.includes(wish) ? wish : null
  if (wish !== null && ENDING_WISHES.includes(wish)) return wish
  if (subscription.status === 'incomplete_expired') return 'never_paid'
  return subscription.endReason === 'payment_disputed' ? 'disputed' : 'stripe'
}

/** Whether a charge came in so shortly before the end, or with it, that its giver may not have meant it. */
export function isRaced(chargedAt: Date, endedAt: Date): boolean {
  return chargedAt.getTime() > endedAt.getTime() - RACE_MS
}

/** When money is taken next, and how much: the open invoice's next try, or the next period. Null: nothing is. */
export function nextChargeOf(
  subscription: StripeSubscription,
  status: PledgeStatus,
  openInvoice: StripeInvoice | null,
): { at: Date; amountMinor: bigint } | null {
  if (status !== 'active' && status !== 'past_due' && status !== 'paused') return null
  const amountMinor = subscription.items.reduce((sum, item) => sum + item.amountMinor, 0n)
  if (status !== 'paused' && openInvoice?.nextAttemptAt && openInvoice.attemptCount > 0) {
    return { at: openInvoice.nextAttemptAt, amountMinor: openInvoice.dueMinor }
  }
  const at = nextPeriodFrom(subscription)
  if (at === null || amountMinor === 0n) return null
  return subscription.endsAt !== null && subscription.endsAt <= at ? null : { at, amountMinor }
}

/** The first day of billing at which the subscription collects; null while it is paused until resumed. */
function nextPeriodFrom({ pause, periodEnd, anchorAt }: StripeSubscription): Date | null {
  if (pause === null) return periodEnd
  const { until } = pause
  if (until === null) return null
  for (let months = 0; months < MONTHS_MAX; months += 1) {
    const begin = addMonths(periodEnd, months, anchorAt.getUTCDate())
    if (begin >= until) return begin
  }
  return null
}

/** The same day of a later month, or its last day where it is shorter. */
function addMonths(from: Date, months: number, day: number): Date {
  if (months === 0) return from
  const begin = new Date(from)
  begin.setUTCDate(1)
  begin.setUTCMonth(begin.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1, 0)).getUTCDate()
  begin.setUTCDate(Math.min(day, lastDay))
  return begin
}

/** Stripe counts in whole seconds. */
function sameMoment(one: Date | null, other: Date | null): boolean {
  if (one === null || other === null) return one === other
  return Math.floor(one.getTime() / 1_000) === Math.floor(other.getTime() / 1_000)
}
