import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { limitRate } from '#lib/auth/limit-rate.ts'
import { hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { issueReceipt } from './issue-receipt.ts'
import { renderReceipt } from './mail-receipt.ts'
import { donorOfSession } from './open-giving-link.ts'

const HOUR_SECONDS = 3600
const PER_GIFT = { name: 'receipt-resend', points: 3, windowSeconds: HOUR_SECONDS }
const PER_DONOR = { name: 'receipt-resend-donor', points: 10, windowSeconds: HOUR_SECONDS }

const donationSchema = z.object({ donationId: z.uuid('There is no such gift.') })
const ownSchema = donationSchema.extend({ session: z.string().max(100) })

/**
 * Mails the receipt of a gift again, as it is now, to the address the donor gave with it. For treasurers of the chapter.
 * Throws `not_found`, `rate_limited` after three times in an hour, and `wrong_state` for a gift that has not arrived or a
 * donor who left no address.
 */
export async function resendReceipt(actor: Actor, input: unknown): Promise<void> {
  const { donationId } = parseInput(donationSchema, input)
  const gift = await findGift(donationId)
  if (!gift || !hasRole(actor, gift.chapterId, 'treasurer')) {
    if (gift) {
      const subject = { subjectType: 'donation', subjectId: donationId, chapterId: gift.chapterId }
      await recordRefusedAccess(actor, subject)
    }
    throw noSuchGift()
  }
  await resend(actor, { donationId, ...gift })
}

/** The same for the donor who is on their own page: `session` is what opened it. Somebody else's gift is not found. */
export async function resendOwnReceipt(actor: Actor, input: unknown): Promise<void> {
  const { donationId, session } = parseInput(ownSchema, input)
  const donor = await donorOfSession(session)
  const gift = donor && (await findGift(donationId))
  if (!gift || gift.donorId !== donor.donorId) throw noSuchGift()
  await resend(actor, { donationId, ...gift })
}

type Gift = { chapterId: string; donorId: string }

async function findGift(donationId: string): Promise<Gift | null> {
  const donation = await db().donation.findUnique({
    where: { id: donationId },
    select: { donorId: true, campaign: { select: { chapterId: true } } },
  })
  return donation && { donorId: donation.donorId, chapterId: donation.campaign.chapterId }
}

async function resend(actor: Actor, gift: Gift & { donationId: string }): Promise<void> {
  const { donationId, donorId, chapterId } = gift
  await limitRate(PER_GIFT, donationId)
  await limitRate(PER_DONOR, donorId)
  const receipt = await issueReceipt(donationId)
  if (!receipt) throw new AppError('wrong_state', 'This gift has not arrived, so it has no receipt yet.')
  const mail = await renderReceipt(receipt.id)
  if (!mail) throw new AppError('wrong_state', 'This donor left no e-mail address, so there is nowhere to mail it.')
  await inTransaction(async (tx) => {
    await queueMail(tx, mail)
    const detail = { revision: receipt.revision }
    const subject = { subjectType: 'donation', subjectId: donationId, chapterId }
    await recordEvent(tx, actor, { action: 'receipt.resend', ...subject, detail })
  })
}

const noSuchGift = () => new AppError('not_found', 'There is no such gift.')
