import { recordEvent } from '#lib/audit/record-event.ts'
import { actorId, type SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { endPledge } from '#lib/donations/cancel-pledge.ts'
import { recordChoiceRefund } from '#lib/donations/refund-choice.ts'
import { sendRefund } from '#lib/donations/send-refund.ts'
import { AppError } from '#lib/errors.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { listUnspent } from '#lib/ledger/list-unspent.ts'
import { quarantineFund } from '#lib/ledger/quarantine-fund.ts'
import { isPayable } from '#lib/vetting/states.ts'
import { endHold } from './end-hold.ts'
import { type LockedHold, lockHold } from './lock-hold.ts'
import { notifyChapter } from './notify-chapter.ts'
import { silentChoice } from './policy.ts'
import { listFailedGroups, type OpenChoices, readOpen } from './read-open.ts'
import { CHOICE_REASON } from './retry-refund.ts'
import { setOpenAside } from './set-aside.ts'
import type { HoldOutcome } from './types.ts'

const NOTHING_LEFT = 'Nothing was left of it that a card could take back.'

/**
 * Does what givers chose, after their window: closes it, refunds what was chosen, lets the rest go on to the alternate,
 * ends the hold when nothing is open. Each step is its own transaction and is taken once, so a crash between two is
 * taken up by the next run. While something is approved and not sent to a failed group, refunds wait for a treasurer:
 * its money is promised, and a refund would fall on the chapter.
 */
export async function settleChoices(actor: SystemActor, holdId: string): Promise<void> {
  const hold = await db().campaignHold.findUniqueOrThrow({ where: { id: holdId } })
  const { choiceUntil, campaignId } = hold
  if (hold.status !== 'choosing' || choiceUntil === null || choiceUntil > now()) return
  await closeWindow(actor, campaignId, holdId)
  const aidGroupId = { in: await listFailedGroups(db(), campaignId) }
  const promised = await db().disbursement.count({ where: { campaignId, aidGroupId, status: 'approved' } })
  if (promised > 0) return
  await endPledges(actor, holdId)
  await refundChosen(actor, hold)
  await finish(actor, campaignId, holdId)
}

/** From here on nobody chooses; for those who did not, what the campaign said before they gave. */
async function closeWindow(actor: SystemActor, campaignId: string, holdId: string): Promise<void> {
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    if (hold.status !== 'choosing' || hold.choicesClosedAt !== null) return
    const at = now()
    const choice = silentChoice(hold)
    const silent = await tx.donorChoice.updateMany({
      where: { holdId, choice: null },
      data: { choice, chosenAt: at, defaulted: true },
    })
    await tx.campaignHold.update({
      where: { id: holdId },
      data: { choicesClosedAt: at, version: { increment: 1 } },
    })
    await recordEvent(tx, actor, {
      ...{ action: 'hold.close_choices', subjectType: 'campaign_hold', subjectId: holdId, chapterId: hold.chapterId },
      detail: { defaulted: silent.count, choice },
    })
  })
}

/** Each gift once: its refund carries the choice's own key, and is kept with the choice in the same transaction. */
async function refundChosen(actor: SystemActor, { id: holdId, fundId }: { id: string; fundId: bigint }): Promise<void> {
  await foldFund(db(), fundId)
  const unspent = new Map((await listUnspent(db(), fundId)).map((gift) => [gift.entryId, gift.unspentMinor]))
  const wanted = await db().donorChoice.findMany({
    where: { holdId, choice: 'refund', refundId: null, settledAt: null, donation: { chargeId: { not: null } } },
    include: { donation: { select: { entryId: true } } },
    orderBy: { id: 'asc' },
  })
  const choices = new Map(wanted.map((choice) => [choice.id, choice]))
  await runEach('refund-choices', [...choices.keys()], async (id) => {
    const choice = choices.get(id)
    if (!choice) return
    const leftMinor = unspent.get(choice.donation.entryId ?? 0n) ?? 0n
    // A dispute or a refund of the desk may have taken some of it meanwhile.
    await refundOne(actor, choice, fundId, leftMinor > choice.atStakeMinor ? choice.atStakeMinor : leftMinor)
  })
}

/** Who wants a monthly gift back does not give on. */
async function endPledges(actor: SystemActor, holdId: string): Promise<void> {
  const pledges = await db().pledge.findMany({
    where: {
      ...{ kind: 'monthly', status: { in: ['active', 'past_due', 'paused'] }, endReason: null },
      donations: { some: { choices: { some: { holdId, choice: 'refund', defaulted: false } } } },
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  const ids = pledges.map(({ id }) => id)
  await runEach('end-pledges', ids, (id) => endPledge(actor, id, 'campaign_ended', CHOICE_REASON))
}

async function refundOne(
  actor: SystemActor,
  choice: { id: string; donationId: string },
  fundId: bigint,
  amountMinor: bigint,
): Promise<void> {
  const { id, donationId } = choice
  const where = { id, refundId: null, settledAt: null }
  const wish = { donationId, fundId, amountMinor, submissionKey: `choice:${id}`, reason: CHOICE_REASON }
  const refundId = await recordChoiceRefund(actor, wish, async (tx, made) => {
    const { count } = await tx.donorChoice.updateMany({ where, data: { refundId: made } })
    if (count === 0) throw new AppError('wrong_state', 'Somebody settled this choice just now.')
  })
  // Where Stripe does not answer, the wish stands written down and the sweep takes it up.
  if (refundId !== null) return await sendRefund(actor, refundId)
  await db().donorChoice.updateMany({
    where,
    data: { settledBy: actorId(actor), settledAt: now(), settledNote: NOTHING_LEFT, settledHow: 'nothing_left' },
  })
}

async function finish(actor: SystemActor, campaignId: string, holdId: string): Promise<void> {
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    if (hold.status !== 'choosing' || hold.choicesClosedAt === null) return
    await foldFund(tx, hold.fundId)
    const open = await readOpen(tx, hold)
    if (open.onTheirWay > 0) return
    const by = { holdId, fundId: hold.fundId, effectiveAt: now(), actorId: actorId(actor) }
    const isRedirected = hold.redirectedAt !== null || (open.leftMinor > 0n && (await bringAlternate(tx, hold)))
    if (isRedirected) await setOpenAside(tx, by)
    else await quarantineFund(tx, by)
    const outcome = outcomeOf(open, isRedirected)
    if (outcome === null) return
    await endHold(tx, { hold, at: by.effectiveAt, actorId: by.actorId, outcome })
    await notifyChapter(tx, holdId, 'close')
    await recordEvent(tx, actor, {
      ...{ action: 'hold.close', subjectType: 'campaign_hold', subjectId: holdId, chapterId: hold.chapterId },
      detail: { outcome },
    })
  })
}

function outcomeOf(open: OpenChoices, isRedirected: boolean): HoldOutcome | null {
  if (open.byHand.length > 0) return null
  if (isRedirected) return 'redirected'
  return open.leftMinor === 0n ? 'refunded' : null
}

/** Makes the alternate one of the campaign's groups, if it may be paid now. Until it may, the money stays set aside. */
async function bringAlternate(tx: DbClient, hold: LockedHold): Promise<boolean> {
  const { alternateAidGroupId: aidGroupId, campaignId } = hold
  if (aidGroupId === null) return false
  await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR SHARE`
  const group = await tx.aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
  if (!isPayable(group, now())) return false
  await tx.campaignAidGroup.create({ data: { campaignId, aidGroupId } })
  await tx.campaignHold.update({
    where: { id: hold.id },
    data: { redirectedAt: now(), version: { increment: 1 } },
  })
  return true
}
