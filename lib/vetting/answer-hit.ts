import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { answerSchema } from '#lib/screening/schema.ts'
import { notFound, requireInScope, stepGroup } from './move-group.ts'
import { canStep } from './states.ts'
import type { AidGroupStatus, Refusal } from './types.ts'

type Answerable = {
  id: string
  chapterId: string
  status: AidGroupStatus
  nominatedById: string | null
  enteredBy: string | null
}
type Said = { verdict: 'false_positive' | 'true_match'; decidedById: string }

/**
 * A reviewer's answer to a hit: { aidGroupId, hitKey, verdict, reason }. The same party suspends the aid group at once.
 * Another party frees the hit, an equal identifier only when two different people say so. Neither the nominator nor
 * whoever entered the bank account frees one, nor does whoever called it a match take that back.
 */
export async function answerHit(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const { aidGroupId, hitKey, verdict, reason } = parseInput(answerSchema, input)
  await requireInScope(actor, aidGroupId)
  await inTransaction(async (tx) => {
    const group = await lockAnswerable(tx, aidGroupId, user.userId)
    const blocks = await requireHit(tx, aidGroupId, hitKey)
    const said = await tx.hitDisposition.findMany({
      where: { aidGroupId, hitKey },
      orderBy: [{ decidedAt: 'desc' }, { id: 'desc' }],
      select: { verdict: true, decidedById: true },
    })
    const refusal = refuseAnswer(user, group, { verdict, blocks, said })
    if (refusal) throw new AppError(refusal.code, refusal.message)
    await tx.hitDisposition.create({
      data: { id: newId(), aidGroupId, hitKey, verdict, reason, decidedById: user.userId, decidedAt: now() },
    })
    await recordEvent(tx, actor, {
      ...{ action: `screening_hit.${verdict}`, subjectType: 'aid_group', subjectId: aidGroupId },
      ...{ chapterId: group.chapterId, reason, detail: { hitKey, blocks } },
    })
    if (verdict === 'true_match' && canStep(group.status, 'suspend')) {
      await stepGroup(tx, actor, {
        aidGroupId,
        event: 'suspend',
        reason: 'A name of the aid group is on a sanctions list.',
      })
    }
  })
}

/** Why this person may not give this answer, or null. Pure; the database refuses the same people. */
export function refuseAnswer(
  user: UserActor,
  group: Pick<Answerable, 'chapterId' | 'nominatedById' | 'enteredBy'>,
  { verdict, blocks, said }: { verdict: Said['verdict']; blocks: boolean; said: readonly Said[] },
): Refusal | null {
  if (!hasRole(user, group.chapterId, 'vetting_reviewer')) {
    return { code: 'forbidden', message: 'Only a vetting reviewer of the chapter can answer a hit.' }
  }
  // Anybody who reviews may stop money; only somebody who is free of the group may let it go on.
  if (verdict === 'true_match') return null
  if (user.userId === group.nominatedById)
    return another('You nominated this aid group; somebody else answers its hits.')
  if (user.userId === group.enteredBy) return another('You entered its bank account; somebody else answers its hits.')
  const [newest] = said
  if (newest?.verdict === 'true_match' && newest.decidedById === user.userId) {
    return another('You said that it is the same party; only somebody else can say otherwise.')
  }
  const isSecond = blocks && newest?.verdict === 'false_positive'
  if (isSecond && newest.decidedById === user.userId) {
    return another('An identifier is equal, so a second person has to say the same.')
  }
  return null
}

const another = (message: string): Refusal => ({ code: 'segregation_of_duties', message })

async function lockAnswerable(tx: DbClient, aidGroupId: string, userId: string): Promise<Answerable> {
  const [group] = await tx.$queryRaw<Answerable[]>`
    SELECT g.id, g.chapter_id AS "chapterId", g.status::text AS status, g.nominated_by_id AS "nominatedById", (
      SELECT CASE WHEN wrote_as(b.entered_by, ${userId}::uuid) THEN ${userId} ELSE b.entered_by END FROM dossier_bank_account AS b
      WHERE b.aid_group_id = g.id AND b.replaced_at IS NULL) AS "enteredBy"
    FROM aid_group AS g WHERE g.id = ${aidGroupId}::uuid FOR UPDATE`
  if (!group) throw notFound()
  return group
}

/** Whether the hit is one on an identifier. Only hits of the latest screening can be answered. */
async function requireHit(tx: DbClient, aidGroupId: string, hitKey: string): Promise<boolean> {
  const latest = await tx.screening.findFirst({
    where: { aidGroupId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: { hits: { where: { hitKey }, select: { blocks: true } } },
  })
  const hit = latest?.hits[0]
  if (hit) return hit.blocks
  const isOlder = (await db().screeningHit.count({ where: { aidGroupId, hitKey } })) > 0
  throw isOlder
    ? new AppError('wrong_state', 'The aid group has been screened again since, and this hit is not there any more.')
    : new AppError('not_found', 'There is no such hit.')
}
