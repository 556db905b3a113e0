import { z } from 'zod'
import type { Sandbox } from './context.ts'
import type { Action } from './control-parts.ts'
import {
  appealDispute,
  closeInquiry,
  escalateDispute,
  loseDispute,
  openDispute,
  reviewDispute,
  winDispute,
} from './dispute-flow.ts'
import { changeSettlement, settlementInput, settlementOf } from './exchange.ts'
import { mustGet } from './lists.ts'
import type { StoredDispute } from './objects.ts'
import { failPayout, PAYOUT_FAILURES } from './payout-flow.ts'
import { addRefund, cancelRefund, failRefund, REFUND_FAILURES, REFUND_OUTCOMES, succeedRefund } from './refund-flow.ts'
import { planRefunds, refundPlan } from './refund-plan.ts'
import { DISPUTE_REASONS } from './resources/dispute-shape.ts'
import { warnOfFraud } from './resources/early-fraud-warnings.ts'
import { refundableCharge } from './resources/refunds.ts'
import { addAccountFee, addAccountLine } from './transactions.ts'

const ofCharge = { charge: z.string().optional(), payment_intent: z.string().optional() }
const amount = z.number().int().positive().optional()

const dashboardRefund = z.strictObject({
  ...ofCharge,
  amount,
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).nullable().default(null),
  metadata: z.record(z.string(), z.string()).default({}),
  outcome: z.enum(REFUND_OUTCOMES).optional(),
})
const newDispute = z.strictObject({
  ...ofCharge,
  amount,
  reason: z.enum(DISPUTE_REASONS).default('fraudulent'),
  inquiry: z.boolean().default(false),
  due_in_days: z.number().int().min(1).max(120).optional(),
})
const verdict = z.strictObject({ fee_returned: z.boolean().optional(), amount })
const refundFailure = z.strictObject({ failure_reason: z.enum(REFUND_FAILURES).default('expired_or_canceled_card') })
const accountFee = z.strictObject({ amount: z.number().int().positive(), currency: z.string().regex(/^[a-z]{3}$/) })
const accountLine = accountFee.extend({
  amount: z.number().int(),
  category: z.enum(['topup', 'other_adjustment']),
})
const payoutFailure = z.strictObject({ failure_code: z.enum(PAYOUT_FAILURES).default('account_closed') })

type DisputeStep = (sandbox: Sandbox, id: string) => StoredDispute

/** What banks and people at the dashboard do to money that was paid. Each answers the object as the API shows it. */
export const moneyActions: Record<string, Action> = {
  'POST /_sandbox/refunds': ({ sandbox }, body) => {
    const { charge, payment_intent: intent, ...rest } = dashboardRefund.parse(body)
    return addRefund(sandbox, { ...rest, charge: refundableCharge(sandbox, charge, intent) })
  },
  'GET /_sandbox/refunds/next': ({ sandbox }) => ({
    outcomes: JSON.parse(sandbox.store.readSetting('refund.plan') ?? '[]') as unknown,
  }),
  'PUT /_sandbox/refunds/next': ({ sandbox }, body) => planRefunds(sandbox, refundPlan.parse(body).outcomes),
  'POST /_sandbox/refunds/:id/succeed': ({ sandbox }, _body, id) => succeedRefund(sandbox, id),
  'POST /_sandbox/refunds/:id/fail': ({ sandbox }, body, id) =>
    failRefund(sandbox, id, refundFailure.parse(body ?? {}).failure_reason),
  'POST /_sandbox/refunds/:id/cancel': ({ sandbox }, _body, id) => {
    const refund = mustGet(sandbox, 'refund', id, 'refund')
    const isWaiting = refund.status === 'pending' || refund.status === 'requires_action'
    if (!isWaiting) throw new Error(`The refund is ${refund.status}; only a waiting one can be canceled.`)
    return cancelRefund(sandbox, refund)
  },
  'POST /_sandbox/disputes': ({ sandbox }, body) => {
    const { charge, payment_intent: intent, inquiry, due_in_days: dueInDays, ...rest } = newDispute.parse(body)
    const disputed = refundableCharge(sandbox, charge, intent)
    return openDispute(sandbox, { ...rest, charge: disputed, isInquiry: inquiry, dueInDays })
  },
  'POST /_sandbox/disputes/:id/escalate': step(escalateDispute),
  'POST /_sandbox/disputes/:id/review': step((sandbox, id) =>
    reviewDispute(sandbox, mustGet(sandbox, 'dispute', id, 'dispute')),
  ),
  'POST /_sandbox/disputes/:id/win': ({ sandbox }, body, id) => {
    const { fee_returned: feeReturned, amount: part } = verdict.parse(body ?? {})
    return winDispute(sandbox, id, { feeReturned, amount: part })
  },
  'POST /_sandbox/disputes/:id/lose': step(loseDispute),
  'POST /_sandbox/disputes/:id/appeal': step(appealDispute),
  'POST /_sandbox/disputes/:id/close_inquiry': step(closeInquiry),
  'POST /_sandbox/early_fraud_warnings': ({ sandbox }, body) => {
    const { charge, payment_intent: intent } = z.strictObject(ofCharge).parse(body)
    return warnOfFraud(sandbox, refundableCharge(sandbox, charge, intent).id)
  },
  'POST /_sandbox/payouts/:id/fail': ({ sandbox }, body, id) =>
    failPayout(sandbox, id, payoutFailure.parse(body ?? {}).failure_code),
  'GET /_sandbox/settlement': ({ sandbox }) => settlementOf(sandbox),
  'POST /_sandbox/account_fees': ({ sandbox }, body) => addAccountFee(sandbox, accountFee.parse(body)),
  'POST /_sandbox/account_lines': ({ sandbox }, body) => addAccountLine(sandbox, accountLine.parse(body)),
  'PUT /_sandbox/settlement': ({ sandbox }, body) => changeSettlement(sandbox, settlementInput.parse(body)),
}

function step(perform: DisputeStep): Action {
  return ({ sandbox }, _body, id) => perform(sandbox, id)
}
