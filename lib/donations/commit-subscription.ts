import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import type { StripeInvoice, StripeSubscription } from '#lib/stripe/types.ts'
import { type LockedPledge, lockPledge } from './lock-pledge.ts'
import { desiredOf, endReasonOf, isMet, nextChargeOf, pledgeStatusOf } from './read-subscription.ts'
import { type PledgeStep, recordPledgeStep } from './record-pledge-step.ts'
import { type PledgeStatus, pledgeEventOf } from './states.ts'

type Fetched = {
  known: { pledgeId: string; version: number }
  subscription: StripeSubscription
  /** Of this subscription, newest first. */
  invoices: readonly StripeInvoice[]
}

/**
 * Writes what was fetched of a subscription into its pledge, with the steps that follow from it. False, and nothing
 * written, when the pledge changed since it was fetched: a slower answer must not overwrite a newer one.
 */
export async function commitSubscription(tx: DbClient, actor: Actor, fetched: Fetched): Promise<boolean> {
  const { known, subscription, invoices } = fetched
  const pledge = await lockPledge(tx, known.pledgeId)
  if (pledge.version !== known.version) return false
  const { id, status, endedAt } = subscription
  await tx.pledgeSubscription.update({ where: { id }, data: { status, endedAt } })
  const newest = await tx.pledgeSubscription.findFirst({
    where: { pledgeId: pledge.id, status: { not: 'incomplete_expired' } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { id: true },
  })
  // An earlier subscription of a pledge that goes on with a new one: its payments count, its state does not.
  if (newest && newest.id !== id) return true
  await writeState(tx, actor, pledge, { subscription, invoices })
  return true
}

async function writeState(
  tx: DbClient,
  actor: Actor,
  pledge: LockedPledge,
  { subscription, invoices }: Pick<Fetched, 'subscription' | 'invoices'>,
): Promise<void> {
  const before: PledgeStatus = pledge.status
  // What ended with somebody's word stays ended, whatever an old subscription of it still says.
  const status = before === 'cancelled' ? before : pledgeStatusOf(subscription, before)
  const open = invoices.find((invoice) => invoice.status === 'open') ?? null
  const next = nextChargeOf(subscription, status, open)
  const amounts = amountsOf(subscription, pledge)
  const hasEnded = status === 'cancelled' || status === 'lapsed'
  const data = {
    status,
    subscriptionId: subscription.id,
    ...amounts,
    ...pausesOf(pledge, subscription),
    endReason: endReasonOf(subscription, status, pledge.endReason),
    endedAt: hasEnded ? (pledge.endedAt ?? subscription.endedAt ?? now()) : null,
    nextChargeAt: next?.at ?? null,
    nextChargeMinor: next?.amountMinor ?? null,
  }
  const steps = stepsOf(pledge, { status, open, amounts, endReason: data.endReason, pauses: data })
  const isChanged = Object.entries(data).some(([name, value]) => !isSame(pledge[name as keyof LockedPledge], value))
  const version = isChanged ? { version: { increment: 1 } } : {}
  await tx.pledge.update({ where: { id: pledge.id }, data: { ...data, ...version, syncedAt: now() } })
  for (const step of steps) await recordPledgeStep(tx, actor, pledge, step)
}

function amountsOf(subscription: StripeSubscription, pledge: LockedPledge) {
  const sumOf = (wanted: string) =>
    subscription.items.filter(({ part }) => part === wanted).reduce((sum, item) => sum + item.amountMinor, 0n)
  const gift = sumOf('gift')
  if (gift === 0n) return { amountMinor: pledge.amountMinor, coverMinor: pledge.coverMinor, tipMinor: pledge.tipMinor }
  return { amountMinor: gift, coverMinor: sumOf('cover'), tipMinor: sumOf('tip') }
}

/** While a wish is under way it stands. Afterwards Stripe's word counts: a pause can end by itself or in the dashboard. */
function pausesOf(pledge: LockedPledge, subscription: StripeSubscription) {
  const { pausedAt, pausedUntil, campaignPausedAt, wishAt } = pledge
  const kept = { pausedAt, pausedUntil, campaignPausedAt }
  if (wishAt !== null) return { ...kept, wishAt: isMet(subscription, desiredOf(pledge, now())) ? null : wishAt }
  if (subscription.pause === null) return { pausedAt: null, pausedUntil: null, campaignPausedAt: null, wishAt }
  if (campaignPausedAt !== null) return { ...kept, wishAt }
  return { pausedAt: pausedAt ?? now(), pausedUntil: subscription.pause.until, campaignPausedAt, wishAt }
}

type After = {
  status: PledgeStatus
  open: StripeInvoice | null
  amounts: { amountMinor: bigint; coverMinor: bigint; tipMinor: bigint }
  endReason: string | null
  pauses: { campaignPausedAt: Date | null }
}

function stepsOf(pledge: LockedPledge, after: After): PledgeStep[] {
  const { status, open, amounts } = after
  const from: PledgeStatus = pledge.status
  const move = { from, to: status }
  const steps: PledgeStep[] = []
  const event = pledgeEventOf(from, status)
  if (event !== null) {
    const reason = reasonOf(after)
    // A page that nobody paid on, and falling behind, which has its own mail for each failure, are told to nobody.
    const isTold = event !== 'fell_behind' && !(event === 'cancelled' && reason === 'never_paid')
    steps.push({ ...move, kind: event, reason, isTold })
  }
  const isLive = status === 'active' || status === 'past_due' || status === 'paused'
  if (open !== null && open.attemptCount > 0 && isLive) {
    const key = `failed:${open.id}:${open.attemptCount}`
    const detail = { invoiceId: open.id, attempt: open.attemptCount, dueMinor: String(open.dueMinor) }
    steps.push({ ...move, kind: 'payment_failed', key, detail, isTold: true })
  }
  const isOther = (['amountMinor', 'coverMinor', 'tipMinor'] as const).some((name) => pledge[name] !== amounts[name])
  if (isOther && from !== 'pending' && isLive) {
    const detail = {
      giftMinor: String(amounts.amountMinor),
      coverMinor: String(amounts.coverMinor),
      tipMinor: String(amounts.tipMinor),
    }
    steps.push({ ...move, kind: 'changed', detail, isTold: true })
  }
  return steps
}

function reasonOf({ status, endReason, pauses }: After): string | null {
  if (status === 'cancelled' || status === 'lapsed') return endReason
  if (status === 'paused') return pauses.campaignPausedAt === null ? 'donor' : 'campaign'
  return null
}

function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime()
  return one === other
}
