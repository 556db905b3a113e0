import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { parseInput } from '#lib/parse-input.ts'
import { moveGroup } from './move-group.ts'
import { approvalSchema } from './schema.ts'
import { approvalEnd } from './states.ts'

/**
 * The second approval, by somebody who neither nominated nor reviewed. It ends on the given day, at the latest after
 * 24, 12 or 6 months by risk. Conditions make it an approval with conditions.
 */
export async function approveGroup(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { aidGroupId, reason, riskTier, until, conditions } = parseInput(approvalSchema, input)
  const at = now()
  await moveGroup(actor, {
    aidGroupId,
    event: conditions ? 'approve_with_conditions' : 'approve',
    reason,
    data: {
      approvedById: userId,
      approvedAt: at,
      approvedUntil: until ?? approvalEnd(at, riskTier),
      riskTier,
      conditions: conditions || null,
    },
  })
}
