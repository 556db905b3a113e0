import { now } from '#lib/clock.ts'
import { type DbClient, Prisma } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { listReturns } from '#lib/ledger/list-returns.ts'
import { writeStatement } from './write-statement.ts'

/** What of a donation is in its receipt, under the donation's row lock. */
type Issuable = {
  id: string
  chapterId: string
  status: string
  currency: string
  giftMinor: bigint
  coverMinor: bigint
  tipMinor: bigint
  settledAt: Date | null
  entryId: bigint | null
  isReversed: boolean
  isForeign: boolean
  foreignReturnMinor: bigint
}

export type IssuedRow = { id: string; revision: number; mailId: string | null }

/**
 * Issues the receipt of a settled donation, or its next revision when something went back since: a revision keeps the
 * number and the wording of the first. Answers the one that counts now; null for a gift that has not arrived.
 */
export async function issueReceipt(donationId: string): Promise<IssuedRow | null> {
  return inTransaction(async (tx) => {
    const donation = await lockIssuable(tx, donationId)
    if (donation?.status !== 'settled' || donation.settledAt === null) return null
    const { chapterId, currency, giftMinor, coverMinor, tipMinor, settledAt: givenAt } = donation
    const returnedMinor = await returnedOf(tx, donation)
    const latest = await tx.receipt.findFirst({ where: { donationId }, orderBy: { revision: 'desc' } })
    if (latest?.returnedMinor === returnedMinor) return latest
    const amounts = { currency, giftMinor, coverMinor, tipMinor, returnedMinor, givenAt }
    const { settingsId, statement } = latest ?? (await currentWording(tx, chapterId))
    const revision = (latest?.revision ?? 0) + 1
    return tx.receipt.create({
      data: { ...amounts, donationId, chapterId, revision, settingsId, statement, issuedAt: now() },
      select: { id: true, revision: true, mailId: true },
    })
  })
}

/** The chapter's settings of today and the sentence they make. */
export async function currentWording(
  tx: DbClient,
  chapterId: string,
): Promise<{ settingsId: string; statement: string }> {
  const settings = await tx.receiptSettings.findFirstOrThrow({ where: { chapterId }, orderBy: { version: 'desc' } })
  return { settingsId: settings.id, statement: writeStatement(settings) }
}

async function lockIssuable(tx: DbClient, donationId: string): Promise<Issuable | undefined> {
  const rows = await tx.$queryRaw<Issuable[]>`
    SELECT d.id, c.chapter_id AS "chapterId", d.status::text AS status, d.currency, d.gift_minor AS "giftMinor",
      d.cover_minor AS "coverMinor", d.tip_minor AS "tipMinor", d.settled_at AS "settledAt", d.entry_id AS "entryId",
      d.reversal_entry_id IS NOT NULL AS "isReversed", coalesce(d.settled_currency <> d.currency, false) AS "isForeign",
      ${foreignReturn} AS "foreignReturnMinor"
    FROM donation d JOIN campaign c ON c.id = d.campaign_id WHERE d.id = ${donationId}::uuid FOR NO KEY UPDATE OF d`
  return rows[0]
}

/** What went back of it, in the currency it was given in and never more than was given. */
async function returnedOf(tx: DbClient, donation: Issuable): Promise<bigint> {
  const wholeMinor = donation.giftMinor + donation.coverMinor + donation.tipMinor
  if (donation.isReversed) return wholeMinor
  if (donation.entryId === null) return 0n
  const backMinor = donation.isForeign
    ? donation.foreignReturnMinor
    : (await listReturns(tx, [donation.entryId])).reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  // A dispute after a refund takes more than there is; the donor got back no more than they gave.
  if (backMinor > wholeMinor) return wholeMinor
  return backMinor
}

/**
 * The ledger knows a foreign gift in the fund's currency; what the donor got back of their own stands with the refund. An
 * expression over a donation `d`.
 */
export const foreignReturn = Prisma.sql`(coalesce((SELECT sum(f.amount_minor) FROM refund f WHERE f.donation_id = d.id
    AND (f.balance_transaction_id IS NOT NULL AND f.failure_transaction_id IS NULL OR f.origin = 'hand' AND f.status = 'succeeded')), 0)
  + coalesce((SELECT sum(f.amount_minor - f.returned_minor) FROM dispute f WHERE f.donation_id = d.id
    AND f.withdrawn_minor > 0), 0))::bigint`
