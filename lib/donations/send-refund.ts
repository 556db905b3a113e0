import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { createRefund, listRefunds, type RefundRequest } from '#lib/stripe/refund.ts'
import type { StripeRefund } from '#lib/stripe/types.ts'
import { isRepeatable, recordCall } from './record-call.ts'
import { syncCharge } from './sync-charge.ts'

export const REFUND_OPERATION = 'refund.create'

/** The row that says we are about to ask Stripe for a refund. One wish has one key. */
export function refundIntent(request: RefundRequest): Parameters<typeof recordCall>[0] {
  const { refundId, chargeId, amountMinor, currency } = request
  return {
    idempotencyKey: keyOf(refundId),
    operation: REFUND_OPERATION,
    subjectId: refundId,
    request: { chargeId, amountMinor: String(amountMinor), currency },
  }
}

/**
 * Asks Stripe for a refund that was written down, or finds the one it made: safe to repeat at any time, also when the
 * connection broke after Stripe had made it. Then books it. Never inside a transaction. Throws `payment_provider`.
 */
export async function sendRefund(actor: Actor, refundId: string): Promise<void> {
  const refund = await db().refund.findUniqueOrThrow({ where: { id: refundId }, include: { donation: true } })
  const { chargeId, id: donationId } = refund.donation
  if (chargeId === null || refund.status === 'refused') return
  if (refund.stripeId === null) await ask({ refundId, donationId, chargeId, ...amountOf(refund) })
  const { status } = await db().refund.findUniqueOrThrow({ where: { id: refundId }, select: { status: true } })
  if (status !== 'refused') await syncCharge(actor, { chargeId, donationId, isTouched: true })
}

async function ask(request: RefundRequest): Promise<void> {
  const intent = refundIntent(request)
  const { idempotencyKey } = intent
  const call = await db().stripeCall.findUniqueOrThrow({ where: { idempotencyKey } })
  if (!isRepeatable(call.createdAt)) return lookUp(request)
  try {
    await recordCall(
      intent,
      (key) => createRefund(request, key),
      () => findMade(request),
    )
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'wrong_state') throw error
    await refuse(request.refundId, error.message)
  }
}

/** What Stripe made carries our mark. Where it has none, nothing was given back, and the treasurer may ask anew. */
async function lookUp(request: RefundRequest): Promise<void> {
  const { refundId } = request
  const made = await findMade(request)
  if (!made) return refuse(refundId, 'Stripe never got this refund. Ask again if it is still wanted.')
  await finish(refundId, { objectId: made.id, error: null })
}

async function findMade({ refundId, chargeId }: RefundRequest): Promise<StripeRefund | null> {
  return (await listRefunds(chargeId)).find((refund) => refund.refundId === refundId) ?? null
}

async function refuse(refundId: string, reason: string): Promise<void> {
  await db().refund.updateMany({
    where: { id: refundId, stripeId: null, status: 'requested' },
    data: { status: 'refused', failureReason: reason },
  })
  await finish(refundId, { error: reason })
}

async function finish(refundId: string, outcome: { objectId?: string; error: string | null }): Promise<void> {
  await db().stripeCall.update({ where: { idempotencyKey: keyOf(refundId) }, data: { ...outcome, finishedAt: now() } })
}

function keyOf(refundId: string): string {
  return `refund:${refundId}`
}

function amountOf({ amountMinor, currency }: { amountMinor: bigint; currency: string }) {
  return { amountMinor, currency }
}
