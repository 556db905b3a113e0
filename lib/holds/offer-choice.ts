import type { DbClient } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { listUnspent } from '#lib/ledger/list-unspent.ts'
import { choiceEnd } from './policy.ts'
import { listWaitingGifts } from './read-open.ts'
import { hashChoiceToken, signChoiceToken } from './sign-link.ts'

const ROWS_AT_ONCE = 2_000

type Failed = {
  hold: { id: string }
  campaign: { id: string; fundId: bigint; alternateAidGroupId: string | null }
  at: Date
}

/**
 * Opens the givers' window: one row for each gift of which the fund still has cents, with exactly those cents. The
 * caller holds the campaign's lock and has folded the fund. Mails follow by mailChoices.
 */
export async function offerChoice(tx: DbClient, { hold, campaign, at }: Failed): Promise<void> {
  const alternateAidGroupId = await unusedAlternate(tx, campaign)
  const choiceUntil = choiceEnd(at, env().HOLD_CHOICE_DAYS)
  await tx.campaignHold.update({
    where: { id: hold.id },
    data: { status: 'choosing', choiceUntil, alternateAidGroupId, version: { increment: 1 } },
  })
  const unspent = new Map((await listUnspent(tx, campaign.fundId)).map((gift) => [gift.entryId, gift.unspentMinor]))
  // Whoever waits for a refund of an earlier hold has chosen already.
  const waiting = await listWaitingGifts(tx, { id: hold.id, fundId: campaign.fundId })
  const gifts = await tx.donation.findMany({
    where: { entryId: { in: [...unspent.keys()] }, status: 'settled', id: { notIn: waiting } },
    select: { id: true, donorId: true, entryId: true },
    orderBy: { id: 'asc' },
  })
  const rows = gifts.map(({ id: donationId, donorId, entryId }) => ({
    ...{ holdId: hold.id, donationId, donorId, atStakeMinor: unspent.get(entryId ?? 0n) ?? 0n },
    tokenHash: hashChoiceToken(signChoiceToken(hold.id, donorId)),
  }))
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    await tx.donorChoice.createMany({ data: rows.slice(start, start + ROWS_AT_ONCE) })
  }
}

/** The alternate that the campaign named, unless it is one of its groups already: then it has had its turn. */
async function unusedAlternate(tx: DbClient, campaign: Failed['campaign']): Promise<string | null> {
  const { id: campaignId, alternateAidGroupId } = campaign
  if (alternateAidGroupId === null) return null
  const used = await tx.campaignAidGroup.count({ where: { campaignId, aidGroupId: alternateAidGroupId } })
  return used === 0 ? alternateAidGroupId : null
}
