import { cardByFingerprint } from './cards.ts'
import type { Sandbox } from './context.ts'
import { escalateDispute, lapseDispute, loseDispute, openDispute, winDispute } from './dispute-flow.ts'
import { sendPayout } from './payout-flow.ts'
import { expireRefund, failRefund, succeedRefund } from './refund-flow.ts'
import { warnOfFraud } from './resources/early-fraud-warnings.ts'
import type { MoneyTask } from './schedule.ts'

const TASKS: Record<MoneyTask, (sandbox: Sandbox, ref: string) => unknown> = {
  'succeed-refund': succeedRefund,
  'fail-refund': (sandbox, ref) => failRefund(sandbox, ref, 'expired_or_canceled_card'),
  'expire-refund': expireRefund,
  'open-dispute': disputeByCard,
  'decide-dispute': decideByEvidence,
  'lapse-dispute': lapseDispute,
  'warn-of-fraud': warnOfFraud,
  'send-payout': sendPayout,
}

export function isMoneyTask(task: string): task is MoneyTask {
  return Object.hasOwn(TASKS, task)
}

/** What the clock brings to refunds, disputes and payouts; `ref` is the id of the object it is for. */
export function runMoneyTask(sandbox: Sandbox, task: MoneyTask, ref: string): void {
  TASKS[task](sandbox, ref)
}

// The published test cards dispute their own payments.
function disputeByCard(sandbox: Sandbox, chargeId: string): void {
  const charge = sandbox.store.get('charge', chargeId)
  if (!charge || charge.disputed || charge.refunded) return
  const aftermath = cardByFingerprint(charge.payment_method_details?.card?.fingerprint)?.aftermath
  if (aftermath === 'several') {
    const first = Math.floor(charge.amount / 2)
    openDispute(sandbox, { charge, amount: first, reason: 'fraudulent', isInquiry: false })
    openDispute(sandbox, { charge, amount: charge.amount - first, reason: 'fraudulent', isInquiry: false })
    return
  }
  const reason = aftermath === 'product_not_received' ? 'product_not_received' : 'fraudulent'
  openDispute(sandbox, { charge, reason, isInquiry: aftermath === 'inquiry' })
}

// As in Stripe's test mode, the evidence's text says how its reader will decide.
function decideByEvidence(sandbox: Sandbox, id: string): void {
  const dispute = sandbox.store.get('dispute', id)
  const word = dispute?.evidence.uncategorized_text
  const isInquiry = dispute?.status === 'warning_under_review'
  if (isInquiry && word === 'escalate_inquiry_evidence') escalateDispute(sandbox, id)
  if (dispute?.status !== 'under_review' && dispute?.status !== 'appeal_under_review') return
  if (word === 'winning_evidence') winDispute(sandbox, id)
  if (word === 'losing_evidence') loseDispute(sandbox, id)
}
