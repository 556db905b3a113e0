import { randomUUID } from 'node:crypto'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { postPayout } from '#lib/ledger/post-payout.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { releaseEncumbrance } from '#lib/ledger/release-encumbrance.ts'
import type { Posting } from '#lib/ledger/types.ts'

/** What a posting says about itself, under a key of its own or the one given. */
export function posting(idempotencyKey: string = randomUUID()): Posting {
  const about = { sourceType: 'test', sourceId: 'one', actorId: 'somebody' }
  return { idempotencyKey, ...about, effectiveAt: new Date('2026-11-20T10:00:00.123Z') }
}

export type Funds = { chapterId: string; campaign: bigint; general: bigint }

/** A chapter's campaign fund (with donor restrictions) and its general fund (without). */
export async function openFunds(tx: DbClient = db()): Promise<Funds> {
  const chapterId = randomUUID()
  const common = { chapterId, currency: 'USD' }
  const campaign = await openFund(tx, { ...common, campaignId: randomUUID(), restriction: 'with', name: 'Campaign' })
  const general = await openFund(tx, { ...common, campaignId: null, restriction: 'without', name: 'General' })
  return { chapterId, campaign, general }
}

/** A settled gift; answers its entry. */
export async function give(fundId: bigint, giftMinor: bigint, feeMinor = 0n): Promise<bigint> {
  const gift = await postGift(db(), { ...posting(), fundId, giftMinor, coverMinor: 0n, feeMinor })
  return gift.entryId
}

/** Moves pending money all the way into the bank account `main`. */
export async function bank(fundId: bigint, amountMinor: bigint): Promise<void> {
  await postAvailable(db(), { ...posting(), fundId, amountMinor })
  const payout = await postPayout(db(), { ...posting(), lines: [{ fundId, amountMinor }] })
  await postPayoutArrival(db(), { ...posting(), payoutEntryId: payout.entryId })
}

/** Promises and sends one line; answers both entries and the line. */
export async function send(fundId: bigint, amountMinor: bigint, transferFeeMinor = 0n) {
  const promise = await encumberFund(db(), { ...posting(), fundId, amountMinor })
  const lineId = randomUUID()
  const sent = await releaseEncumbrance(db(), {
    ...posting(),
    encumbranceEntryId: promise.entryId,
    bankExternalId: 'main',
    transferFeeMinor,
    lines: [{ lineId, amountMinor }],
  })
  return { encumbranceEntryId: promise.entryId, releaseEntryId: sent.entryId, lineId }
}

/** The transfers of an entry as `debit_role>credit_role amount`, fund by fund in the order they were written. */
export async function transfersOf(entryId: bigint): Promise<string[]> {
  const rows = await db().$queryRaw<{ debit_role: string; credit_role: string; amount_minor: bigint }[]>`
    SELECT debit_role, credit_role, amount_minor FROM ledger.transfers WHERE entry_id = ${entryId} ORDER BY id`
  return rows.map((row) => `${row.debit_role}>${row.credit_role} ${row.amount_minor}`)
}

/** Lots less outflows: how many numbered cents of the fund are unspent. */
export async function centsLeft(fundId: bigint): Promise<bigint> {
  const [row] = await db().$queryRaw<{ left: bigint }[]>`
    SELECT coalesce(sum(n), 0)::bigint AS left FROM (
      SELECT upper(cents) - lower(cents) AS n FROM ledger.lots WHERE fund_id = ${fundId}
      UNION ALL SELECT lower(cents) - upper(cents) FROM ledger.outflows WHERE fund_id = ${fundId}) x`
  return row!.left
}

/** The code of the AppError a call fails with; any other outcome is the test's failure. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'not refused'
}
