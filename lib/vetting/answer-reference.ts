import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hashVettingToken } from '#lib/auth/hash-token.ts'
import { limitSender } from '#lib/auth/limit-rate.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { needed, optional } from './check-section.ts'
import { refuseReference } from './policy.ts'

const PER_SENDER = { name: 'reference-sender', points: 60, windowSeconds: 3600 }
const OPEN_DAYS = 90

const text = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value.normalize('NFC').trim() : ''))
const yesOrNo = z.enum(['yes', 'no'], 'answer').transform((value) => value === 'yes')

const answerSchema = z.object({
  confirms: yesOrNo,
  isIndependent: yesOrNo,
  relation: text.pipe(needed(1000, 3)),
  knownSince: text.pipe(needed(200)),
  workSeen: text.pipe(needed(3000, 3)),
  concerns: text.pipe(optional(3000)),
})

/** What the page of a reference shows: who asks about whom. */
export type ReferenceQuestion = {
  name: string
  groupName: string
  chapterName: string
  answeredAt: Date | null
}

/** What a reference's link opens, or null when it is unknown, withdrawn or older than 90 days. */
export async function findReferenceQuestion(token: string): Promise<ReferenceQuestion | null> {
  const reference = await findReference(token)
  if (!reference) return null
  const { name, answeredAt, aidGroup } = reference
  return { name, answeredAt, groupName: aidGroup.name, chapterName: aidGroup.chapter.name }
}

/**
 * Keeps what a reference says, once: `confirms` and `isIndependent` are yes or no. Throws `invalid_input` (messages are
 * problem codes), `not_found`, `wrong_state` when it was answered before, `rate_limited`, and `segregation_of_duties` to
 * whoever is signed in as somebody of the chapter or as the group's nominator: a link that was handed on is no independent word.
 */
export async function answerReference(
  actor: Actor,
  token: string,
  input: unknown,
  senderAddress: string,
): Promise<void> {
  await limitSender(PER_SENDER, senderAddress)
  const { confirms, ...answer } = parseInput(answerSchema, input)
  const reference = await findReference(token)
  if (!reference) throw new AppError('not_found', 'This link no longer works.')
  const { id, aidGroupId } = reference
  const refusal = refuseReference(actor, reference.aidGroup)
  if (refusal) throw new AppError(refusal.code, refusal.message)
  await inTransaction(async (tx) => {
    const { count } = await tx.dossierReference.updateMany({
      where: { id, answeredAt: null, removedAt: null },
      data: { confirms, answer, answeredAt: now() },
    })
    if (count === 0) throw new AppError('wrong_state', 'This was answered already.')
    const { chapterId } = reference.aidGroup
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.answer_reference', subjectType: 'aid_group', subjectId: aidGroupId, chapterId },
      detail: { referenceId: id, confirms },
    })
  })
}

async function findReference(token: string) {
  if (!/^[\w-]{43}$/.test(token)) return null
  const askedAfter = new Date(now().getTime() - OPEN_DAYS * 86_400_000)
  const tokenHash = hashVettingToken('reference', token)
  const isReminder = { mails: { some: { tokenHash, sentAt: { gt: askedAfter } } } }
  return await db().dossierReference.findFirst({
    where: { removedAt: null, OR: [{ tokenHash, askedAt: { gt: askedAfter } }, isReminder] },
    include: {
      aidGroup: { select: { name: true, chapterId: true, nominatedById: true, chapter: { select: { name: true } } } },
    },
  })
}
