import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { budgetOf, checkParts, columnsOf } from './check-parts.ts'
import { checkWords, countRefusals } from './check-words.ts'
import { lockCampaign, notFound, requireInScope } from './lock-campaign.ts'
import { refuseEdit } from './policy.ts'
import { campaignSchema, currencyChoice, versionSchema } from './schema.ts'

/**
 * Saves a draft again. `version` is the one the form was filled from: when somebody else saved in between, this throws
 * `conflict` and changes nothing.
 */
export async function updateCampaign(actor: Actor, input: unknown): Promise<void> {
  requireUser(actor)
  const { campaignId, version } = parseInput(versionSchema, input)
  const found = await requireInScope(actor, campaignId)
  const chosen = currencyChoice.safeParse((input as { currency?: unknown }).currency)
  const currency = chosen.success ? chosen.data : found.currency
  const fields = parseInput(campaignSchema(currency, now()), input)
  await checkParts(found.chapterId, fields)
  await countRefusals(campaignId, () => checkWords(db(), fields, input))
  await inTransaction(async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    const refusal = campaign ? refuseEdit(actor, campaign) : null
    if (!campaign) throw notFound()
    if (refusal) throw new AppError(refusal.code, refusal.message)
    if (campaign.version !== version) throw changedMeanwhile()
    await tx.budgetLine.deleteMany({ where: { campaignId } })
    await tx.campaignAidGroup.deleteMany({ where: { campaignId } })
    await tx.budgetLine.createMany({ data: budgetOf(campaignId, fields) })
    await tx.campaignAidGroup.createMany({ data: fields.aidGroupIds.map((aidGroupId) => ({ campaignId, aidGroupId })) })
    await tx.campaign.update({
      where: { id: campaignId },
      data: { ...columnsOf(fields), currency, version: { increment: 1 } },
    })
    await recordEvent(tx, actor, {
      action: 'campaign.update',
      subjectType: 'campaign',
      subjectId: campaignId,
      chapterId: campaign.chapterId,
      detail: { version: version + 1, goalMinor: String(fields.goal), currency },
    })
  })
}

/** The answer to a form that was filled from an older version. */
export function changedMeanwhile(): AppError {
  return new AppError(
    'conflict',
    'Somebody changed this campaign while you had it open. Open it in another tab, compare, and save there; what you typed is still below.',
  )
}
