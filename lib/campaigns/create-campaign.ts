import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { freeSlug, makeSlug } from '#lib/vetting/make-slug.ts'
import { budgetOf, checkParts, columnsOf } from './check-parts.ts'
import { checkWords, countRefusals } from './check-words.ts'
import { canSeeCampaign } from './policy.ts'
import { campaignSchema, newCampaignSchema } from './schema.ts'

/** Opens a draft in the actor's chapter and answers its id. `input` has the fields of `campaignSchema` and the chapter. */
export async function createCampaign(actor: Actor, input: unknown): Promise<string> {
  const { userId } = requireUser(actor)
  const { chapterId, currency } = parseInput(newCampaignSchema, input)
  if (!hasRole(actor, chapterId, 'organizer')) {
    if (!canSeeCampaign(actor, chapterId)) {
      await recordRefusedAccess(actor, { subjectType: 'chapter', subjectId: chapterId, chapterId })
    }
    throw new AppError('forbidden', 'Only an organizer of the chapter can open a campaign.')
  }
  const fields = parseInput(campaignSchema(currency, now()), input)
  await checkParts(chapterId, fields)
  await countRefusals(chapterId, () => checkWords(db(), fields, input))
  const id = newId()
  const slug = makeSlug(fields.title, 'campaign')
  await inTransaction(async (tx) => {
    const taken = await tx.campaign.count({ where: { slug } })
    await tx.campaign.create({
      data: { ...columnsOf(fields), id, chapterId, currency, slug: freeSlug(slug, taken > 0), createdById: userId },
    })
    await tx.budgetLine.createMany({ data: budgetOf(id, fields) })
    await tx.campaignAidGroup.createMany({
      data: fields.aidGroupIds.map((aidGroupId) => ({ campaignId: id, aidGroupId })),
    })
    await recordEvent(tx, actor, {
      action: 'campaign.create',
      subjectType: 'campaign',
      subjectId: id,
      chapterId,
      detail: { goalMinor: String(fields.goal), currency },
    })
  })
  return id
}
