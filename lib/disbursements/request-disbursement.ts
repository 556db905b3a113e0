import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { countRefusals, requireLinesWithin, requireOpenGates } from './check-gates.ts'
import { checkWords } from './check-words.ts'
import { canRequest, readableChapterIds, requireAllowed } from './policy.ts'
import { campaignSchema, type NewLine, requestSchema } from './schema.ts'
import { OPEN_FOR_REQUESTS } from './states.ts'

/**
 * Asks for money to be sent to one of a campaign's aid groups. Input as typed: { campaignId, aidGroupId, purpose,
 * lines: [{ category, description, amount }] } with amounts as text in the campaign's currency; empty rows are no
 * lines. The sum of the lines is the amount. Nothing is promised yet. Answers the new disbursement's id and number.
 */
export async function requestDisbursement(actor: Actor, input: unknown): Promise<{ id: string; number: number }> {
  const { campaignId } = parseInput(campaignSchema, input)
  const user = requireUser(actor)
  const campaign = await findCampaign(user, campaignId)
  requireAllowed(canRequest(user, campaign.chapterId))
  const { fundId, status } = campaign
  if (fundId === null || !OPEN_FOR_REQUESTS.some((open) => open === status)) {
    throw fieldError('campaignId', 'Money is sent from campaigns that are live, paused or closed. Choose another one.')
  }
  const { lines, ...request } = parseInput(requestSchema(campaign.currency), input)
  requireGroupOf(campaign, request.aidGroupId)
  const amountMinor = sumOf(lines)
  const id = newId()
  const requestedAt = now()
  const payment = { id: null, ...request, campaignId, amountMinor, currency: campaign.currency }
  const ask = async (tx: DbClient) => {
    await checkWords(tx, input, { ...request, lines })
    await requireOpenGates(tx, payment)
    await requireLinesWithin(tx, request.aidGroupId, lines)
    const created = await tx.disbursement.create({
      data: {
        id,
        campaignId: campaign.id,
        ...request,
        fundId,
        currency: campaign.currency,
        amountMinor,
        releaseThresholdMinor: campaign.chapter.releaseThresholdMinor,
        requestedById: user.userId,
        requestedAt,
      },
      select: { id: true, number: true },
    })
    await tx.disbursementLine.createMany({ data: lines.map((line) => ({ ...line, disbursementId: id })) })
    await recordRequest(tx, user, campaign.chapterId, { id, amountMinor, at: requestedAt })
    return created
  }
  // A request that was refused has no id: asking for the same again on the same day is the same refusal.
  const subject = `${campaignId} ${request.aidGroupId} ${amountMinor}`
  return countRefusals({ stage: 'request', chapterId: campaign.chapterId, subject }, () => inTransaction(ask))
}

async function findCampaign(user: UserActor, campaignId: string) {
  const campaign = await db().campaign.findUnique({
    where: { id: campaignId },
    include: { chapter: { select: { releaseThresholdMinor: true } }, aidGroups: { select: { aidGroupId: true } } },
  })
  if (!campaign || !readableChapterIds(user).includes(campaign.chapterId)) {
    if (campaign) {
      const { chapterId } = campaign
      await recordRefusedAccess(user, { subjectType: 'campaign', subjectId: campaignId, chapterId })
    }
    throw new AppError('not_found', 'There is no such campaign.')
  }
  return campaign
}

/** Throws at the field unless the aid group is one of the campaign's. */
export function requireGroupOf(campaign: { aidGroups: readonly { aidGroupId: string }[] }, aidGroupId: string): void {
  if (campaign.aidGroups.some((linked) => linked.aidGroupId === aidGroupId)) return
  throw fieldError('aidGroupId', 'Donors gave to this campaign for its own aid groups. Choose one of them.')
}

/** The amount of a disbursement is the sum of its lines. */
export function sumOf(lines: readonly Pick<NewLine, 'amountMinor'>[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0n)
}

function fieldError(field: string, message: string): AppError {
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
}

type Requested = { id: string; amountMinor: bigint; at: Date }

function recordRequest(tx: DbClient, user: UserActor, chapterId: string, { id, amountMinor, at }: Requested) {
  return recordEvent(tx, user, {
    action: 'disbursement.request',
    subjectType: 'disbursement',
    subjectId: id,
    chapterId,
    detail: { at: at.toISOString(), amountMinor: String(amountMinor) },
  })
}
