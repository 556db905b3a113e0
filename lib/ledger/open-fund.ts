import type { DbClient } from '#lib/db/client.ts'
import { withLedgerErrors } from './run-posting.ts'
import type { Restriction } from './types.ts'

export type OpenFundInput = {
  chapterId: string
  /** null for the chapter's general fund. */
  campaignId: string | null
  /** `with` donor restrictions: money given for a campaign; `without`: the general fund, the only one that takes tips. */
  restriction: Restriction
  currency: string
  name: string
}

/**
 * Opens a fund with every account it can need, a bank account `main` and its guard. Not idempotent: the caller keeps
 * the id in the same transaction. Throws `invalid_input` for an unknown currency.
 */
export async function openFund(tx: DbClient, input: OpenFundInput): Promise<bigint> {
  const [row] = await withLedgerErrors(
    tx.$queryRaw<{ id: bigint }[]>`SELECT ledger.open_fund(${input.chapterId}::uuid, ${input.campaignId}::uuid,
      ${input.restriction}, ${input.currency}, ${input.name}) AS id`,
  )
  if (!row) throw new Error('open_fund answered nothing.')
  return row.id
}
