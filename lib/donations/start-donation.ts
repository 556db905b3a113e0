import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId, newToken } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { openCheckout } from './open-checkout.ts'
import { amountsOf, closedReason } from './policy.ts'
import { checkoutIntent } from './prepare-checkout.ts'
import { chosenAmount, type GiverInput, giftSchema, giverSchema, givingTarget } from './schema.ts'
import type { GiftAmounts, StartedDonation } from './types.ts'

const ATTEMPTS_MAX = 20
const WAIT_MS_MAX = 10_000

/**
 * Begins a card gift: records what was asked, makes Stripe's payment page and answers with its address. The same form
 * sent again with the same contents answers with the same page. Currency, amounts and the campaign's state are the
 * server's own. Throws `invalid_input` with the fields of both steps, `not_found`, `wrong_state`, `payment_provider`.
 */
export async function startDonation(actor: Actor, input: unknown): Promise<StartedDonation> {
  const { campaignSlug, submissionKey } = parseInput(givingTarget, input)
  const campaign = await loadCampaign(campaignSlug)
  const form = { ...(input as object), amount: chosenAmount(input as object) }
  const asked = parseInput(giftSchema(campaign.currency).and(giverSchema), form)
  const closed = closedReason(campaign, now())
  if (closed !== null) throw new AppError('wrong_state', closed)
  const offersTip = campaign.chapter.currency === campaign.currency
  const amounts = amountsOf({ ...asked, tipPercent: offersTip ? asked.tipPercent : 0n, currency: campaign.currency })
  const key = `${submissionKey}:${digestOf({ campaignId: campaign.id, amounts, asked })}`

  const { donationId, isNew } = await recordDonation(actor, { campaign, asked, amounts, key })
  if (!isNew) await waitForCheckout(donationId)
  return openCheckout(donationId)
}

async function loadCampaign(slug: string) {
  const campaign = await db().campaign.findUnique({
    where: { slug },
    select: {
      id: true,
      slug: true,
      title: true,
      currency: true,
      status: true,
      deadline: true,
      chapterId: true,
      chapter: { select: { currency: true } },
    },
  })
  if (!campaign || campaign.status === 'draft' || campaign.status === 'in_review') {
    throw new AppError('not_found', 'There is no such campaign.')
  }
  return campaign
}

type Facts = {
  campaign: Awaited<ReturnType<typeof loadCampaign>>
  asked: GiverInput
  amounts: GiftAmounts
  key: string
}

/** The lock makes one line of all clicks on one form; an attempt that expired leaves its place to the next. */
async function recordDonation(actor: Actor, facts: Facts): Promise<{ donationId: string; isNew: boolean }> {
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

async function insertDonation(tx: DbClient, actor: Actor, facts: Facts, submissionKey: string): Promise<string> {
  const { campaign, asked, amounts } = facts
  const donorId = await donorOf(tx, asked)
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
  await tx.stripeCall.create({ data: checkoutIntent({ donationId, campaign, amounts }) })
  const detail = { giftMinor: String(giftMinor), coverMinor: String(coverMinor), tipMinor: String(tipMinor), currency }
  await recordEvent(tx, actor, {
    ...{ action: 'donation.start', subjectType: 'donation', subjectId: donationId },
    ...{ chapterId: campaign.chapterId, detail },
  })
  return donationId
}

/** The donor with this address, whose name stays as it is: only the person behind the address could change it. */
async function donorOf(tx: DbClient, asked: GiverInput): Promise<string> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO donor (id, email, name) VALUES (${newId()}::uuid, ${asked.email}, ${asked.name})
    ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id`
  const id = rows[0]?.id
  if (id === undefined) throw new Error('a donor was neither found nor made')
  return id
}

/** Another click is already making the page; after the wait the caller makes it itself, with the same Stripe key. */
async function waitForCheckout(donationId: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += 100) {
    const donation = await db().donation.findUnique({
      where: { id: donationId },
      select: { checkoutUrl: true, status: true },
    })
    if (!donation || donation.checkoutUrl !== null || donation.status !== 'started') return
    await sleep(100)
  }
}

function digestOf(contents: { campaignId: string; amounts: GiftAmounts; asked: GiverInput }): string {
  const { amounts, asked, campaignId } = contents
  const { giftMinor, coverMinor, tipMinor } = amounts
  const parts = [campaignId, giftMinor, coverMinor, tipMinor, asked.email, asked.name, asked.showName, asked.showAmount]
  return createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest('base64url')
    .slice(0, 22)
}
