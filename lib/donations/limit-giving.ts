import { createHash } from 'node:crypto'
import { verifyProof } from '#lib/auth/issue-challenge.ts'
import { usesTurnstile, verifyTurnstile } from '#lib/auth/verify-turnstile.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { checkLimits } from './check-limits.ts'
import { countTries, recordTry, type Trace, traceOf } from './count-tries.ts'
import { tripBreaker } from './trip-breaker.ts'

/** What a giver's browser says beside the form. Nothing of it is kept but keyed hashes. */
export type GivingRequest = {
  /** The network address, as lib/auth/read-sender.ts reads it. */
  sender: string | null
  /** The answer to our proof of work, where the page asked for one. */
  proof: string | null
  /** The answer of Turnstile, where it is in use. */
  turnstile: string | null
}

const WAIT_SECONDS = 15
// All who wait go through one door: an attack without proof is as slow as this, whoever sends it.
const SPACING_SECONDS = 2
const WAIT_SECONDS_MAX = 600

/**
 * Stands before every payment page that a person asks for: stolen cards are tried where gifts are small and many. Counts
 * the try (the same form once), and throws `rate_limited` for a giver over the limits, or for one who has to prove
 * themselves and has not: by work their browser did, by Turnstile, or, without JavaScript, by waiting a moment.
 */
export async function limitGiving(
  giver: { formKey: string; campaignId: string; email: string },
  request: GivingRequest,
): Promise<void> {
  const trace = traceOf({ ...giver, sender: request.sender })
  const formKey = digestOf(giver.formKey)
  await recordTry('begun', `form:${formKey}`, trace)
  const { counts, isDonor, defence } = await countTries(trace, giver.email)
  if (await tripBreaker(counts, defence)) defence.isTripped = true
  const verdict = checkLimits({ counts, isDonor, ...defence })
  if (verdict === 'pass') return
  if (verdict === 'refuse') {
    throw new AppError(
      'rate_limited',
      'Too many gifts were begun or cards declined from here. Nothing was charged; please wait an hour and try again.',
    )
  }
  if (await hasProven(giver.campaignId, formKey, trace, request)) return
  await requireWait(formKey, trace)
}

/**
 * The same before a page on which another card is entered for a pledge, or a lapsed one goes on: a card can be tried there as
 * well. `place` names the page, so that two clicks are one try. A donor who is no longer in our records gets no page anyway.
 */
export async function limitPledgePage(
  pledge: { id: string; campaignId: string; donor: { email: string | null } },
  place: string,
  request: GivingRequest,
): Promise<void> {
  const { id, campaignId, donor } = pledge
  if (donor.email === null) return
  await limitGiving({ formKey: `pledge:${id}:${place}`, campaignId, email: donor.email }, request)
}

/** How the tries of one form are found again when its card is declined. */
export function formTryId(submissionKey: string): string {
  return `form:${digestOf(submissionKey.replace(/:\d+$/, ''))}`
}

async function hasProven(campaignId: string, formKey: string, trace: Trace, request: GivingRequest): Promise<boolean> {
  const nonce = request.proof ? verifyProof(request.proof, campaignId) : null
  if (nonce !== null && (await claim(`proof:${nonce}`, formKey, trace))) return true
  if (!request.turnstile || !usesTurnstile()) return false
  const id = `turnstile:${digestOf(request.turnstile)}`
  // An answer counts once at Turnstile; a double click brings it twice.
  if (await db().cardTry.findFirst({ where: { id, formKey }, select: { id: true } })) return true
  return (await verifyTurnstile(request.turnstile)) && claim(id, formKey, trace)
}

/** A proof counts for the form that came with it first. */
async function claim(id: string, formKey: string, { senderKey, emailKey, campaignId }: Trace): Promise<boolean> {
  const claimed = await db().$executeRaw`
    INSERT INTO card_try (id, kind, sender_key, email_key, campaign_id, at, form_key)
    VALUES (${id}, 'proven', ${senderKey}, ${emailKey}, ${campaignId}::uuid, ${now()}, ${formKey})
    ON CONFLICT (id) DO UPDATE SET form_key = excluded.form_key WHERE card_try.form_key = excluded.form_key`
  return claimed === 1
}

/** Lets a giver through who was told to wait and did; tells the others until when. One wait is for one form. */
async function requireWait(formKey: string, { senderKey, emailKey, campaignId }: Trace): Promise<void> {
  const at = now()
  const id = `wait:${campaignId}:${emailKey}`
  const dueAt = await inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('waiting givers', 1))`
    const known = await tx.cardTry.findUnique({ where: { id } })
    const isOpen = known !== null && (known.formKey === null || known.formKey === formKey)
    if (known && isOpen && known.at > at) return known.at
    if (known && isOpen) {
      await tx.cardTry.update({ where: { id }, data: { formKey } })
      return null
    }
    const last = await tx.cardTry.aggregate({ where: { kind: 'waiting' }, _max: { at: true } })
    const dueMs = Math.max(
      at.getTime() + WAIT_SECONDS * 1_000,
      (last._max.at?.getTime() ?? 0) + SPACING_SECONDS * 1_000,
    )
    const due = new Date(Math.min(dueMs, at.getTime() + WAIT_SECONDS_MAX * 1_000))
    if (dueMs > due.getTime()) return due
    const row = { kind: 'waiting', senderKey, emailKey, campaignId, at: due, formKey: null }
    await tx.cardTry.upsert({ where: { id }, create: { id, ...row }, update: row })
    return due
  })
  if (dueAt === null) return
  const seconds = Math.ceil((dueAt.getTime() - at.getTime()) / 1_000)
  const span = seconds === 1 ? 'a second' : `${seconds} seconds`
  throw new AppError(
    'rate_limited',
    `Many stolen cards are being tried here just now, so each gift waits a moment. Nothing was charged: wait ${span}, then press the button again.`,
  )
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
