import type { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { SOME_FIELDS, tellsName } from './check-names.ts'
import { freeSlug, makeSlug } from './make-slug.ts'
import { canNominate, canSeeAidGroup } from './policy.ts'
import { nominationByLinkSchema, nominationSchema } from './schema.ts'

/**
 * Puts an aid group before the reviewers of the actor's chapter and answers its id. The address is made of the public
 * name, so that a name that would put people at risk is in no link.
 */
export async function nominateGroup(actor: Actor, input: unknown): Promise<string> {
  return await createGroup(actor, input, 'submitted')
}

/** Begins a nomination whose application is still to be filled in: by link (inviteApplication), or by the chapter itself. */
export async function draftGroup(actor: Actor, input: unknown): Promise<string> {
  return await createGroup(actor, input, 'draft')
}

/** The nomination's form with how its link is to travel: read before anything is written, so that both are right. */
export function parseNomination(input: unknown): z.output<typeof nominationByLinkSchema> {
  return parseInput(nominationByLinkSchema, input)
}

async function createGroup(actor: Actor, input: unknown, status: 'draft' | 'submitted'): Promise<string> {
  const { userId } = requireUser(actor)
  const { chapterId, publicAlias, ...facts } = parseInput(nominationSchema, input)
  if (!canNominate(actor, chapterId)) {
    if (!canSeeAidGroup(actor, chapterId)) {
      await recordRefusedAccess(actor, { subjectType: 'chapter', subjectId: chapterId, chapterId })
    }
    throw new AppError('forbidden', 'Only an organizer or a vetting reviewer of the chapter can nominate an aid group.')
  }
  const tells = [facts.name, facts.legalName].some((name) => tellsName(facts.summary, name))
  if (publicAlias && tells) {
    const message = 'This has the real name in it, and everybody reads it. Leave it out.'
    throw new AppError('invalid_input', SOME_FIELDS, { fieldErrors: { summary: [message] } })
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
        status,
        nominatedById: userId,
        createdAt: now(),
      },
    })
    if (status === 'submitted') {
      await tx.aidGroupStatusChange.create({ data: { aidGroupId: id, from: 'draft', to: status, actorId: userId } })
    }
    await recordEvent(tx, actor, {
      action: status === 'draft' ? 'aid_group.begin' : 'aid_group.submit',
      subjectType: 'aid_group',
      subjectId: id,
      chapterId,
      detail: { from: 'draft', to: status },
    })
  })
  return id
}
