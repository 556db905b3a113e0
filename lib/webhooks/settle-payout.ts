import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { makeAvailable } from '#lib/donations/post-available.ts'
import { AppError } from '#lib/errors.ts'
import { postPayout } from '#lib/ledger/post-payout.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { fetchPayout, hasComeBack, isListed, listBalanceTransactions } from '#lib/stripe/payout.ts'
import type { StripePayout, StripeTransaction } from '#lib/stripe/types.ts'
import { postLine } from './post-line.ts'
import { UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import { type FundShare, sharesByHand, sharesOfLines } from './share-payout.ts'
import type { EventOutcome } from './types.ts'

// Lines of other payouts: made by hand since the last one, or come back from it.
const OF_PAYOUTS = new Set(['payout', 'payout_reversal'])
// A failed payout that comes back in the next one leads to the one before, and that to its own: never endlessly.
const DEPTH_MAX = 20

/**
 * Brings our books to what Stripe says of a payout now: on its way (one entry, a line for each fund), arrived, or come
 * back, before or after it arrived. Safe to repeat and in any order. Throws `conflict` for a line that no rule covers, and
 * `unavailable` while one of its lines has no place in our books.
 */
export async function settlePayout(actor: Actor, payoutId: string, depth = 0): Promise<EventOutcome> {
  const payout = await fetchPayout(payoutId)
  if (!payout) return UNKNOWN_AT_STRIPE
  const known = await db().stripePayout.findUnique({ where: { id: payoutId }, select: { entryId: true } })
  // Until then the daily check of the books takes it for money that is on its way (compare-stripe.ts).
  if (!known?.entryId && !isListed(payout)) return { status: 'applied' }
  const lineIds = known?.entryId || !payout.automatic ? [] : await paidOutIds(actor, payout, depth)
  if (!known?.entryId && payout.originalPayoutId !== null) await settlePayout(actor, payout.originalPayoutId, depth + 1)
  await inTransaction((tx) => post(tx, actor, payout, lineIds))
  return { status: 'applied' }
}

/** The account lines in the payout, each of them in our books by now; they add up to it to the cent. */
async function paidOutIds(actor: Actor, payout: StripePayout, depth: number): Promise<string[]> {
  const lines = (await listBalanceTransactions({ payoutId: payout.id })).filter((line) => line.sourceId !== payout.id)
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0n)
  if (netMinor !== payout.amountMinor)
    throw new AppError('unavailable', 'The transactions of this payout do not add up to it yet.')
  const ids = lines.map((line) => line.id)
  const posted = await postedIds(ids)
  const missing = lines.filter((line) => !posted.has(line.id))
  for (const line of missing.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())) {
    // An earlier line of the same charge may have brought this one with it.
    if ((await postedIds([line.id])).size === 0) await postMissing(actor, line, depth)
  }
  return ids
}

async function postMissing(actor: Actor, line: StripeTransaction, depth: number): Promise<void> {
  if (!OF_PAYOUTS.has(line.reportingCategory)) return postLine(actor, line)
  if (line.sourceId === null || depth >= DEPTH_MAX)
    throw new AppError('conflict', 'Another payout is in this one, and Stripe does not say which.')
  await settlePayout(actor, line.sourceId, depth + 1)
  if ((await postedIds([line.id])).size === 0)
    throw new AppError('unavailable', 'Another payout in this one has no place in our books yet.')
}

async function postedIds(ids: string[]): Promise<Set<string>> {
  const where = { id: { in: ids }, entryId: { not: null } }
  const rows = await db().balanceTransaction.findMany({ where, select: { id: true } })
  return new Set(rows.map((row) => row.id))
}

async function post(tx: DbClient, actor: Actor, payout: StripePayout, lineIds: string[]): Promise<void> {
  const row = await keepPayout(tx, payout)
  const entryId = row.entryId ?? (await postDeparture(tx, payout, lineIds))
  let { arrivalEntryId, reversalEntryId } = row
  if (hasComeBack(payout)) reversalEntryId ??= await undo(tx, payout, { entryId, arrivalEntryId })
  else if (payout.status === 'paid' && arrivalEntryId === null) {
    const posting = { ...postingOf(payout, 'payout-arrival'), effectiveAt: payout.arrivalAt, payoutEntryId: entryId }
    arrivalEntryId = (await postPayoutArrival(tx, posting)).entryId
  }
  const isNew =
    entryId !== row.entryId || arrivalEntryId !== row.arrivalEntryId || reversalEntryId !== row.reversalEntryId
  if (!isNew) return
  await tx.stripePayout.update({ where: { id: payout.id }, data: { entryId, arrivalEntryId, reversalEntryId } })
  const { status, currency, amountMinor, failureCode } = payout
  const detail = { status, currency, amountMinor: String(amountMinor), entryId: String(entryId), failureCode }
  await recordEvent(tx, actor, { action: 'payout.settle', subjectType: 'payout', subjectId: payout.id, detail })
}

/** Locks the payout's row, made where it is new. An older answer of Stripe's does not take its status back. */
async function keepPayout(tx: DbClient, payout: StripePayout) {
  const { id, currency, amountMinor, status, arrivalAt, automatic, failureCode } = payout
  await tx.$executeRaw`
    INSERT INTO stripe_payout AS p (id, currency, amount_minor, status, arrival_at, created_at, automatic, failure_reason)
    VALUES (${id}, ${currency}, ${amountMinor}, ${status}, ${arrivalAt}, ${payout.createdAt}, ${automatic}, ${failureCode})
    ON CONFLICT (id) DO UPDATE SET arrival_at = excluded.arrival_at, failure_reason = excluded.failure_reason,
      status = CASE WHEN p.status IN ('failed', 'canceled') OR (p.status = 'paid' AND excluded.status IN ('pending', 'in_transit'))
        THEN p.status ELSE excluded.status END`
  const select = { entryId: true, arrivalEntryId: true, reversalEntryId: true }
  return tx.stripePayout.findUniqueOrThrow({ where: { id }, select })
}

async function postDeparture(tx: DbClient, payout: StripePayout, lineIds: string[]): Promise<bigint> {
  await makeAvailable(tx, lineIds)
  const lines = payout.automatic ? await sharesOfLines(tx, lineIds) : await sharesByHand(tx, payout)
  const { entryId } = await postPayout(tx, { ...postingOf(payout, 'payout'), effectiveAt: payout.createdAt, lines })
  await tx.$executeRaw`UPDATE balance_transaction SET payout_id = ${payout.id} WHERE id = ANY (${lineIds})`
  await keepOwnLine(
    tx,
    payout.transaction,
    entryId,
    lines.map(({ fundId, amountMinor }) => ({ fundId, amountMinor: -amountMinor })),
  )
  return entryId
}

/** What came back belongs to the funds it was taken from; the next payout that pays it again finds it by its line. */
async function undo(
  tx: DbClient,
  payout: StripePayout,
  entries: { entryId: bigint; arrivalEntryId: bigint | null },
): Promise<bigint> {
  const effectiveAt = payout.failureTransaction?.createdAt ?? payout.arrivalAt
  const reverse = async (entryId: bigint) =>
    (await reverseEntry(tx, { ...postingOf(payout, `payout-failed:${entryId}`), effectiveAt, entryId })).entryId
  if (entries.arrivalEntryId !== null) await reverse(entries.arrivalEntryId)
  const reversalEntryId = await reverse(entries.entryId)
  const lines = await tx.$queryRaw<FundShare[]>`
    SELECT fund_id AS "fundId", sum(CASE WHEN debit_role = 'stripe_available' THEN amount_minor ELSE -amount_minor END)::bigint AS "amountMinor"
    FROM ledger.transfers WHERE entry_id = ${reversalEntryId} GROUP BY fund_id ORDER BY fund_id`
  await keepOwnLine(tx, payout.failureTransaction, reversalEntryId, lines)
  return reversalEntryId
}

async function keepOwnLine(
  tx: DbClient,
  line: StripeTransaction | null,
  entryId: bigint,
  shares: readonly FundShare[],
): Promise<void> {
  if (line === null) return
  const { id, reportingCategory, sourceId, currency, amountMinor, feeMinor, netMinor, createdAt, availableAt } = line
  const isWhole = shares.reduce((sum, share) => sum + share.amountMinor, 0n) === netMinor
  if (!isWhole)
    throw new AppError('conflict', 'Stripe took a fee for this payout, or moved another amount than it says.')
  const legs = shares.map((share) => ({ fundId: share.fundId, netMinor: share.amountMinor }))
  await tx.balanceTransaction.create({
    data: {
      ...{ id, reportingCategory, sourceId, currency, amountMinor, feeMinor, netMinor, createdAt },
      ...{ availableOn: availableAt, entryId, availableEntryId: entryId, legs: { create: legs } },
    },
  })
}

function postingOf(payout: StripePayout, effect: string) {
  return {
    idempotencyKey: `${effect}:${payout.id}`,
    sourceType: 'payout',
    sourceId: payout.id,
    actorId: 'system:stripe',
  }
}
