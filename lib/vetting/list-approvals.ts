import { db } from '#lib/db/client.ts'
import { personNames } from './queries.ts'
import type { RiskTier } from './types.ts'

export type ApprovalView = {
  id: string
  at: Date
  until: Date
  riskTier: RiskTier
  conditions: string | null
  reason: string
  reviewedBy: string
  approvedBy: string
  caps: { currency: string; capMinor: bigint }[]
}

/** Every approval an aid group was given, the newest first. Call it behind the policy of the page. */
export async function listApprovals(aidGroupId: string): Promise<ApprovalView[]> {
  const approvals = await db().aidGroupApproval.findMany({
    where: { aidGroupId },
    include: { caps: { orderBy: { currency: 'asc' } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  })
  const names = await personNames(
    db(),
    approvals.flatMap(({ reviewedById, approvedById }) => [reviewedById, approvedById]),
  )
  return approvals.map(({ reviewedById, approvedById, ...approval }) => ({
    ...approval,
    reviewedBy: names.get(reviewedById) ?? 'Somebody',
    approvedBy: names.get(approvedById) ?? 'Somebody',
  }))
}

/** What the caps of the approval in force leave for one more payment, as the database counts it. */
export async function listCapsLeft(
  aidGroupId: string,
): Promise<{ currency: string; capMinor: bigint; leftMinor: bigint }[]> {
  return await db().$queryRaw`
    SELECT cap.currency, cap.cap_minor AS "capMinor", greatest(aid_group_cap_left(${aidGroupId}::uuid, cap.currency, NULL), 0) AS "leftMinor"
    FROM aid_group_approval_now(${aidGroupId}::uuid) AS approval JOIN aid_group_cap AS cap ON cap.approval_id = approval.id
    ORDER BY cap.currency`
}
