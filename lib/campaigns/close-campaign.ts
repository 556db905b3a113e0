import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { parseInput } from '#lib/parse-input.ts'
import { moveCampaign } from './move-campaign.ts'
import { stepSchema } from './schema.ts'

/** Ends the giving for good. Gifts that were under way still count; the surplus rule says where they go. */
export async function closeCampaign(actor: Actor, input: unknown): Promise<void> {
  await moveCampaign(actor, {
    ...parseInput(stepSchema, input),
    event: 'close',
    prepare: async () => ({ closedAt: now() }),
  })
}
