import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireCivilian } from '#lib/purposes/check-purpose.ts'
import { requireAliases } from '#lib/vetting/check-names.ts'
import { countRefusals } from './check-words.ts'
import { lockCampaign, notFound, requireInScope } from './lock-campaign.ts'
import { refuseUpdate } from './policy.ts'
import { updateSchema } from './schema.ts'

/**
 * Tells donors what happened, for ever: a correction is another update. News that names what is never paid for is
 * refused as the story would be, with a message at the field, and counted; so is the real name of a group with an alias. News with a word that can also serve a war
 * waits until another person has read it; `waitsFor` has those words, and is empty where it is public at once.
 */
export async function publishUpdate(actor: Actor, input: unknown): Promise<{ id: string; waitsFor: string[] }> {
  const { userId } = requireUser(actor)
  const { campaignId, title, body } = parseInput(updateSchema, input)
  await requireInScope(actor, campaignId)
  const id = newId()
  const publish = async (tx: DbClient) => {
    const campaign = await lockCampaign(tx, campaignId)
    const refusal = campaign ? refuseUpdate(actor, campaign) : null
    if (!campaign) throw notFound()
    if (refusal) throw new AppError(refusal.code, refusal.message)
    const texts = [
      { field: 'title', text: title },
      { field: 'body', text: body },
    ]
    await requireCivilian(tx, texts)
    await requireAliases(tx, texts)
    const { dualUse } = await tx.campaignUpdate.create({
      select: { dualUse: true },
      data: { id, campaignId, authorId: userId, title, bodyMarkdown: body, publishedAt: now() },
    })
    await recordEvent(tx, actor, {
      action: 'campaign.publish_update',
      subjectType: 'campaign',
      subjectId: campaignId,
      chapterId: campaign.chapterId,
      detail: { updateId: id },
    })
    return dualUse
  }
  return { id, waitsFor: await countRefusals(campaignId, () => inTransaction(publish)) }
}
