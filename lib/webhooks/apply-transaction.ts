import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { fetchTransaction } from '#lib/stripe/payout.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'
import { applyNotice, isHandled } from './apply-event.ts'
import { postLine } from './post-line.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const RETRIES_MAX = 200

/** What an account line is about, by the beginning of its source, and the event that would have told us of it. */
const TOLD_BY: readonly [prefix: RegExp, type: string][] = [
  [/^(ch|py)_/, 'charge.succeeded'],
  [/^(re|pyr)_/, 'refund.updated'],
  [/^(dp|du)_/, 'charge.dispute.updated'],
  [/^po_/, 'payout.paid'],
]

/** What events tell of; every other category has its rule in postLine, or the reason why a person decides. */
const TOLD = new Set([
  ...['charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal'],
  ...['payout', 'payout_reversal'],
])

type Line = Pick<
  StripeTransaction,
  'id' | 'reportingCategory' | 'sourceId' | 'currency' | 'amountMinor' | 'netMinor' | 'createdAt'
>

/**
 * Books an account line no event told us of, through the handler of the event that should have. What has no place in
 * our books is kept with the reason and tried again, later each time. Answers whether it is booked now.
 */
export async function applyTransaction(actor: Actor, line: Line): Promise<boolean> {
  const reason = await reasonAgainst(actor, line)
  if (reason === null) await db().unappliedTransaction.deleteMany({ where: { id: line.id } })
  else await keepUnapplied(line, reason)
  return reason === null
}

/** Tries the lines again whose time has come; the ones that waited longest first. */
export async function retryUnapplied(actor: Actor): Promise<{ applied: number; left: number }> {
  const at = now()
  // A person may have decided about one while it was being tried.
  await db().$executeRaw`
    DELETE FROM unapplied_transaction u USING balance_transaction t WHERE t.id = u.id AND t.entry_id IS NOT NULL`
  const due = await db().$queryRaw<Line[]>`
    SELECT id, reporting_category AS "reportingCategory", source_id AS "sourceId", currency, amount_minor AS "amountMinor",
      net_minor AS "netMinor", created_at AS "createdAt"
    FROM unapplied_transaction
    WHERE tried_at + make_interval(mins => least(power(2, least(attempts, 11) - 1), 1440)::int) <= ${at}
    ORDER BY tried_at, id LIMIT ${RETRIES_MAX}`
  let applied = 0
  for (const line of due) if (await applyTransaction(actor, line)) applied += 1
  return {
    applied,
    left: await db().unappliedTransaction.count({ where: { createdAt: { gt: new Date(at.getTime() - 30 * DAY_MS) } } }),
  }
}

async function reasonAgainst(actor: Actor, line: Line): Promise<string | null> {
  const objectId = line.sourceId ?? ''
  const type = TOLD_BY.find(([prefix]) => prefix.test(objectId))?.[1]
  try {
    if (type === undefined || !isHandled(type) || !TOLD.has(line.reportingCategory)) {
      await postLine(actor, await fetchTransaction(line.id))
      return null
    }
    const outcome = await applyNotice(actor, { eventId: '', type, objectId, donationId: null })
    if (outcome.status === 'quarantined') return outcome.reason
    // What moved nothing leaves nothing to decide.
    return outcome.status === 'ignored' && line.netMinor !== 0n ? 'It belongs to none of our gifts' : null
  } catch (error) {
    logger().error({ err: error, transaction: line.id }, 'sweep could not apply an account line')
    return error instanceof AppError ? error.message : 'unexpected: see the log'
  }
}

async function keepUnapplied(line: Line, reason: string): Promise<void> {
  const { id, reportingCategory, sourceId, currency, amountMinor, netMinor, createdAt } = line
  await db().$executeRaw`
    INSERT INTO unapplied_transaction (id, reporting_category, source_id, currency, amount_minor, net_minor, created_at, reason, tried_at)
    VALUES (${id}, ${reportingCategory}, ${sourceId}, ${currency}, ${amountMinor}, ${netMinor}, ${createdAt}, ${reason}, ${now()})
    ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, attempts = unapplied_transaction.attempts + 1, tried_at = excluded.tried_at`
}
