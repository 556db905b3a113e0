import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { listFeeBearers } from './find-fee-bearer.ts'
import { mayDecide } from './policy.ts'

/** The account lines and events put aside about which the actor decides, by their ids. */
export async function listDecisions(actor: Actor): Promise<Set<string>> {
  const own = (await listFeeBearers(db())).filter((bearer) => mayDecide(actor, bearer))
  if (own.length === 0 && !mayDecide(actor, null)) return new Set()
  const [lines, events] = [
    await db().unappliedTransaction.findMany({
      where: {
        reportingCategory: { notIn: ['payout', 'payout_reversal'] },
        ...(mayDecide(actor, null) ? {} : { currency: { in: own.map(({ currency }) => currency) } }),
      },
      select: { id: true },
    }),
    await db().stripeEvent.findMany({ where: { status: 'quarantined' }, select: { id: true } }),
  ]
  return new Set([...lines, ...events].map(({ id }) => id))
}
