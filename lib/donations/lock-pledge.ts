import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'

export type LockedPledge = NonNullable<Awaited<ReturnType<typeof findMonthly>>>

/** Locks one monthly pledge until the transaction ends. Throws `not_found`. */
export async function lockPledge(tx: DbClient, pledgeId: string): Promise<LockedPledge> {
  await tx.$queryRaw`SELECT id FROM pledge WHERE id = ${pledgeId}::uuid FOR UPDATE`
  const pledge = await findMonthly(tx, pledgeId)
  if (!pledge) throw new AppError('not_found', 'There is no such pledge.')
  return pledge
}

/** A monthly pledge with what its campaign says, or null. */
export function findMonthly(client: DbClient, pledgeId: string) {
  return client.pledge.findUnique({
    where: { id: pledgeId, kind: 'monthly' },
    include: {
      campaign: { select: { chapterId: true, slug: true, title: true, status: true, deadline: true, currency: true } },
      donor: { select: { email: true } },
    },
  })
}
