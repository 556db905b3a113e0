import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { parseInput } from '#lib/parse-input.ts'
import { moveGroup } from './move-group.ts'
import { stepSchema } from './schema.ts'
import type { AidGroupEvent } from './types.ts'

/** A new review makes an earlier approval void: the columns then name nobody until the second person signs. */
export const NOBODY_APPROVED = { approvedById: null, approvedAt: null, approvedUntil: null, conditions: null }

/** A reviewer takes the group on: submitted, screened, or due for renewal -> in review. */
export async function startReview(actor: Actor, input: unknown): Promise<void> {
  await review(actor, 'start_review', input)
}

/** Takes an expiring or expired group into review again; it is not payable until it is approved anew. */
export async function renewReview(actor: Actor, input: unknown): Promise<void> {
  await review(actor, 'renew', input)
}

/** The reviewer found nothing against it and asks for the second approval, with the reason. */
export async function recommendGroup(actor: Actor, input: unknown): Promise<void> {
  await review(actor, 'recommend', input)
}

/** The reviewer needs to know more before going on; the reason says what. */
export async function requestInfo(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, reason } = parseInput(stepSchema, input)
  await moveGroup(actor, { aidGroupId, event: 'request_info', reason })
}

/** The nominating side answered what was asked. */
export async function answerInfo(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, reason } = parseInput(stepSchema, input)
  await moveGroup(actor, { aidGroupId, event: 'answer_info', reason })
}

/** The second person does not approve yet and gives the review back. */
export async function sendBackReview(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, reason } = parseInput(stepSchema, input)
  await moveGroup(actor, { aidGroupId, event: 'send_back', reason })
}

async function review(actor: Actor, event: AidGroupEvent, input: unknown): Promise<void> {
  const { aidGroupId, reason } = parseInput(stepSchema, input)
  const { userId } = requireUser(actor)
  await moveGroup(actor, { aidGroupId, event, reason, data: { reviewedById: userId, ...NOBODY_APPROVED } })
}
