import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { makeAvailable } from '#lib/donations/post-available.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { AppError } from '#lib/errors.ts'
import { postPayout } from '#lib/ledger/post-payout.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { fetchPayout, listBalanceTransactions } from '#lib/stripe/payout.ts'
import type { StripePayout, StripeTransaction } from '#lib/stripe/types.ts'
import { UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventOutcome } from './types.ts'

/**
 * Brings our books to what Stripe says of a payout now: on its way (one entry, a line for each fund), arrived, or
 * failed. Safe to repeat and in any order. Throws `unavailable` while a transaction in it has no place in our books.
 */
export async function settlePayout(actor: Actor, payoutId: string): Promise<EventOutcome> {
  const payout = await fetchPayout(payoutId)
  if (!payout) return UNKNOWN_AT_STRIPE
  // What a payout made by hand consists of cannot be listed; a treasurer allots it.
  if (!payout.automatic) return { status: 'quarantined', reason: 'A payout made by hand' }
  if (payout.reconciliationStatus !== 'completed') return { status: 'applied' }
  const known = await db().stripePayout.findUnique({ where: { id: payoutId }, select: { entryId: true } })
  const ids = known?.entryId ? [] : await paidOutIds(actor, payout)
  await inTransaction((tx) => post(tx, actor, payout, ids))
  return { status: 'applied' }
}

/** The account lines in the payout, each of them in our books by now; they add up to it to the cent. */
async function paidOutIds(actor: Actor, payout: StripePayout): Promise<string[]> {
  const lines = (await listBalanceTransactions({ payoutId: payout.id })).filter((line) => line.sourceId !== payout.id)
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0n)
  if (netMinor !== payout.amountMinor)
    throw new AppError('unavailable', 'The transactions of this payout do not add up to it yet.')
  const ids = lines.map((line) => line.id)
  const posted = await postedIds(ids)
  for (const line of lines.filter((candidate) => !posted.has(candidate.id))) await settleMissing(actor, line)
  return ids
}

async function postedIds(ids: string[]): Promise<Set<string>> {
  const rows = await db().balanceTransaction.findMany({
    where: { id: { in: ids }, entryId: { not: null } },
    select: { id: true },
  })
  return new Set(rows.map((row) => row.id))
}

async function settleMissing(actor: Actor, line: StripeTransaction): Promise<void> {
  const settled =
    line.reportingCategory === 'charge' && line.sourceId !== null
      ? await settleDonation(actor, { chargeId: line.sourceId })
      : null
  if (settled?.state === 'settled') return
  throw new AppError('unavailable', `A ${line.reportingCategory} in this payout has no place in our books yet.`)
}

async function post(tx: DbClient, actor: Actor, payout: StripePayout, ids: string[]): Promise<void> {
  const { id, currency, amountMinor, status, arrivalAt } = payout
  await tx.$executeRaw`
    INSERT INTO stripe_payout (id, currency, amount_minor, status, arrival_at, created_at)
    VALUES (${id}, ${currency}, ${amountMinor}, ${status}, ${arrivalAt}, ${payout.createdAt})
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, arrival_at = excluded.arrival_at`
  const row = await tx.stripePayout.findUniqueOrThrow({
    where: { id },
    select: { entryId: true, arrivalEntryId: true },
  })
  const failed = status === 'failed' || status === 'canceled'
  if (failed && row.entryId === null) return
  const entryId = row.entryId ?? (await postDeparture(tx, payout, ids))
  let arrivalEntryId = row.arrivalEntryId
  if (failed) await undo(tx, payout, [arrivalEntryId, entryId])
  else if (status === 'paid' && arrivalEntryId === null) {
    const posting = { ...postingOf(payout, 'payout-arrival'), effectiveAt: arrivalAt, payoutEntryId: entryId }
    arrivalEntryId = (await postPayoutArrival(tx, posting)).entryId
  }
  if (entryId === row.entryId && arrivalEntryId === row.arrivalEntryId && !failed) return
  await tx.stripePayout.update({ where: { id }, data: { entryId, arrivalEntryId } })
  const detail = { status, currency, amountMinor: String(amountMinor), entryId: String(entryId) }
  await recordEvent(tx, actor, { action: 'payout.settle', subjectType: 'payout', subjectId: id, detail })
}

async function postDeparture(tx: DbClient, payout: StripePayout, ids: string[]): Promise<bigint> {
  await makeAvailable(tx, ids)
  const lines = await tx.$queryRaw<{ fundId: bigint; amountMinor: bigint }[]>`
    SELECT fund_id AS "fundId", sum(net_minor)::bigint AS "amountMinor" FROM balance_transaction_leg
    WHERE balance_transaction_id = ANY (${ids}) GROUP BY fund_id HAVING sum(net_minor) <> 0 ORDER BY fund_id`
  const { entryId } = await postPayout(tx, { ...postingOf(payout, 'payout'), effectiveAt: payout.createdAt, lines })
  await tx.$executeRaw`UPDATE balance_transaction SET payout_id = ${payout.id} WHERE id = ANY (${ids})`
  return entryId
}

async function undo(tx: DbClient, payout: StripePayout, entryIds: (bigint | null)[]): Promise<void> {
  for (const entryId of entryIds) {
    if (entryId === null) continue
    const posting = { ...postingOf(payout, `payout-failed:${entryId}`), effectiveAt: payout.arrivalAt, entryId }
    await reverseEntry(tx, posting)
  }
}

function postingOf(payout: StripePayout, effect: string) {
  return {
    idempotencyKey: `${effect}:${payout.id}`,
    sourceType: 'payout',
    sourceId: payout.id,
    actorId: 'system:stripe',
  }
}
