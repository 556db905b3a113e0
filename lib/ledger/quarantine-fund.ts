import type { DbClient } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { cancelEncumbrance } from './cancel-encumbrance.ts'
import { encumberFund } from './encumber-fund.ts'
import { withLedgerErrors } from './run-posting.ts'

/** The hold of a campaign that money is set aside for, and who does it. */
export type QuarantineInput = { holdId: string; fundId: bigint; effectiveAt: Date; actorId: string }

/**
 * Sets aside everything the fund could still promise: an encumbrance whose source is the hold. Run again it takes what
 * became available since. Refunds and disputes take from it all the same (ledger.yield_quarantine): what nobody may be
 * paid is still its givers'. A fund to which the chapter owes money keeps it anyway, and is left as it is.
 */
export async function quarantineFund(tx: DbClient, input: QuarantineInput): Promise<void> {
  await withLedgerErrors(
    tx.$queryRaw`SELECT ledger.quarantine(${`quarantine:${input.holdId}:${newId()}`}, ${input.holdId},
      ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.fundId}::bigint)`,
  )
}

/** Sets a sum aside and no more. Throws `insufficient_funds`. */
export async function quarantineAmount(tx: DbClient, input: QuarantineInput & { amountMinor: bigint }): Promise<void> {
  const { holdId, fundId, amountMinor, effectiveAt, actorId } = input
  const about = { sourceType: 'campaign_hold', sourceId: holdId, effectiveAt, actorId }
  await encumberFund(tx, { ...about, idempotencyKey: `quarantine:${holdId}:${newId()}`, fundId, amountMinor })
}

/** Gives back what is set aside for a hold. Safe to repeat. */
export async function releaseQuarantine(tx: DbClient, input: Omit<QuarantineInput, 'fundId'>): Promise<void> {
  const { holdId, effectiveAt, actorId } = input
  const rows = await tx.$queryRaw<{ entryId: bigint }[]>`
    SELECT entry_id AS "entryId" FROM ledger.quarantines WHERE hold_id = ${holdId}::uuid ORDER BY entry_id`
  for (const { entryId } of rows) {
    await cancelEncumbrance(tx, {
      ...{ idempotencyKey: `quarantine-end:${entryId}`, sourceType: 'campaign_hold', sourceId: holdId },
      ...{ effectiveAt, actorId, encumbranceEntryId: entryId },
    })
  }
}

/** What is set aside for each of these holds now, in minor units of its fund; holds without are missing. */
export async function quarantinedByHold(db: DbClient, holdIds: readonly string[]): Promise<Map<string, bigint>> {
  if (holdIds.length === 0) return new Map()
  const rows = await db.$queryRaw<{ holdId: string; minor: bigint }[]>`
    SELECT hold_id::text AS "holdId", sum(amount_minor)::bigint AS minor FROM ledger.quarantines
    WHERE hold_id = ANY (${[...holdIds]}::uuid[]) GROUP BY 1`
  return new Map(rows.map(({ holdId, minor }) => [holdId, minor]))
}
