import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'

/**
 * Which of these disbursements everybody may know all of by now: sent, and for as many days as their aid group asks for.
 * Of the others public places tell amount, currency and month, and that details follow later.
 */
export async function findPublished(client: DbClient, ids: readonly string[]): Promise<Set<string>> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT id FROM unnest(${[...ids]}::uuid[]) AS asked (id) WHERE disbursement_is_published(id, ${now()}::timestamptz)`
  return new Set(rows.map(({ id }) => id))
}

/** The first moment of the month in UTC: a day that is not public leaves no more than this. */
export function monthOf(day: Date): Date {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1))
}
