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

export type PledgeStatus = 'pending' | 'active' | 'past_due' | 'paused' | 'fulfilled' | 'lapsed' | 'cancelled'
export type PledgeEvent =
  | 'started'
  | 'fell_behind'
  | 'recovered'
  | 'paused'
  | 'resumed'
  | 'lapsed'
  | 'restored'
  | 'cancelled'

/**
 * Every legal change of a monthly pledge and what it is called. Where it is follows from Stripe's subscription, so a
 * step that nobody told us of may be skipped; what ended with somebody's word stays ended.
 */
const PLEDGE_TRANSITIONS: readonly {
  from: readonly PledgeStatus[]
  event: PledgeEvent
  to: readonly PledgeStatus[]
}[] = [
  { from: ['pending'], event: 'started', to: ['active', 'past_due', 'paused'] },
  { from: ['active', 'paused'], event: 'fell_behind', to: ['past_due'] },
  { from: ['past_due'], event: 'recovered', to: ['active'] },
  { from: ['active', 'past_due'], event: 'paused', to: ['paused'] },
  { from: ['paused'], event: 'resumed', to: ['active'] },
  { from: ['pending', 'active', 'past_due', 'paused'], event: 'lapsed', to: ['lapsed'] },
  { from: ['lapsed'], event: 'restored', to: ['active', 'past_due', 'paused'] },
  { from: ['pending', 'active', 'past_due', 'paused', 'lapsed'], event: 'cancelled', to: ['cancelled'] },
]

/** What a monthly pledge's change is called; null where there is none. Throws `wrong_state` for one that cannot be. */
export function pledgeEventOf(from: PledgeStatus, to: PledgeStatus): PledgeEvent | null {
  if (from === to) return null
  const step = PLEDGE_TRANSITIONS.find((one) => one.from.includes(from) && one.to.includes(to))
  if (!step) throw new AppError('wrong_state', 'This pledge is no longer in a state where that can happen.')
  return step.event
}

export type RefundStatus = 'requested' | 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled' | 'refused'

/**
 * Every legal change of a refund. `requested` is ours alone: recorded, and Stripe not asked yet or its answer not known.
 * A bank may still send a refund back that had succeeded. Failed, canceled and refused are final.
 */
const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  requested: ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'refused'],
  pending: ['requires_action', 'succeeded', 'failed', 'canceled'],
  requires_action: ['pending', 'succeeded', 'failed', 'canceled'],
  succeeded: ['failed'],
  failed: [],
  canceled: [],
  refused: [],
}

/** What each state of a refund means, for people. */
export const REFUND_SENTENCE: Readonly<Record<RefundStatus, string>> = {
  requested: 'We asked, and wait for Stripe’s answer.',
  pending: 'Stripe has it and sends it on; the donor’s bank has not confirmed it yet.',
  requires_action: 'Stripe waits for the donor to say where the money should go.',
  succeeded: 'The money is on its way to the donor’s card. It takes a bank five to ten days to show it.',
  failed: 'The donor’s bank did not take it. The money is back in the fund.',
  canceled: 'It was canceled before it was sent. The money is in the fund.',
  refused: 'Stripe did not take it. Nothing was moved.',
}

/** Whether a word of Stripe's is a state that we know. */
export function isRefundStatus(word: string): word is RefundStatus {
  return word !== 'requested' && word !== 'refused' && Object.hasOwn(REFUND_TRANSITIONS, word)
}

/** Whether a refund in one state may be said to be in another. */
export function mayBecome(from: RefundStatus, to: RefundStatus): boolean {
  return REFUND_TRANSITIONS[from].includes(to)
}

/** `open`: the bank has not decided. `inquiry`: it only asks, and no money moved. */
export type DisputeStage = 'inquiry' | 'open' | 'won' | 'lost' | 'closed'

/** Stripe's words for a dispute, with the stage each is and what it means for people. What is not here is shown as open. */
const DISPUTE_STATES: Readonly<Record<string, { stage: DisputeStage; label: string; sentence: string }>> = {
  warning_needs_response: {
    ...{ stage: 'inquiry', label: 'Inquiry' },
    sentence: 'The donor’s bank asks about this gift. No money has moved. Answer in Stripe, or refund it.',
  },
  warning_under_review: {
    ...{ stage: 'inquiry', label: 'Inquiry answered' },
    sentence: 'The donor’s bank reads the answer. No money has moved.',
  },
  warning_closed: {
    ...{ stage: 'closed', label: 'Inquiry closed' },
    sentence: 'The donor’s bank asked no further. No money has moved.',
  },
  needs_response: {
    ...{ stage: 'open', label: 'Needs an answer' },
    sentence: 'The bank took the money and its fee. Send evidence in Stripe before the deadline, or it stays lost.',
  },
  under_review: {
    ...{ stage: 'open', label: 'Under review' },
    sentence: 'The bank has the money and reads the evidence. It may take two to three months.',
  },
  appeal_needs_response: {
    ...{ stage: 'open', label: 'Appeal needs an answer' },
    sentence: 'The decision is appealed. Send evidence in Stripe before the deadline.',
  },
  appeal_under_review: {
    ...{ stage: 'open', label: 'Appeal under review' },
    sentence: 'The card network reads the appeal; its decision is the last one.',
  },
  won: { stage: 'won', label: 'Won', sentence: 'The bank gave the money back.' },
  lost: { stage: 'lost', label: 'Lost', sentence: 'The bank keeps the money. Who bears it stands below.' },
  prevented: {
    ...{ stage: 'closed', label: 'Prevented' },
    sentence: 'It was settled by a refund before it began. No dispute was opened.',
  },
}

/** Every word of Stripe's for a dispute on which the bank has not decided. */
export const OPEN_DISPUTE_STATUSES: readonly string[] = Object.keys(DISPUTE_STATES).filter((status) =>
  ['inquiry', 'open'].includes(DISPUTE_STATES[status]?.stage ?? ''),
)

/** What a dispute's state is called and means. */
export function disputeState(status: string): { stage: DisputeStage; label: string; sentence: string } {
  const unknown = { stage: 'open' as const, label: status, sentence: 'Look at this dispute in Stripe.' }
  return DISPUTE_STATES[status] ?? unknown
}
