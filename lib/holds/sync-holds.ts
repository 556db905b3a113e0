import { recordEvent } from '#lib/audit/record-event.ts'
import { actorId, type SystemActor } from '#lib/auth/types.ts'
import { lockCampaign } from '#lib/campaigns/lock-campaign.ts'
import { type LockedCampaign, moveLockedCampaign } from '#lib/campaigns/move-campaign.ts'
import { endOf } from '#lib/campaigns/policy.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { quarantineFund, releaseQuarantine } from '#lib/ledger/quarantine-fund.ts'
import { isPayable } from '#lib/vetting/states.ts'
import { endHold } from './end-hold.ts'
import { notifyChapter } from './notify-chapter.ts'
import { offerChoice } from './offer-choice.ts'
import { hasFailed } from './policy.ts'
import { isOpen } from './states.ts'
import type { HoldEvent } from './types.ts'

const PAUSED = 'Payments to its aid group are on hold while its vetting is renewed.'
const RESUMED = 'The hold on payments to its aid group was lifted.'

/** What happened to one hold in this run; audit rows come last. */
type Happened = { holdId: string; event: 'open' | HoldEvent; detail: Record<string, string> }

/**
 * Brings the holds of a campaign to what is true of its aid groups now, in one transaction under the campaign's lock:
 * opens them (not for a renewal that is under way while the approval still runs), lifts them, lets givers choose where the last group has failed; sets the money aside or gives it back;
 * pauses the campaign and lets it go on. Run again it finds nothing to do, so a crash costs a minute and nothing else.
 */
export async function syncCampaignHolds(actor: SystemActor, campaignId: string): Promise<void> {
  await inTransaction(async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    if (!campaign?.fundId || !['live', 'paused', 'closed'].includes(campaign.status)) return
    await foldFund(tx, campaign.fundId)
    const world = { tx, actor, campaign: { ...campaign, fundId: campaign.fundId }, at: now() }
    const happened = [...(await openHolds(world)), ...(await cureHolds(world)), ...(await failHolds(world))]
    await setMoneyAside(world)
    await followCampaign(world)
    for (const { holdId, event } of happened) await notifyChapter(tx, holdId, event)
    for (const { holdId, event, detail } of happened) {
      const subject = { subjectType: 'campaign_hold', subjectId: holdId, chapterId: campaign.chapterId }
      await recordEvent(tx, actor, { action: `hold.${event}`, ...subject, detail })
    }
  })
}

type World = { tx: DbClient; actor: SystemActor; campaign: LockedCampaign & { fundId: bigint }; at: Date }

/** The campaign's aid groups, each with its latest hold. Their rows stay as they are until the transaction ends. */
async function loadGroups({ tx, campaign, at }: World) {
  await tx.$queryRaw`SELECT id FROM aid_group WHERE id IN (
    SELECT aid_group_id FROM campaign_aid_group WHERE campaign_id = ${campaign.id}::uuid) ORDER BY id FOR SHARE`
  const links = await tx.campaignAidGroup.findMany({
    where: { campaignId: campaign.id },
    include: { aidGroup: { include: { holds: { where: { campaignId: campaign.id }, orderBy: { openedAt: 'asc' } } } } },
    orderBy: { aidGroupId: 'asc' },
  })
  const ids = links.map(({ aidGroupId }) => aidGroupId)
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM unnest(${ids}::uuid[]) AS linked (id) WHERE aid_group_is_renewing(id, ${at}::timestamptz)`
  const renewing = new Set(rows.map(({ id }) => id))
  return links.map(({ aidGroup }) => {
    const hold = aidGroup.holds.at(-1) ?? null
    // Whoever has failed in a campaign is out of it, also when it is approved anew later.
    const isOut = hold?.status === 'choosing' || hold?.status === 'closed'
    const payable = !isOut && isPayable(aidGroup, at)
    // Payments to a group that is being renewed wait for the gates alone: its campaign has lost nobody.
    return { ...aidGroup, hold, isOut, payable, stands: payable || (!isOut && renewing.has(aidGroup.id)) }
  })
}

async function openHolds(world: World): Promise<Happened[]> {
  const { tx, campaign, at } = world
  const groups = (await loadGroups(world)).filter(
    ({ hold, stands }) => !stands && (hold === null || hold.status === 'cured'),
  )
  if (groups.length === 0 || (campaign.status === 'closed' && (await isEmpty(tx, campaign.fundId)))) return []
  const happened: Happened[] = []
  for (const group of groups) {
    const holdId = newId()
    const { id: campaignId, fundId, currency } = campaign
    const data = { id: holdId, campaignId, aidGroupId: group.id, fundId, currency, cause: group.status, openedAt: at }
    await tx.campaignHold.create({ data })
    happened.push({ holdId, event: 'open', detail: { cause: group.status } })
  }
  return happened
}

async function cureHolds(world: World): Promise<Happened[]> {
  const { tx, actor, at } = world
  const happened: Happened[] = []
  for (const { hold, payable } of await loadGroups(world)) {
    if (hold?.status !== 'held' || !payable) continue
    await releaseQuarantine(tx, { holdId: hold.id, effectiveAt: at, actorId: actorId(actor) })
    await tx.campaignHold.update({
      where: { id: hold.id },
      data: { status: 'cured', curedAt: at, version: { increment: 1 } },
    })
    happened.push({ holdId: hold.id, event: 'cure', detail: {} })
  }
  return happened
}

/** A group that failed leaves the campaign to its other groups; with the last one givers choose. */
async function failHolds(world: World): Promise<Happened[]> {
  const { tx, actor, campaign, at } = world
  const happened: Happened[] = []
  for (const group of await loadGroups(world)) {
    const { hold } = group
    if (hold?.status !== 'held' || (hold.confirmedById === null && !hasFailed(group))) continue
    const others = (await loadGroups(world)).filter(({ id, isOut }) => id !== group.id && !isOut)
    const outcome = others.length > 0 ? 'others_continue' : (await isEmpty(tx, campaign.fundId)) ? 'nothing_left' : null
    if (outcome === null) {
      await offerChoice(tx, { hold, campaign, at })
      happened.push({ holdId: hold.id, event: 'open_choice', detail: {} })
    } else {
      await endHold(tx, { hold, at, actorId: actorId(actor), outcome })
      happened.push({ holdId: hold.id, event: 'close', detail: { outcome } })
    }
  }
  return happened
}

/**
 * While no group of the campaign stands, everything in its fund is set aside, also what becomes available later.
 * While one does, nothing is: money was given to the campaign, and the budget says what it is for.
 */
async function setMoneyAside(world: World): Promise<void> {
  const { tx, actor, campaign, at } = world
  const groups = await loadGroups(world)
  const open = groups.flatMap(({ hold }) => (hold && isOpen(hold.status) ? [hold] : []))
  const by = { effectiveAt: at, actorId: actorId(actor) }
  if (groups.some(({ stands }) => stands)) {
    const held = open.filter(({ status }) => status === 'held')
    for (const { id } of held) await releaseQuarantine(tx, { holdId: id, ...by })
    return
  }
  const [first] = open.filter(({ redirectedAt }) => redirectedAt === null)
  if (first) await quarantineFund(tx, { holdId: first.id, fundId: campaign.fundId, ...by })
}

/** Pauses a campaign that nobody may be paid from; one that a hold paused goes on when somebody may be paid again. */
async function followCampaign(world: World): Promise<void> {
  const { tx, actor, campaign, at } = world
  const groups = await loadGroups(world)
  const doesAnyStand = groups.some(({ stands }) => stands)
  const [open] = groups.flatMap(({ hold }) => (hold && isOpen(hold.status) ? [hold] : []))
  if (!doesAnyStand && open && campaign.status === 'live') {
    await tx.campaignHold.update({ where: { id: open.id }, data: { pausedCampaign: true } })
    await moveLockedCampaign(tx, actor, campaign, { event: 'pause', reason: PAUSED })
  }
  if (!doesAnyStand || campaign.status !== 'paused' || !(await isPausedByUs(tx, campaign.id))) return
  if (campaign.deadline && endOf(campaign.deadline) <= at) return
  await moveLockedCampaign(tx, actor, campaign, { event: 'resume', reason: RESUMED })
}

/** Only the last pause counts: one that a person made afterwards is that person's to end. */
async function isPausedByUs(tx: DbClient, campaignId: string): Promise<boolean> {
  const last = await tx.campaignTransition.findFirst({
    where: { campaignId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  })
  return last?.event === 'pause' && last.actorId.startsWith('system:')
}

async function isEmpty(tx: DbClient, fundId: bigint): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances WHERE fund_id = ${fundId}::bigint
      AND (role IN ('stripe_pending', 'stripe_available', 'bank', 'undeposited') OR (role = 'in_transit' AND external_id = 'payouts'))`
  return (row?.minor ?? 0n) <= 0n
}
