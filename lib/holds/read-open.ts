import type { DbClient } from '#lib/db/client.ts'
import { listUnspent } from '#lib/ledger/list-unspent.ts'
import { refundStateOf } from './read-refund.ts'

export type OpenChoices = {
  /** Refunds that are not in the books yet, and not given up either. */
  onTheirWay: number
  /** Refunds that no card takes: a treasurer gives them back another way. */
  byHand: { choiceId: string; donationId: string; minor: bigint; isFailed: boolean }[]
  byHandMinor: bigint
  /** Everything the fund still has unspent. */
  leftMinor: bigint
}

/** What is still open of a hold whose window has closed. Fold the fund first. */
export async function readOpen(client: DbClient, hold: { id: string; fundId: bigint }): Promise<OpenChoices> {
  const unspent = new Map((await listUnspent(client, hold.fundId)).map((gift) => [gift.entryId, gift.unspentMinor]))
  const rows = await client.donorChoice.findMany({
    where: { holdId: hold.id, choice: 'refund', settledAt: null },
    include: { refund: true, donation: { select: { entryId: true, chargeId: true } } },
    orderBy: { id: 'asc' },
  })
  const stateOf = ({ refund, donation }: (typeof rows)[number]) =>
    refund ? refundStateOf(refund) : donation.chargeId === null ? 'failed' : 'on_its_way'
  const byHand = rows
    .filter((row) => stateOf(row) === 'failed')
    .map(({ id, donationId, refund, atStakeMinor, donation }) => {
      const left = unspent.get(donation.entryId ?? 0n) ?? 0n
      return { choiceId: id, donationId, minor: left > atStakeMinor ? atStakeMinor : left, isFailed: refund !== null }
    })
    .filter(({ minor }) => minor > 0n)
  return {
    onTheirWay: rows.filter((row) => stateOf(row) === 'on_its_way').length,
    byHand,
    byHandMinor: byHand.reduce((sum, { minor }) => sum + minor, 0n),
    leftMinor: [...unspent.values()].reduce((sum, minor) => sum + minor, 0n),
  }
}
