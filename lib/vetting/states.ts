import { currencyOf } from '#lib/money/currencies.ts'
import type { AidGroupEvent, AidGroupStatus, RiskTier } from './types.ts'

type Step = { from: readonly AidGroupStatus[]; to: AidGroupStatus }

const APPROVED = ['approved', 'approved_with_conditions'] as const
const OPEN = ['submitted', 'screening', 'in_review', 'info_requested', 'pending_second_approval'] as const

/**
 * Every legal step of an aid group. The database holds the same table (aid_group_step_is_legal) and a test compares
 * them. A renewal that is under review is not payable: an approval that is doubted is not an approval.
 */
export const aidGroupSteps: Record<AidGroupEvent, Step> = {
  submit: { from: ['draft'], to: 'submitted' },
  screen: { from: ['submitted'], to: 'screening' },
  start_review: { from: ['submitted', 'screening'], to: 'in_review' },
  request_info: { from: ['in_review'], to: 'info_requested' },
  answer_info: { from: ['info_requested'], to: 'in_review' },
  recommend: { from: ['in_review'], to: 'pending_second_approval' },
  send_back: { from: ['pending_second_approval'], to: 'in_review' },
  approve: { from: ['pending_second_approval'], to: 'approved' },
  approve_with_conditions: { from: ['pending_second_approval'], to: 'approved_with_conditions' },
  reject: { from: [...OPEN, 'suspended', 'rescreen_hit'], to: 'rejected' },
  mark_expiring: { from: APPROVED, to: 'expiring' },
  expire: { from: [...APPROVED, 'expiring'], to: 'expired' },
  renew: { from: ['expiring', 'expired'], to: 'in_review' },
  // Another bank account than the one that was approved takes the approval back with it.
  void_approval: { from: [...APPROVED, 'expiring'], to: 'in_review' },
  suspend: { from: [...APPROVED, 'expiring', 'rescreen_hit'], to: 'suspended' },
  hit: { from: [...APPROVED, 'expiring', 'suspended'], to: 'rescreen_hit' },
  reinstate: { from: ['suspended', 'rescreen_hit'], to: 'pending_second_approval' },
  withdraw: {
    from: ['draft', ...OPEN, ...APPROVED, 'expiring', 'expired', 'suspended', 'rescreen_hit'],
    to: 'withdrawn',
  },
}

/** Whether the event is legal in this status. */
export function canStep(status: AidGroupStatus, event: AidGroupEvent): boolean {
  return aidGroupSteps[event].from.includes(status)
}

/** How long an approval may last, in months. */
export const approvalMonthsMax: Record<RiskTier, number> = { low: 24, medium: 12, high: 6 }

/** The most an approval may allow in one currency, in whole units of it: strict where a unit is worth little. */
const capWholeMax: Record<RiskTier, bigint> = { low: 1_000_000n, medium: 250_000n, high: 50_000n }

/** The same in the currency's minor units; `risk_tier_cap_minor_max` in the database. */
export function capMinorMax(tier: RiskTier, currency: string): bigint {
  return capWholeMax[tier] * 10n ** BigInt(currencyOf(currency).exponent)
}

/** The last day an approval given at `at` may reach, by risk tier. */
export function approvalEnd(at: Date, tier: RiskTier): Date {
  const end = new Date(at)
  const day = end.getUTCDate()
  end.setUTCMonth(end.getUTCMonth() + approvalMonthsMax[tier])
  // 31 August and six months is the last day of February, not the third of March.
  if (end.getUTCDate() !== day) end.setUTCDate(0)
  return end
}

const EXPIRING_DAYS = 30

/** Approvals that end up to here are about to end: 30 days after `at`. */
export function expiringFrom(at: Date): Date {
  return new Date(at.getTime() + EXPIRING_DAYS * 86_400_000)
}

const PAYABLE: readonly AidGroupStatus[] = [...APPROVED, 'expiring']
const ENDED: readonly AidGroupStatus[] = ['rejected', 'expired', 'withdrawn']

/** Whether a step begins or ends payments to the group, or ends its vetting: then its campaigns must know. */
export function concernsCampaigns(from: AidGroupStatus, to: AidGroupStatus): boolean {
  return PAYABLE.includes(from) !== PAYABLE.includes(to) || ENDED.includes(to)
}

/** Whether money may go to the group at that moment. A date that has passed means no, whatever the status still says. */
export function isPayable(group: { status: AidGroupStatus; approvedUntil: Date | null }, at: Date): boolean {
  return PAYABLE.includes(group.status) && group.approvedUntil !== null && group.approvedUntil > at
}
