import { setTimeout as sleep } from 'node:timers/promises'
import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId, newToken } from '#lib/ids.ts'
import { type GivingRequest, limitGiving } from './limit-giving.ts'
import { openCheckout } from './open-checkout.ts'
import { checkoutIntent, idempotencyKeyOf } from './prepare-checkout.ts'
import { type GivingFacts, keepDonor, readGiving } from './read-form.ts'
import type { StartedDonation } from './types.ts'

const ATTEMPTS_MAX = 20
const WAIT_MS_MAX = 10_000

/**
 * Begins a card gift: records what was asked, makes Stripe's payment page and answers with its address. The same form
 * sent again with the same contents answers with the same page. Currency, amounts and the campaign's state are the
 * server's own. `request` is what the giver's browser says beside the form; programs, which have none, are not limited.
 * Throws `invalid_input` with the fields of both steps, `not_found`, `wrong_state`, `rate_limited`, `payment_provider`.
 */
export async function startDonation(
  actor: Actor,
  input: unknown,
  request: GivingRequest | null = null,
): Promise<StartedDonation> {
  const facts = await readGiving(input)
  const { campaign, asked, key } = facts
  if (request) await limitGiving({ formKey: key, campaignId: campaign.id, email: asked.email }, request)
  const { donationId, isNew } = await recordDonation(actor, facts)
  if (!isNew) await waitForCheckout(donationId)
  return openCheckout(donationId)
}

/** The lock makes one line of all clicks on one form; an attempt that expired leaves its place to the next. */
async function recordDonation(actor: Actor, facts: GivingFacts): Promise<{ donationId: string; isNew: boolean }> {
  return inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${facts.key}, 1))`
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const submissionKey = `${facts.key}:${attempt}`
      const earlier = await tx.donation.findUnique({ where: { submissionKey }, select: { id: true, status: true } })
      if (!earlier) return { donationId: await insertDonation(tx, actor, facts, submissionKey), isNew: true }
      if (earlier.status === 'started' || earlier.status === 'settled') return { donationId: earlier.id, isNew: false }
    }
    throw new AppError('conflict', 'This form was sent too often. Open the page again.')
  })
}

async function insertDonation(tx: DbClient, actor: Actor, facts: GivingFacts, submissionKey: string): Promise<string> {
  const { campaign, asked, amounts } = facts
  const donorId = await keepDonor(tx, asked)
  const donationId = newId()
  const { id: campaignId, currency } = campaign
  const pledge = await tx.pledge.create({
    data: { campaignId, donorId, kind: 'once', amountMinor: amounts.giftMinor, currency },
    select: { id: true },
  })
  const { giftMinor, coverMinor, tipMinor } = amounts
  const { name: donorName, showName, showAmount } = asked
  await tx.donation.create({
    data: {
      ...{
        id: donationId,
        campaignId,
        donorId,
        pledgeId: pledge.id,
        currency,
        submissionKey,
        receiptToken: newToken(),
      },
      ...{ giftMinor, coverMinor, tipMinor, donorName, showName, showAmount },
    },
  })
  await tx.stripeCall.create({ data: { ...checkoutIntent({ donationId, campaign, amounts }), createdAt: now() } })
  const detail = { giftMinor: String(giftMinor), coverMinor: String(coverMinor), tipMinor: String(tipMinor), currency }
  await recordEvent(tx, actor, {
    ...{ action: 'donation.start', subjectType: 'donation', subjectId: donationId },
    ...{ chapterId: campaign.chapterId, detail },
  })
  return donationId
}

/**
 * Another click is already making the page. After the wait, or once that has failed, the caller makes it itself; the keys
 * are the same for both, so they make one.
 */
async function waitForCheckout(donationId: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += 100) {
    const donation = await db().donation.findUnique({
      where: { id: donationId },
      select: { checkoutUrl: true, status: true },
    })
    if (!donation || donation.checkoutUrl !== null || donation.status !== 'started') return
    const where = { idempotencyKey: idempotencyKeyOf(donationId) }
    const call = await db().stripeCall.findUnique({ where, select: { error: true } })
    if (!call || call.error !== null) return
    await sleep(100)
  }
}
