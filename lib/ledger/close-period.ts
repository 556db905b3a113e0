import type { DbClient } from '#lib/db/client.ts'
import { withLedgerErrors } from './run-posting.ts'

export type ClosePeriodInput = { chapterId: string; closedBefore: Date; actorId: string }

/**
 * Closes a chapter's books before a moment, for ever. Facts of that time that come late post at the start of the open
 * period and keep their own time beside it. Throws `invalid_input` for a moment that is still to come.
 */
export async function closePeriod(tx: DbClient, input: ClosePeriodInput): Promise<void> {
  await withLedgerErrors(
    tx.$executeRaw`SELECT ledger.close_period(${input.chapterId}::uuid, ${input.closedBefore}::timestamptz, ${input.actorId})`,
  )
}
