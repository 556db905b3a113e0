import { actorId, type SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { refundBackMail } from '#lib/email/refund-back-mail.tsx'
import { renderMail } from '#lib/email/render-mail.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { lockHold } from './lock-hold.ts'
import { notifyChapter } from './notify-chapter.ts'
import { type ByHand, readOpen } from './read-open.ts'
import { setOpenAside } from './set-aside.ts'
import { choiceUrl } from './sign-link.ts'

/**
 * What is left to do of a hold that has ended: sets aside what its givers still wait for, as far as the database has not
 * done so with the refund that came back (what was pending, or owed to the chapter first), and gives back what nobody waits
 * for any more.
 */
export async function settleReturned(actor: SystemActor, hold: { id: string; campaignId: string }): Promise<void> {
  await inTransaction(async (tx) => {
    const { hold: locked } = await lockHold(tx, hold.campaignId, hold.id)
    if (locked.status !== 'closed') return
    const { id: holdId, fundId } = locked
    await setOpenAside(tx, { holdId, fundId, effectiveAt: now(), actorId: actorId(actor) })
  })
}

/** Writes to each giver of a hold whose refund came back, and to the chapter, once for each refund. Answers how many. */
export async function mailReturned(holdId: string): Promise<number> {
  const hold = await db().campaignHold.findUniqueOrThrow({
    where: { id: holdId },
    include: { campaign: { select: { title: true, chapter: { select: { name: true } } } } },
  })
  if (hold.choicesClosedAt === null) return 0
  const failed = (await readOpen(db(), hold)).byHand.filter(({ isFailed }) => isFailed)
  const byId = new Map(failed.map((row) => [row.choiceId, row]))
  return await runEach('mail-returned', [...byId.keys()], async (choiceId) => {
    const waiting = byId.get(choiceId)
    if (waiting) await tell(hold, waiting)
  })
}

type Hold = { id: string; currency: string; campaign: { title: string; chapter: { name: string } } }

async function tell({ id: holdId, currency, campaign }: Hold, { choiceId, minor }: ByHand): Promise<void> {
  const choice = await db().donorChoice.findUniqueOrThrow({ where: { id: choiceId }, include: { donor: true } })
  const { refundId, toldRefundId, donor, donorId } = choice
  if (refundId === null || refundId === toldRefundId) return
  const facts = { campaignTitle: campaign.title, chapterName: campaign.chapter.name, amountMinor: minor, currency }
  const mail =
    donor.email === null
      ? null
      : await renderMail(refundBackMail({ ...facts, recipient: donor.email, url: choiceUrl(holdId, donorId) }))
  await inTransaction(async (tx) => {
    const { count } = await tx.donorChoice.updateMany({
      where: { id: choiceId, refundId, OR: [{ toldRefundId: null }, { toldRefundId: { not: refundId } }] },
      data: { toldRefundId: refundId },
    })
    if (count === 0) return
    if (mail) await queueMail(tx, mail)
    await notifyChapter(tx, holdId, 'refund_back')
  })
}
