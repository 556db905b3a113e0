import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { listInvoices, payInvoice } from '#lib/stripe/invoice.ts'
import { createCardCheckout, findPledgeSession } from '#lib/stripe/pledge-checkout.ts'
import { useCard } from '#lib/stripe/subscription.ts'
import type { StripePledgeSession } from '#lib/stripe/types.ts'
import { type GivingRequest, limitPledgePage } from './limit-giving.ts'
import { lockPledge } from './lock-pledge.ts'
import { openPledge } from './open-pledge.ts'
import { customerOf } from './open-pledge-checkout.ts'
import { recordCall } from './record-call.ts'
import { recordPledgeStep } from './record-pledge-step.ts'
import { cardChangeSchema } from './schema.ts'
import { syncPledge } from './sync-pledge.ts'

/**
 * Makes Stripe's page on which the donor enters another card for this pledge. Not Stripe's portal: that would show
 * everything under the same address to whoever holds one pledge's link. Throws `not_found`, `wrong_state`, `rate_limited`.
 */
export async function startCardChange(
  actor: Actor,
  input: unknown,
  limits: GivingRequest | null = null,
): Promise<{ token: string; checkoutUrl: string }> {
  const { token, submissionKey } = parseInput(cardChangeSchema, input)
  const pledge = await openPledge(token)
  const { id: pledgeId, status, subscriptionId, currency } = pledge
  if (subscriptionId === null || status === 'cancelled' || status === 'lapsed' || status === 'pending') {
    throw new AppError('wrong_state', 'This pledge has ended, so it needs no card.')
  }
  if (limits) await limitPledgePage(pledge, `card:${submissionKey}`, limits)
  const customerId = await customerOf(pledge)
  const address = env().APP_URL.replace(/\/$/, '')
  const request = {
    ...{ pledgeId, subscriptionId, customerId, currency },
    successUrl: `${address}/donations/return?session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl: `${address}/donations/return?left=pledge`,
  }
  const intent = {
    idempotencyKey: `card:${pledgeId}:${submissionKey}`,
    ...{
      operation: 'checkout.session.create:card',
      subjectId: pledgeId,
      request: { subscriptionId, actor: actor.kind },
    },
  }
  const session = await recordCall(
    intent,
    (key) => createCardCheckout(request, key),
    (mark, from) => findPledgeSession(mark, { from, to: null }),
  )
  if (!session.url) throw new AppError('conflict', 'This page has expired. Open your pledge again.')
  return { token, checkoutUrl: session.url }
}

/**
 * Makes the card of a finished page the one of the next renewals, and tries it at once on a renewal that failed. Once
 * for each page. False when the pledge had ended before.
 */
export async function finishCardChange(actor: Actor, session: StripePledgeSession): Promise<boolean> {
  const { id: sessionId, pledgeId, paymentMethodId } = session
  if (pledgeId === null || paymentMethodId === null) throw new AppError('conflict', 'This page has no card.')
  const pledge = await db().pledge.findUniqueOrThrow({ where: { id: pledgeId } })
  const { subscriptionId, status } = pledge
  if (subscriptionId === null || status === 'cancelled' || status === 'lapsed') return false
  const key = `card:${sessionId}`
  if (await db().pledgeStep.findUnique({ where: { key }, select: { id: true } })) return true
  const subjectId = pledgeId
  const use = { idempotencyKey: `use-${key}`, operation: 'subscription.card', subjectId, request: { subscriptionId } }
  await recordCall(use, (idempotencyKey) => useCard(subscriptionId, paymentMethodId, idempotencyKey))
  const open = (await listInvoices(subscriptionId)).find((invoice) => invoice.status === 'open')
  if (open) {
    const pay = { idempotencyKey: `pay-${key}`, operation: 'invoice.pay', subjectId, request: { invoiceId: open.id } }
    await recordCall(pay, async (idempotencyKey) => {
      await payInvoice(open.id, paymentMethodId, idempotencyKey)
      return open.id
    })
  }
  await inTransaction(async (tx) => {
    const locked = await lockPledge(tx, pledgeId)
    const step = { kind: 'card_changed' as const, from: locked.status, to: locked.status, key, isTold: false }
    await recordPledgeStep(tx, actor, locked, step)
  })
  await syncPledge(actor, { subscriptionId })
  return true
}
