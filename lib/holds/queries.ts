import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db, type Prisma } from '#lib/db/client.ts'
import { quarantinedByHold } from '#lib/ledger/quarantine-fund.ts'
import { deskName } from '#lib/vetting/policy.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { isPayable } from '#lib/vetting/states.ts'
import { requireInScope } from './lock-hold.ts'
import { listFailedGroups, readOpen } from './read-open.ts'
import type { ChoiceTotal, HeldDisbursement, HoldOutcome, HoldRow, HoldView } from './types.ts'

const rowInclude = {
  campaign: { select: { chapterId: true, title: true, slug: true, chapter: { select: { name: true } } } },
  aidGroup: { select: { chapterId: true, name: true, publicAlias: true } },
} satisfies Prisma.CampaignHoldInclude

type Row = Prisma.CampaignHoldGetPayload<{ include: typeof rowInclude }>

/** The holds of the actor's chapters: open ones, and those that a refund came back to, first; then the newest. */
export async function listHolds(actor: Actor): Promise<HoldRow[]> {
  const chapterIds = chapterIdsWith(actor, 'treasurer', 'organizer', 'vetting_reviewer', 'auditor')
  const holds = await db().campaignHold.findMany({
    where: { campaign: { chapterId: { in: chapterIds } } },
    include: rowInclude,
    orderBy: [{ openedAt: 'desc' }, { id: 'asc' }],
  })
  const aside = await quarantinedByHold(
    db(),
    holds.map(({ id }) => id),
  )
  const isEnded = (row: HoldRow) => (row.status === 'cured' || row.status === 'closed') && row.quarantinedMinor === 0n
  return holds
    .map((hold) => toRow(hold, aside.get(hold.id) ?? 0n))
    .sort((a, b) => Number(isEnded(a)) - Number(isEnded(b)))
}

function toRow(hold: Row, quarantinedMinor: bigint): HoldRow {
  const { campaign, aidGroup, outcome, ...columns } = hold
  return {
    ...columns,
    chapterId: campaign.chapterId,
    chapterName: campaign.chapter.name,
    campaignTitle: campaign.title,
    campaignSlug: campaign.slug,
    aidGroupName: deskName(aidGroup, campaign.chapterId),
    outcome: outcome as HoldOutcome | null,
    quarantinedMinor,
  }
}

/** One hold with everything a treasurer decides by. Throws `not_found` for anyone outside the chapter. */
export async function findHold(actor: Actor, holdId: string): Promise<HoldView> {
  await requireInScope(actor, holdId)
  const hold = await db().campaignHold.findUniqueOrThrow({
    where: { id: holdId },
    include: { ...rowInclude, alternateAidGroup: true },
  })
  const { alternateAidGroup, failedById, confirmedById } = hold
  const people = await personNames(
    db(),
    [failedById, confirmedById].filter((id) => id !== null),
  )
  const nameOf = (id: string | null) => (id === null ? null : (people.get(id) ?? 'Somebody'))
  const aside = await quarantinedByHold(db(), [holdId])
  const hasWindow = hold.choiceUntil !== null
  return {
    ...toRow(hold, aside.get(holdId) ?? 0n),
    ...{ version: hold.version, cause: hold.cause, pausedCampaign: hold.pausedCampaign },
    ...{ curedAt: hold.curedAt, closedAt: hold.closedAt, closedReason: hold.closedReason },
    ...{ failedReason: hold.failedReason, failedAt: hold.failedAt, redirectedAt: hold.redirectedAt },
    ...{ failedBy: nameOf(failedById), confirmedBy: nameOf(confirmedById) },
    alternateName: alternateAidGroup?.name ?? null,
    alternatePayable: alternateAidGroup !== null && isPayable(alternateAidGroup, now()),
    disbursements: await unsentTo(hold),
    totals: hasWindow ? await readTotals(holdId) : null,
    openRefunds: hold.choicesClosedAt === null ? [] : await openRefundsOf(hold),
  }
}

/** What was asked for or approved and not sent: each waits for the end of the hold. */
async function unsentTo({ campaignId, aidGroupId, status: held }: Row): Promise<HeldDisbursement[]> {
  const failed = held === 'choosing' ? await listFailedGroups(db(), campaignId) : []
  const rows = await db().disbursement.findMany({
    where: { campaignId, aidGroupId: { in: [aidGroupId, ...failed] }, status: { in: ['requested', 'approved'] } },
    orderBy: { number: 'asc' },
    select: {
      ...{ id: true, number: true, status: true, version: true, amountMinor: true, currency: true },
      sendingById: true,
    },
  })
  return rows.map(({ sendingById, status, ...row }) => ({
    ...row,
    status: status as HeldDisbursement['status'],
    isBeingSent: sendingById !== null,
  }))
}

async function readTotals(holdId: string): Promise<NonNullable<HoldView['totals']>> {
  const rows = await db().$queryRaw<{ choice: string | null; count: number; minor: bigint }[]>`
    SELECT choice, count(*)::int AS count, sum(at_stake_minor)::bigint AS minor
    FROM donor_choice WHERE hold_id = ${holdId}::uuid GROUP BY choice`
  const [made] = await db().$queryRaw<ChoiceTotal[]>`
    SELECT count(*)::int AS count, coalesce(sum(r.own_minor + r.other_minor), 0)::bigint AS minor
    FROM donor_choice d JOIN refund r ON r.id = d.refund_id
    WHERE d.hold_id = ${holdId}::uuid AND r.balance_transaction_id IS NOT NULL AND r.status NOT IN ('failed', 'canceled')`
  const [byHand] = await db().$queryRaw<ChoiceTotal[]>`
    SELECT count(*)::int AS count, coalesce(sum(r.own_minor + r.other_minor + r.reserve_minor), 0)::bigint AS minor
    FROM donor_choice d JOIN refund r ON r.id = d.settled_refund_id WHERE d.hold_id = ${holdId}::uuid AND r.status = 'succeeded'`
  const [kept] = await db().$queryRaw<ChoiceTotal[]>`
    SELECT count(*)::int AS count, coalesce(sum(at_stake_minor), 0)::bigint AS minor
    FROM donor_choice WHERE hold_id = ${holdId}::uuid AND settled_how IN ('kept', 'redirected')`
  const none = { count: 0, minor: 0n }
  const of = (choice: string | null): ChoiceTotal => {
    const row = rows.find((found) => found.choice === choice)
    return { count: row?.count ?? 0, minor: row?.minor ?? 0n }
  }
  return {
    ...{ redirect: of('redirect'), refund: of('refund'), open: of(null) },
    ...{ refunded: made ?? none, byHand: byHand ?? none, kept: kept ?? none },
  }
}

async function openRefundsOf(hold: Row): Promise<HoldView['openRefunds']> {
  const { byHand } = await readOpen(db(), hold)
  return byHand.map(({ isFailed, ...row }) => ({
    ...row,
    canRetry: isFailed,
    why: isFailed ? 'The card’s bank did not take it.' : 'It did not come by card.',
  }))
}

/** The hold that stops a payment to this group from this campaign, if there is one; for the banner at the desks. */
export async function findOpenHold(
  campaignId: string,
  aidGroupId?: string,
): Promise<{ id: string; status: 'held' | 'choosing'; openedAt: Date; aidGroupName: string } | null> {
  const hold = await db().campaignHold.findFirst({
    where: { campaignId, status: { in: ['held', 'choosing'] }, ...(aidGroupId === undefined ? {} : { aidGroupId }) },
    orderBy: { openedAt: 'asc' },
    include: rowInclude,
  })
  if (!hold) return null
  const status = hold.status === 'choosing' ? 'choosing' : 'held'
  return {
    id: hold.id,
    status,
    openedAt: hold.openedAt,
    aidGroupName: deskName(hold.aidGroup, hold.campaign.chapterId),
  }
}
