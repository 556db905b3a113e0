import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { openCheckout } from '#lib/donations/open-checkout.ts'
import { REFUND_OPERATION, sendRefund } from '#lib/donations/send-refund.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'

const CALLS_MAX = 50
const PATIENCE_MINUTES = 2
const RETRY_MINUTES = 10

type Resumer = (actor: Actor, subjectId: string) => Promise<unknown>

/**
 * How each kind of call to Stripe goes on where it broke off. Each does what its first try would have done: the same
 * idempotency key while Stripe remembers it, a look-up by our mark on the object afterwards.
 */
const RESUMERS: Readonly<Record<string, Resumer>> = {
  'checkout.session.create': (_actor, donationId) => openCheckout(donationId),
  [REFUND_OPERATION]: sendRefund,
}

/** Takes up the calls whose outcome was never written down; the ones left longest first. Answers how many ended now. */
export async function resumeCalls(actor: Actor): Promise<number> {
  const at = now()
  const broken = await db().$queryRaw<{ operation: string; subjectId: string }[]>`
    UPDATE stripe_call SET tried_at = ${at} WHERE id IN (
      SELECT id FROM stripe_call
      WHERE finished_at IS NULL AND operation = ANY (${Object.keys(RESUMERS)})
        AND created_at <= ${at}::timestamptz - make_interval(mins => ${PATIENCE_MINUTES}::int)
        AND (tried_at IS NULL OR tried_at <= ${at}::timestamptz - make_interval(mins => ${RETRY_MINUTES}::int))
      ORDER BY tried_at NULLS FIRST, created_at LIMIT ${CALLS_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING operation, subject_id AS "subjectId"`
  let ended = 0
  for (const { operation, subjectId } of broken) {
    if (await resume(actor, operation, subjectId)) ended += 1
  }
  return ended
}

async function resume(actor: Actor, operation: string, subjectId: string): Promise<boolean> {
  try {
    await RESUMERS[operation]?.(actor, subjectId)
    return true
  } catch (error) {
    // Its time had passed, which is an end as well.
    if (error instanceof AppError && error.code === 'conflict') return true
    logger().error({ err: error, operation, subjectId }, 'a call to Stripe could not be taken up again')
    return false
  }
}
