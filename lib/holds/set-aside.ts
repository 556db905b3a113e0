import type { DbClient } from '#lib/db/client.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import {
  type QuarantineInput,
  quarantineAmount,
  quarantinedByHold,
  releaseQuarantine,
} from '#lib/ledger/quarantine-fund.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { readOpen } from './read-open.ts'

/**
 * Sets aside for a hold what its givers still wait for and no more: of one that has ended, or whose money went on to the
 * alternate. Writes nothing where that is what is set aside already. What the chapter owes the fund keeps everything in
 * it anyway, so then nothing is promised. The caller holds the campaign's lock.
 */
export async function setOpenAside(tx: DbClient, by: QuarantineInput): Promise<void> {
  const { holdId: id, fundId } = by
  await foldFund(tx, fundId)
  const { byHandMinor, onTheirWayMinor } = await readOpen(tx, { id, fundId })
  const wantedMinor = byHandMinor + onTheirWayMinor
  const asideMinor = (await quarantinedByHold(tx, [id])).get(id) ?? 0n
  const { headroomMinor, receivableMinor } = await fundHeadroom(tx, fundId)
  const mostMinor = receivableMinor > 0n ? 0n : headroomMinor + asideMinor
  const amountMinor = wantedMinor > mostMinor ? mostMinor : wantedMinor
  if (amountMinor === asideMinor) return
  await releaseQuarantine(tx, by)
  if (amountMinor > 0n) await quarantineAmount(tx, { ...by, amountMinor })
}
