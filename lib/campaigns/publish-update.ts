import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockCampaign, notFound, requireInScope } from './lock-campaign.ts'
import { refuseUpdate } from './policy.ts'
import { updateSchema } from './schema.ts'

/** Tells donors what happened. Published at once and for ever: a correction is another update. Answers its id. */
export async function publishUpdate(actor: Actor, input: unknown): Promise<string> {
  const { userId } = requireUser(actor)
  const { campaignId, title, body } = parseInput(updateSchema, input)
  await requireInScope(actor, campaignId)
  const id = newId()
  await inTransaction(async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    const refusal = campaign ? refuseUpdate(actor, campaign) : null
    if (!campaign) throw notFound()
    if (refusal) throw new AppError(refusal.code, refusal.message)
    await tx.campaignUpdate.create({
      data: { id, campaignId, authorId: userId, title, bodyMarkdown: body, publishedAt: now() },
    })
    await recordEvent(tx, actor, {
      action: 'campaign.publish_update',
      subjectType: 'campaign',
      subjectId: campaignId,
      chapterId: campaign.chapterId,
      detail: { updateId: id },
    })
  })
  return id
}
