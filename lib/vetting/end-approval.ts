import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { parseInput } from '#lib/parse-input.ts'
import { moveGroup } from './move-group.ts'
import { stepSchema } from './schema.ts'

/** Stops money to the group at once. One person may stop; starting again takes two. */
export async function suspendGroup(actor: Actor, input: unknown): Promise<void> {
  await moveGroup(actor, { ...parseInput(stepSchema, input), event: 'suspend' })
}

/** Says that the cause of a suspension is gone and asks for the second approval. */
export async function reinstateGroup(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const data = { reviewedById: userId, approvedById: null, approvedAt: null, approvedUntil: null, conditions: null }
  await moveGroup(actor, { ...parseInput(stepSchema, input), event: 'reinstate', data })
}

/** Ends the vetting with a no. Final: a changed group is nominated anew. */
export async function rejectGroup(actor: Actor, input: unknown): Promise<void> {
  await moveGroup(actor, { ...parseInput(stepSchema, input), event: 'reject' })
}

/** The chapter takes its nomination back, or the group wants no more. Final. */
export async function withdrawGroup(actor: Actor, input: unknown): Promise<void> {
  await moveGroup(actor, { ...parseInput(stepSchema, input), event: 'withdraw' })
}

/** Says that an approval is about to end. It still counts, and may be renewed. */
export async function markExpiring(actor: Actor, input: unknown): Promise<void> {
  await moveGroup(actor, { ...parseInput(stepSchema, input), event: 'mark_expiring' })
}

/** Writes down that an approval came to its end; money stopped when the date passed, not when this is written. */
export async function expireGroup(actor: Actor, input: unknown): Promise<void> {
  await moveGroup(actor, { ...parseInput(stepSchema, input), event: 'expire' })
}
