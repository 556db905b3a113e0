import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { findMonthly, type LockedPledge } from './lock-pledge.ts'
import { verifyPledgeToken } from './sign-pledge-link.ts'

/** The pledge that a link opens. Throws `not_found` for a link we did not sign: to its holder there is nothing. */
export async function openPledge(token: string): Promise<LockedPledge> {
  const pledgeId = verifyPledgeToken(token)
  const pledge = pledgeId && (await findMonthly(db(), pledgeId))
  if (!pledge) throw new AppError('not_found', 'There is no such pledge.')
  return pledge
}
