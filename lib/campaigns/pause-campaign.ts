import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { moveCampaign } from './move-campaign.ts'
import { readParts } from './queries.ts'
import { stepSchema } from './schema.ts'

/** Stops taking gifts for a while; the reason is public history. */
export async function pauseCampaign(actor: Actor, input: unknown): Promise<void> {
  requireUser(actor)
  await moveCampaign(actor, { ...parseInput(stepSchema, input), event: 'pause' })
}

/** Takes gifts again, if one of its aid groups may still get money. */
export async function resumeCampaign(actor: Actor, input: unknown): Promise<void> {
  requireUser(actor)
  await moveCampaign(actor, {
    ...parseInput(stepSchema, input),
    event: 'resume',
    prepare: async (tx, campaign) => {
      const { aidGroups } = await readParts(tx, campaign)
      const [held] = aidGroups
      if (held && aidGroups.every(({ unavailable }) => unavailable !== null))
        throw new AppError('aid_group_not_approved', `It cannot go on now. ${held.name}: ${held.unavailable}`)
      return {}
    },
  })
}
