import type { DbClient } from '#lib/db/client.ts'
import { withLedgerErrors } from './run-posting.ts'

/** Opens another bank account of a fund, or finds it. Every fund has one named `main` from the start. */
export async function openBank(tx: DbClient, input: { fundId: bigint; externalId: string }): Promise<void> {
  await withLedgerErrors(tx.$queryRaw`SELECT ledger.open_bank(${input.fundId}::bigint, ${input.externalId}) AS id`)
}
