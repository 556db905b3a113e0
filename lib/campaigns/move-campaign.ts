import { recordEvent } from '#lib/audit/record-event.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import type { DbClient, Prisma } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { lockCampaign, notFound, requireInScope } from './lock-campaign.ts'
import { refuseStep } from './policy.ts'
import { campaignSteps } from './states.ts'
import type { CampaignEvent } from './types.ts'

export type LockedCampaign = NonNullable<Awaited<ReturnType<typeof lockCampaign>>>

type StepInput = {
  campaignId: string
  event: CampaignEvent
  reason?: string
  /** The event's own checks and columns, under the campaign's lock. */
  prepare?: (tx: DbClient, campaign: LockedCampaign) => Promise<Prisma.CampaignUncheckedUpdateInput>
}

/**
 * Makes one step of a campaign under its row lock: policy, the event's own work, new status, history and audit row in
 * one transaction. The exported writes of this folder are its only callers.
 */
export async function moveCampaign(actor: Actor, input: StepInput): Promise<void> {
  await requireInScope(actor, input.campaignId)
  await inTransaction(async (tx) => {
    const campaign = await lockCampaign(tx, input.campaignId)
    if (!campaign) throw notFound()
    await moveLockedCampaign(tx, actor, campaign, input)
  })
}

/** The same step of a campaign that the caller has locked in a transaction of its own, which ends with it. */
export async function moveLockedCampaign(
  tx: DbClient,
  actor: Actor,
  campaign: LockedCampaign,
  input: Omit<StepInput, 'campaignId'>,
): Promise<void> {
  const { event, reason } = input
  const { to } = campaignSteps[event]
  const refusal = refuseStep(actor, campaign, event)
  if (refusal) throw new AppError(refusal.code, refusal.message)
  const campaignId = campaign.id
  const data = (await input.prepare?.(tx, campaign)) ?? {}
  await tx.campaign.update({ where: { id: campaignId }, data: { ...data, status: to, version: { increment: 1 } } })
  await tx.campaignTransition.create({
    data: { campaignId, event, from: campaign.status, to, reason: reason || null, actorId: actorId(actor) },
  })
  await recordEvent(tx, actor, {
    action: `campaign.${event}`,
    subjectType: 'campaign',
    subjectId: campaignId,
    chapterId: campaign.chapterId,
    ...(reason ? { reason } : {}),
    detail: { from: campaign.status, to },
  })
}
