import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { applyPledgeWish } from '#lib/donations/apply-pledge-wish.ts'
import { expireDonation } from '#lib/donations/expire-donation.ts'
import { openCheckout } from '#lib/donations/open-checkout.ts'
import { openPledgeCheckout } from '#lib/donations/open-pledge-checkout.ts'
import { REFUND_OPERATION, sendRefund } from '#lib/donations/send-refund.ts'
import { settlePledgePage } from '#lib/donations/settle-pledge.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'

const CALLS_MAX = 50
const PATIENCE_MINUTES = 2
const RETRY_MINUTES = 10

const ENDS = new Set<string>(['conflict', 'wrong_state', 'not_found'])

type Broken = { id: string; operation: string; subjectId: string }
type Resumer = (actor: Actor, subjectId: string) => Promise<unknown>

/**
 * How each kind of call to Stripe goes on where it broke off. Each does what its first try would have done: the same
 * idempotency key while Stripe remembers it, a look-up by our mark on the object afterwards. Where Stripe holds a failure
 * of its own under the key, the look-up comes at once and then the key of the next attempt (repeatCall).
 */
const RESUMERS: Readonly<Record<string, Resumer>> = {
  'checkout.session.create': resumeGiftPage,
  'checkout.session.create:pledge': resumePledgePage,
  'subscription.resume': applyPledgeWish,
  'subscription.pause': applyPledgeWish,
  'subscription.cancel': applyPledgeWish,
  [REFUND_OPERATION]: sendRefund,
}

/** Takes up the calls whose outcome was never written down; the ones left longest first. Answers how many ended now. */
export async function resumeCalls(actor: Actor): Promise<number> {
  const at = now()
  const broken = await db().$queryRaw<Broken[]>`
    UPDATE stripe_call SET tried_at = ${at} WHERE id IN (
      SELECT id FROM stripe_call
      WHERE finished_at IS NULL AND operation = ANY (${Object.keys(RESUMERS)})
        AND created_at <= ${at}::timestamptz - make_interval(mins => ${PATIENCE_MINUTES}::int)
        AND (tried_at IS NULL OR tried_at <= ${at}::timestamptz - greatest(make_interval(mins => ${RETRY_MINUTES}::int), (tried_at - created_at) / 4))
      ORDER BY tried_at NULLS FIRST, created_at LIMIT ${CALLS_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING id, operation, subject_id AS "subjectId"`
  let ended = 0
  for (const call of broken) {
    if (!(await resume(actor, call))) continue
    ended += 1
    // Where a newer call did what this one was for, nobody else writes its end.
    const end = { finishedAt: now(), error: 'superseded' }
    await db().stripeCall.updateMany({ where: { id: call.id, finishedAt: null }, data: end })
  }
  return ended
}

/** A page that is found too late to be paid ends its gift: the event that said so may have come before we knew the page. */
async function resumeGiftPage(actor: Actor, donationId: string): Promise<void> {
  await openCheckout(donationId).catch(async (error) => {
    if (isEnd(error)) {
      const where = { id: donationId }
      const gift = await db().donation.findUnique({ where, select: { checkoutSessionId: true } })
      if (gift?.checkoutSessionId) await expireDonation(actor, { sessionId: gift.checkoutSessionId })
    }
    throw error
  })
}

/** The same for a pledge, also where no page was ever made. */
async function resumePledgePage(actor: Actor, pledgeId: string): Promise<void> {
  await openPledgeCheckout(pledgeId).catch(async (error) => {
    if (isEnd(error)) await settlePledgePage(actor, pledgeId)
    throw error
  })
}

async function resume(actor: Actor, { operation, subjectId }: Broken): Promise<boolean> {
  try {
    await RESUMERS[operation]?.(actor, subjectId)
    return true
  } catch (error) {
    // Its time had passed, or what it was for is gone: an end as well.
    if (isEnd(error)) return true
    logger().error({ err: error, operation, subjectId }, 'a call to Stripe could not be taken up again')
    return false
  }
}

function isEnd(error: unknown): boolean {
  return error instanceof AppError && ENDS.has(error.code)
}
