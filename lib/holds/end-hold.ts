import type { DbClient } from '#lib/db/client.ts'
import { releaseQuarantine } from '#lib/ledger/quarantine-fund.ts'
import type { HoldOutcome } from './types.ts'

type Ending = {
  hold: { id: string }
  at: Date
  /** As actorId names them. */
  actorId: string
  outcome: HoldOutcome
  closedById?: string
  reason?: string
}

/** Ends a hold for good and gives back what was set aside for it. The caller holds the campaign's lock. */
export async function endHold(tx: DbClient, { hold, at, actorId, outcome, closedById, reason }: Ending): Promise<void> {
  await releaseQuarantine(tx, { holdId: hold.id, effectiveAt: at, actorId })
  await tx.campaignHold.update({
    where: { id: hold.id },
    data: {
      ...{ status: 'closed', closedAt: at, outcome, version: { increment: 1 } },
      ...{ closedById: closedById ?? null, closedReason: reason ?? null },
    },
  })
}
