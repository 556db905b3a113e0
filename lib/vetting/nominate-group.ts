import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { freeSlug, makeSlug } from './make-slug.ts'
import { canNominate, canSeeAidGroup } from './policy.ts'
import { nominationSchema } from './schema.ts'

/**
 * Puts an aid group before the reviewers of the actor's chapter and answers its id. The address is made of the public
 * name, so that a name that would put people at risk is in no link.
 */
export async function nominateGroup(actor: Actor, input: unknown): Promise<string> {
  const { userId } = requireUser(actor)
  const { chapterId, publicAlias, ...facts } = parseInput(nominationSchema, input)
  if (!canNominate(actor, chapterId)) {
    if (!canSeeAidGroup(actor, chapterId)) {
      await recordRefusedAccess(actor, { subjectType: 'chapter', subjectId: chapterId, chapterId })
    }
    throw new AppError('forbidden', 'Only an organizer or a vetting reviewer of the chapter can nominate an aid group.')
  }
  const id = newId()
  const slug = makeSlug(publicAlias || facts.name, 'aid-group')
  await inTransaction(async (tx) => {
    const taken = await tx.aidGroup.count({ where: { slug } })
    await tx.aidGroup.create({
      data: {
        ...facts,
        id,
        chapterId,
        publicAlias: publicAlias || null,
        slug: freeSlug(slug, taken > 0),
        status: 'submitted',
        nominatedById: userId,
        createdAt: now(),
      },
    })
    await tx.aidGroupStatusChange.create({ data: { aidGroupId: id, from: 'draft', to: 'submitted', actorId: userId } })
    await recordEvent(tx, actor, {
      action: 'aid_group.submit',
      subjectType: 'aid_group',
      subjectId: id,
      chapterId,
      detail: { from: 'draft', to: 'submitted' },
    })
  })
  return id
}
