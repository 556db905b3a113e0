import type { DbClient } from '#lib/db/client.ts'
import { withLedgerErrors } from './run-posting.ts'

/** Sets the published part of a fund that is kept back against losses. Throws `insufficient_funds` above the headroom. */
export async function setLossReserve(tx: DbClient, input: { fundId: bigint; amountMinor: bigint }): Promise<void> {
  await withLedgerErrors(
    tx.$executeRaw`SELECT ledger.set_loss_reserve(${input.fundId}::bigint, ${input.amountMinor}::bigint)`,
  )
}
