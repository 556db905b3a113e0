import { z } from 'zod'
import { db } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { createCustomer, findCustomer } from '#lib/stripe/customer.ts'
import { createPledgeCheckout, fetchPledgeSession, findPledgeSession } from '#lib/stripe/pledge-checkout.ts'
import type { PledgePart, StripePledgeSession } from '#lib/stripe/types.ts'
import { findMonthly, type LockedPledge } from './lock-pledge.ts'
import { isRepeatable, recordCall } from './record-call.ts'
import { signPledgeToken } from './sign-pledge-link.ts'
import type { StartedPledge } from './types.ts'

const DAY_MS = 24 * 3_600_000

/**
 * Makes the payment page of a pledge, or finds the one it has: the first of a new pledge, or one with which a lapsed
 * pledge goes on. At most one page is open at a time, so a pledge is begun once. Never inside a transaction. Throws
 * `payment_provider`, and `conflict` when the page is too old to be paid.
 */
export async function openPledgeCheckout(pledgeId: string): Promise<StartedPledge> {
  const pledge = await findMonthly(db(), pledgeId)
  if (!pledge) throw new AppError('not_found', 'There is no such pledge.')
  const token = signPledgeToken(pledgeId)
  const last = pledge.checkoutSessionId === null ? null : await fetchPledgeSession(pledge.checkoutSessionId)
  if (last?.status === 'open' && last.url !== null) return { pledgeId, token, checkoutUrl: last.url }
  if (last?.status === 'complete' && pledge.status !== 'lapsed') {
    return { pledgeId, token, checkoutUrl: returnUrl(last.id) }
  }
  if (pledge.status !== 'pending' && pledge.status !== 'lapsed') {
    throw new AppError('wrong_state', 'This pledge is running already.')
  }
  const customerId = await customerOf(pledge)
  const session = await makePage(pledge, customerId)
  const checkout = { checkoutSessionId: session.id, checkoutUrl: session.url }
  await db().pledge.update({ where: { id: pledgeId }, data: checkout })
  if (session.status === 'complete') return { pledgeId, token, checkoutUrl: returnUrl(session.id) }
  if (!session.url) throw new AppError('conflict', 'This payment page has expired. Send the form again.')
  return { pledgeId, token, checkoutUrl: session.url }
}

/**
 * One customer for each donor and currency, made with the first pledge in it: Stripe ties a customer that has a
 * subscription to its currency. A single gift needs none.
 */
export async function customerOf({ donorId, currency, donor }: LockedPledge): Promise<string> {
  const where = { donorId_currency: { donorId, currency } }
  const known = await db().donorCustomer.findUnique({ where })
  if (known) return known.customerId
  const { email } = donor
  if (email === null) throw new AppError('wrong_state', 'The donor of this pledge is no longer in our records.')
  const idempotencyKey = `customer:${donorId}:${currency}`
  const intent = { idempotencyKey, operation: 'customer.create', subjectId: donorId, request: { currency } }
  const customerId = await recordCall(
    intent,
    (key) => createCustomer({ donorId, email }, key),
    (mark, from) => findCustomer(email, mark, from),
  )
  await db().donorCustomer.createMany({ data: [{ donorId, currency, customerId }], skipDuplicates: true })
  return (await db().donorCustomer.findUniqueOrThrow({ where })).customerId
}

async function makePage(pledge: LockedPledge, customerId: string): Promise<StripePledgeSession> {
  const { id: pledgeId } = pledge
  // A page follows the one before it: the same place makes the same key, so two clicks make one page.
  const place = pledge.checkoutSessionId ?? 'first'
  const idempotencyKey = `checkout:${pledgeId}:${place}`
  const earlier = await db().stripeCall.findUnique({ where: { idempotencyKey } })
  // What was asked first is asked again, whatever the campaign is called since: the same key is the same request.
  const asked = earlier ? storedRequest.parse(earlier.request) : requestOf(pledge)
  const intent = { idempotencyKey, operation: 'checkout.session.create:pledge', subjectId: pledgeId, request: asked }
  const lines = asked.lines.map((line) => ({ ...line, amountMinor: BigInt(line.amountMinor) }))
  return recordCall(
    intent,
    async (key) => {
      if (earlier && !isRepeatable(earlier.createdAt)) {
        throw new AppError('conflict', 'This payment page has expired. Send the form again.')
      }
      return createPledgeCheckout({ ...asked, pledgeId, customerId, lines }, key)
    },
    (mark, from) => findPledgeSession(mark, { from, to: new Date(from.getTime() + DAY_MS) }),
  )
}

/** As it is written down: amounts as text, and nothing about a person. */
const storedRequest = z.object({
  currency: z.string(),
  lines: z.array(z.object({ part: z.enum(['gift', 'cover', 'tip']), name: z.string(), amountMinor: z.string() })),
  successUrl: z.string(),
  cancelUrl: z.string(),
})

function requestOf(pledge: LockedPledge): z.infer<typeof storedRequest> {
  const address = env().APP_URL.replace(/\/$/, '')
  const names = lineNames(pledge.campaign.title)
  return {
    currency: pledge.currency,
    lines: partsOf(pledge).map(({ part, amountMinor }) => ({
      part,
      amountMinor: String(amountMinor),
      name: names[part],
    })),
    successUrl: `${address}/donations/return?session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl: `${address}/donations/return?left=pledge`,
  }
}

/** What a donor reads on Stripe's page and on each invoice. */
export function lineNames(campaignTitle: string): Record<PledgePart, string> {
  return {
    gift: `Monthly gift to ${campaignTitle}`,
    cover: 'Card fee, covered by you',
    tip: 'Tip for the chapter’s own work',
  }
}

function partsOf(pledge: { amountMinor: bigint; coverMinor: bigint; tipMinor: bigint }) {
  const all: { part: PledgePart; amountMinor: bigint }[] = [
    { part: 'gift', amountMinor: pledge.amountMinor },
    { part: 'cover', amountMinor: pledge.coverMinor },
    { part: 'tip', amountMinor: pledge.tipMinor },
  ]
  return all.filter(({ amountMinor }) => amountMinor > 0n)
}

function returnUrl(sessionId: string): string {
  return `${env().APP_URL.replace(/\/$/, '')}/donations/return?session_id=${encodeURIComponent(sessionId)}`
}
