import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { aidGroupReason } from './policy.ts'
import type { DisbursementLineView } from './types.ts'

/**
 * Stops here unless the aid group may be paid at this moment. Its row stays locked, so that a suspension either comes
 * before and is seen, or waits for our commit. Throws `aid_group_not_approved` with the reason.
 */
export async function requirePayable(tx: DbClient, aidGroupId: string): Promise<void> {
  const at = now()
  const [group] = await tx.$queryRaw<{ status: string; approvedUntil: Date | null }[]>`
    SELECT status::text AS status, approved_until AS "approvedUntil" FROM aid_group WHERE id = ${aidGroupId}::uuid FOR SHARE`
  const [answer] = await tx.$queryRaw<{ payable: boolean }[]>`
    SELECT aid_group_is_payable(${aidGroupId}::uuid, ${at}::timestamptz) AS payable`
  if (group && answer?.payable) return
  throw new AppError('aid_group_not_approved', `No money goes to this aid group. ${aidGroupReason(group ?? null, at)}`)
}

/** The lines, whose sum is the amount; the database refuses anything else at the end of the transaction. */
export async function loadLines(tx: DbClient, disbursementId: string): Promise<DisbursementLineView[]> {
  return await tx.disbursementLine.findMany({
    where: { disbursementId },
    orderBy: { position: 'asc' },
    select: { id: true, position: true, category: true, description: true, amountMinor: true },
  })
}
