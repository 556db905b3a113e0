import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type Mailed, mailQuestion } from './mail-question.ts'
import { moveGroup, notFound, requireInScope } from './move-group.ts'
import { idText, longText } from './schema.ts'
import { sectionKinds } from './types.ts'

const requestSchema = z.object({
  aidGroupId: idText,
  section: z.preprocess(
    (value) => value || undefined,
    z.enum(sectionKinds, 'This is not one of the choices.').optional(),
  ),
  question: longText('the question', 3, 2000),
})

/** A question that waits for its answer, and whether the aid group was told by mail. */
export type AskedQuestion = { requestId: string; mailed: Mailed }

type Question = z.output<typeof requestSchema> & { askedById: string }

/**
 * Asks the aid group a question, about one section or about all of it, and mails it where it can. The first one takes
 * the group from in_review to info_requested; further ones join it. Throws `forbidden` for anyone but a vetting reviewer
 * of the chapter and `wrong_state` outside a review.
 */
export async function requestInformation(actor: Actor, input: unknown): Promise<AskedQuestion> {
  const asker = requireUser(actor)
  const question = { ...parseInput(requestSchema, input), askedById: asker.userId }
  const { aidGroupId } = question
  await requireInScope(actor, aidGroupId)
  const { status } = await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId }, select: { status: true } })
  if (status === 'info_requested') return await askAgain(asker, question)
  const requestId = newId()
  let mailed: Mailed = 'no_contact'
  await moveGroup(actor, {
    aidGroupId,
    event: 'request_info',
    reason: question.question,
    alongside: async (tx) => {
      mailed = await keepQuestion(tx, requestId, question)
    },
  })
  return { requestId, mailed }
}

async function askAgain(actor: UserActor, question: Question): Promise<AskedQuestion> {
  const requestId = newId()
  const { aidGroupId } = question
  return await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
    const group = await tx.aidGroup.findUnique({ where: { id: aidGroupId } })
    if (!group) throw notFound()
    if (!hasRole(actor, group.chapterId, 'vetting_reviewer')) {
      throw new AppError('forbidden', 'Only a vetting reviewer of this chapter can ask.')
    }
    if (group.status !== 'info_requested') {
      throw new AppError('wrong_state', 'The review has gone on in the meantime. Load the page again.')
    }
    const mailed = await keepQuestion(tx, requestId, question)
    const { chapterId } = group
    const detail = { requestId, section: question.section ?? null }
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.ask_again', subjectType: 'aid_group', subjectId: aidGroupId, chapterId, detail },
    })
    return { requestId, mailed }
  })
}

async function keepQuestion(tx: DbClient, id: string, { aidGroupId, section, ...rest }: Question): Promise<Mailed> {
  await tx.informationRequest.create({
    data: {
      id,
      aidGroupId,
      section: section ?? null,
      question: rest.question,
      askedById: rest.askedById,
      askedAt: now(),
    },
  })
  return await mailQuestion(tx, aidGroupId)
}
