import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { fetchPledgeSession } from '#lib/stripe/pledge-checkout.ts'
import { lockPledge } from './lock-pledge.ts'
import { finishCardChange } from './replace-card.ts'
import { isUuid } from './schema.ts'
import { syncPledge } from './sync-pledge.ts'

/** unpaid: its page is open. ended: its page was not used in time. card: it was a page for another card. */
export type PledgeSessionOutcome =
  | { state: 'synced' | 'waiting' | 'unpaid' | 'ended'; pledgeId: string; checkoutUrl: string | null }
  | { state: 'card'; pledgeId: string; isChanged: boolean }
  | { state: 'foreign' | 'unknown' }

/**
 * What came of a hosted page of a pledge, asked of Stripe: the webhook, the return page and the sweeper call it alike.
 * A page that was paid begins or restores the pledge; one that expired ends a pledge that was never paid.
 */
export async function settlePledgeSession(
  actor: Actor,
  { sessionId }: { sessionId: string },
): Promise<PledgeSessionOutcome> {
  const session = await fetchPledgeSession(sessionId)
  if (!session) return { state: 'unknown' }
  const { pledgeId } = session
  const known =
    pledgeId === null || !isUuid(pledgeId)
      ? null
      : await db().pledge.findUnique({ where: { id: pledgeId, kind: 'monthly' }, select: { id: true } })
  if (!known || pledgeId === null) return { state: 'foreign' }
  if (session.mode === 'setup') {
    if (session.status !== 'complete') return { state: 'unpaid', pledgeId, checkoutUrl: session.url }
    return { state: 'card', pledgeId, isChanged: await finishCardChange(actor, session) }
  }
  if (session.status === 'expired') {
    await expirePledge(actor, pledgeId, session.id)
    return { state: 'ended', pledgeId, checkoutUrl: null }
  }
  if (session.subscriptionId === null) return { state: 'unpaid', pledgeId, checkoutUrl: session.url }
  const outcome = await syncPledge(actor, { subscriptionId: session.subscriptionId })
  if (outcome.state === 'synced' || outcome.state === 'waiting')
    return { state: outcome.state, pledgeId, checkoutUrl: session.url }
  return { state: outcome.state }
}

/** What came of the page a pledge has. One that has none, and for which none can be made any more, ends here. */
export async function settlePledgePage(actor: Actor, pledgeId: string): Promise<void> {
  const where = { id: pledgeId, kind: 'monthly' as const }
  const pledge = await db().pledge.findUnique({ where, select: { checkoutSessionId: true } })
  if (pledge?.checkoutSessionId) await settlePledgeSession(actor, { sessionId: pledge.checkoutSessionId })
  else if (pledge) await expirePledge(actor, pledgeId, null)
}

/** A lapsed pledge whose new page expired stays lapsed. */
async function expirePledge(actor: Actor, pledgeId: string, sessionId: string | null): Promise<void> {
  await inTransaction(async (tx) => {
    const pledge = await lockPledge(tx, pledgeId)
    // A page whose making broke off before we learnt of it is this pledge's as well.
    const isOther = pledge.checkoutSessionId !== null && pledge.checkoutSessionId !== sessionId
    if (pledge.status !== 'pending' || isOther || pledge.subscriptionId !== null) return
    const data = { status: 'cancelled' as const, endReason: 'never_paid', checkoutUrl: null, version: { increment: 1 } }
    await tx.pledge.update({ where: { id: pledgeId }, data })
    const subject = { subjectType: 'pledge', subjectId: pledgeId, chapterId: pledge.campaign.chapterId }
    await recordEvent(tx, actor, { action: 'pledge.expire', ...subject })
  })
}
