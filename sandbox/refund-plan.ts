import { z } from 'zod'
import type { Sandbox } from './context.ts'
import { REFUND_OUTCOMES, type RefundOutcome } from './refund-flow.ts'

export const refundPlan = z.strictObject({
  /** What becomes of the next refunds made through the API, in turn; then each card decides again. */
  outcomes: z.array(z.enum(REFUND_OUTCOMES)).max(1000),
})

/** Keeps what the next refunds shall do. */
export function planRefunds(
  sandbox: Sandbox,
  outcomes: readonly RefundOutcome[],
): { outcomes: readonly RefundOutcome[] } {
  sandbox.store.writeSetting('refund.plan', JSON.stringify(outcomes))
  return { outcomes }
}

/** Takes the next planned outcome, if any is left. */
export function takePlannedRefund(sandbox: Sandbox): RefundOutcome | undefined {
  const [next, ...rest] = JSON.parse(sandbox.store.readSetting('refund.plan') ?? '[]') as RefundOutcome[]
  if (next !== undefined) planRefunds(sandbox, rest)
  return next
}
