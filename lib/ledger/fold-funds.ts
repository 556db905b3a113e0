import type { DbClient } from '#lib/db/client.ts'
import { withLedgerErrors } from './run-posting.ts'

/**
 * Numbers the cents of the gifts a fund got since its last fold, and adds them to its balances. Donors wait only for
 * the barrier inside it, milliseconds. Call it outside a long transaction. Answers how many gifts it numbered.
 */
export async function foldFund(tx: DbClient, fundId: bigint): Promise<bigint> {
  const [row] = await withLedgerErrors(tx.$queryRaw<{ lots: bigint }[]>`SELECT ledger.fold(${fundId}::bigint) AS lots`)
  return row?.lots ?? 0n
}

/** Folds every fund that has something to fold: the job of each second. Hand it a client, not a transaction. */
export async function foldBusyFunds(tx: DbClient): Promise<bigint> {
  const busy = await tx.$queryRaw<{ fund_id: bigint }[]>`SELECT fund_id FROM ledger.busy_funds ORDER BY fund_id`
  let lots = 0n
  for (const fund of busy) lots += await foldFund(tx, fund.fund_id)
  return lots
}
