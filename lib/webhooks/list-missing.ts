import { db } from '#lib/db/client.ts'
import type { CallBudget } from '#lib/stripe/client.ts'
import { listEvents } from '#lib/stripe/events.ts'
import { listTransactionsWithin } from '#lib/stripe/payout.ts'
import type { StripeEventNotice, StripeTransaction, TimeSpan } from '#lib/stripe/types.ts'

/** Events of a span that we never kept, oldest first; null when it has more pages than allowed. */
export async function missingEvents(
  span: TimeSpan & { undelivered?: boolean },
  budget: CallBudget,
  pagesMax: number,
): Promise<StripeEventNotice[] | null> {
  const events = await listEvents(span, budget, pagesMax)
  if (events === null) return null
  const known = await db().stripeEvent.findMany({
    where: { id: { in: events.map((event) => event.id) } },
    select: { id: true },
  })
  const kept = new Set(known.map((row) => row.id))
  return events.filter((event) => !kept.has(event.id)).reverse()
}

/**
 * Stripe's account lines of a span that are not in our books and were not tried before (those are tried again at their
 * own times), oldest first, so that a payout comes after the charges in it; null when it has more pages than allowed.
 */
export async function missingTransactions(
  span: TimeSpan,
  budget: CallBudget,
  pagesMax: number,
): Promise<StripeTransaction[] | null> {
  const lines = await listTransactionsWithin(span, budget, pagesMax)
  if (lines === null) return null
  const [booked, tried] = [await bookedAmong(lines), await triedAmong(lines)]
  return lines.filter((line) => !booked.has(line.id) && !tried.has(line.id)).reverse()
}

/** The ids of those lines that the ledger has; a payout's own lines by how its payout ended. */
async function bookedAmong(lines: readonly StripeTransaction[]): Promise<Set<string>> {
  const ids = lines.map((line) => line.id)
  const payoutIds = lines.flatMap((line) => (line.sourceId?.startsWith('po_') ? [line.sourceId] : []))
  const [known, payouts] = await Promise.all([
    db().balanceTransaction.findMany({ where: { id: { in: ids }, entryId: { not: null } }, select: { id: true } }),
    db().stripePayout.findMany({ where: { id: { in: payoutIds } } }),
  ])
  const done = new Set(known.map((row) => row.id))
  const payoutOf = new Map(payouts.map((payout) => [payout.id, payout]))
  for (const { id, sourceId, amountMinor } of lines) {
    const payout = payoutOf.get(sourceId ?? '')
    const hasEnded = payout && (payout.arrivalEntryId !== null || payout.reversalEntryId !== null)
    // A payout takes out; what it brings back when it fails is a line of its own.
    if (payout?.failureTransactionId === id || (hasEnded && amountMinor < 0n)) done.add(id)
  }
  return done
}

async function triedAmong(lines: readonly StripeTransaction[]): Promise<Set<string>> {
  const ids = lines.map((line) => line.id)
  const rows = await db().unappliedTransaction.findMany({ where: { id: { in: ids } }, select: { id: true } })
  return new Set(rows.map((row) => row.id))
}
