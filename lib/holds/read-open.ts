import type { DbClient } from '#lib/db/client.ts'
import { listUnspent } from '#lib/ledger/list-unspent.ts'
import { refundStateOf } from './read-refund.ts'

/** A chosen refund that no card has taken; `minor` is what the fund still has of it. */
export type ByHand = {
  choiceId: string
  donationId: string
  minor: bigint
  /** A card refused it. What did not come by card never had a chance. */
  isFailed: boolean
  givenAt: Date
}

export type OpenChoices = {
  /** Refunds that are not in the books yet, and not given up either. */
  onTheirWay: number
  onTheirWayMinor: bigint
  /** Refunds that no card takes: a treasurer gives them back another way. */
  byHand: ByHand[]
  byHandMinor: bigint
  /** Everything the fund still has unspent, but for what givers of an earlier hold wait for. */
  leftMinor: bigint
}

/** What is still open of a hold whose window has closed. Fold the fund first. */
export async function readOpen(client: DbClient, hold: { id: string; fundId: bigint }): Promise<OpenChoices> {
  const unspent = new Map((await listUnspent(client, hold.fundId)).map((gift) => [gift.entryId, gift.unspentMinor]))
  const rows = await client.donorChoice.findMany({
    where: { holdId: hold.id, choice: 'refund', settledAt: null },
    include: {
      refund: true,
      donation: { select: { entryId: true, chargeId: true, settledAt: true, createdAt: true } },
    },
    orderBy: { id: 'asc' },
  })
  const open = rows.map(({ id: choiceId, donationId, refund, atStakeMinor, donation }) => {
    const left = unspent.get(donation.entryId ?? 0n) ?? 0n
    const minor = left > atStakeMinor ? atStakeMinor : left
    const state = refund ? refundStateOf(refund) : donation.chargeId === null ? 'failed' : 'on_its_way'
    const givenAt = donation.settledAt ?? donation.createdAt
    return { choiceId, donationId, minor, state, isFailed: refund !== null, givenAt }
  })
  const byHand = open.filter(({ state, minor }) => state === 'failed' && minor > 0n)
  const onTheirWay = open.filter(({ state }) => state === 'on_its_way')
  const earlierMinor = await earlierWaitingMinor(client, hold, unspent)
  return {
    onTheirWay: onTheirWay.length,
    onTheirWayMinor: onTheirWay.reduce((sum, { minor }) => sum + minor, 0n),
    byHand: byHand.map(({ state: _, ...row }) => row),
    byHandMinor: byHand.reduce((sum, { minor }) => sum + minor, 0n),
    leftMinor: [...unspent.values()].reduce((sum, minor) => sum + minor, 0n) - earlierMinor,
  }
}

async function earlierWaitingMinor(
  client: DbClient,
  hold: { id: string; fundId: bigint },
  unspent: ReadonlyMap<bigint | null, bigint>,
): Promise<bigint> {
  const ids = await listWaitingGifts(client, hold)
  const gifts = await client.donation.findMany({ where: { id: { in: ids } }, select: { entryId: true } })
  return gifts.reduce((sum, { entryId }) => sum + (unspent.get(entryId) ?? 0n), 0n)
}

/** The aid groups that failed in a campaign: nothing more goes to them, also not what was approved before. */
export async function listFailedGroups(client: DbClient, campaignId: string): Promise<string[]> {
  const where = { campaignId, status: { in: ['choosing', 'closed'] as ('choosing' | 'closed')[] } }
  const holds = await client.campaignHold.findMany({ where, select: { aidGroupId: true } })
  return holds.map(({ aidGroupId }) => aidGroupId)
}

/** The gifts of a fund whose givers wait for a refund of another hold, which has ended and came back: decided already. */
export async function listWaitingGifts(client: DbClient, hold: { id: string; fundId: bigint }): Promise<string[]> {
  const rows = await client.donorChoice.findMany({
    where: {
      ...{ choice: 'refund', settledAt: null, holdId: { not: hold.id } },
      hold: { fundId: hold.fundId, status: 'closed' },
      OR: [
        { refundId: null },
        { refund: { balanceTransactionId: null } },
        { refund: { status: { in: ['failed', 'canceled', 'refused'] } } },
      ],
    },
    select: { donationId: true },
  })
  return rows.map(({ donationId }) => donationId)
}
