import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { NO_HANDLER } from './receive-event.ts'

/** A type of Stripe's events that this program does nothing with, and how many came. */
export type UnhandledType = { type: string; count: number; lastAt: Date }

const DAYS = 30

/** What Stripe told in the last thirty days and nothing here listens to; for treasurers and auditors, the most frequent first. */
export async function listUnhandled(actor: Actor): Promise<UnhandledType[]> {
  if (chapterIdsWith(actor, 'treasurer', 'auditor').length === 0) return []
  return db().$queryRaw<UnhandledType[]>`
    SELECT type, count(*)::int AS count, max(received_at) AS "lastAt" FROM stripe_event
    WHERE status = 'ignored' AND last_error = ${NO_HANDLER}
      AND received_at > ${now()}::timestamptz - make_interval(days => ${DAYS}::int)
    GROUP BY type ORDER BY count DESC, type`
}
