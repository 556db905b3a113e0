import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { checkWords, countRefusals } from './check-words.ts'
import { moveCampaign } from './move-campaign.ts'
import { lacksOf } from './policy.ts'
import { readParts } from './queries.ts'
import { versionSchema } from './schema.ts'
import { changedMeanwhile } from './update-campaign.ts'

/** Sends a complete draft to another person for review. Throws `invalid_input` that lists everything it still lacks. */
export async function submitCampaign(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { campaignId, version } = parseInput(versionSchema, input)
  const move = () =>
    moveCampaign(actor, {
      campaignId,
      event: 'submit',
      prepare: async (tx, campaign) => {
        if (campaign.version !== version) throw changedMeanwhile()
        const parts = await readParts(tx, campaign)
        await checkWords(tx, { ...campaign, ...parts, story: campaign.storyMarkdown })
        const lacks = lacksOf({ ...campaign, ...parts }, now())
        if (lacks.length > 0) {
          const fieldErrors: FieldErrors = {}
          for (const { field, message } of lacks) fieldErrors[field] = [...(fieldErrors[field] ?? []), message]
          throw new AppError('invalid_input', `Before a review: ${lacks.map(({ message }) => message).join(' ')}`, {
            fieldErrors,
          })
        }
        return { submittedById: userId, reviewNote: null }
      },
    })
  await countRefusals(campaignId, move)
}
