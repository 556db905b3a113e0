import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { type GivingRequest, limitGiving } from './limit-giving.ts'
import { openPledgeCheckout } from './open-pledge-checkout.ts'
import { type GivingFacts, keepDonor, readGiving } from './read-form.ts'
import type { StartedPledge } from './types.ts'

const ATTEMPTS_MAX = 20

/**
 * Begins a monthly gift: records what was pledged, makes Stripe's page for the first payment and answers with its
 * address. Nobody needs an account. The same form sent again with the same contents answers with the same page. Throws
 * `invalid_input` with the fields of both steps, `not_found`, `wrong_state`, `rate_limited`, `payment_provider`.
 */
export async function startPledge(
  actor: Actor,
  input: unknown,
  request: GivingRequest | null = null,
): Promise<StartedPledge> {
  const facts = await readGiving(input)
  const { campaign, asked, key } = facts
  if (request) await limitGiving({ formKey: key, campaignId: campaign.id, email: asked.email }, request)
  const pledgeId = await recordPledge(actor, facts)
  return openPledgeCheckout(pledgeId)
}

/** The lock makes one line of all clicks on one form; a page that nobody paid on leaves its place to the next. */
async function recordPledge(actor: Actor, facts: GivingFacts): Promise<string> {
  return inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${facts.key}, 2))`
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const submissionKey = `${facts.key}:${attempt}`
      const earlier = await tx.pledge.findUnique({ where: { submissionKey }, select: { id: true, status: true } })
      if (!earlier) return insertPledge(tx, actor, facts, submissionKey)
      if (earlier.status !== 'cancelled') return earlier.id
    }
    throw new AppError('conflict', 'This form was sent too often. Open the page again.')
  })
}

async function insertPledge(tx: DbClient, actor: Actor, facts: GivingFacts, submissionKey: string): Promise<string> {
  const { campaign, asked, amounts } = facts
  const id = newId()
  const { giftMinor: amountMinor, coverMinor, tipMinor } = amounts
  const { name: donorName, showName, showAmount } = asked
  await tx.pledge.create({
    data: {
      ...{ id, campaignId: campaign.id, donorId: await keepDonor(tx, asked), kind: 'monthly', submissionKey },
      ...{ currency: campaign.currency, amountMinor, coverMinor, tipMinor, donorName, showName, showAmount },
      createdAt: now(),
    },
  })
  const detail = {
    ...{ giftMinor: String(amountMinor), coverMinor: String(coverMinor), tipMinor: String(tipMinor) },
    currency: campaign.currency,
  }
  await recordEvent(tx, actor, {
    ...{ action: 'pledge.start', subjectType: 'pledge', subjectId: id, chapterId: campaign.chapterId, detail },
  })
  return id
}
