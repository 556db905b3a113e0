import type { DbClient } from '#lib/db/client.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The one fund that a refund of ours is taken from, where it names one: a giver's choice is about a campaign's cents. */
export async function findRefundFund(
  tx: DbClient,
  donationId: string,
  refundId: string | null,
): Promise<bigint | null> {
  if (refundId === null || !UUID.test(refundId)) return null
  const refund = await tx.refund.findFirst({ where: { id: refundId, donationId }, select: { fundId: true } })
  return refund?.fundId ?? null
}
