import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { choiceMail } from '#lib/email/choice-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { choiceUrl } from './sign-link.ts'

const DONORS_AT_ONCE = 500

/**
 * Writes to each giver of a hold whose window is open, once: one mail for all their gifts. Whoever left no address is
 * passed over, and what the campaign said before they gave decides. Answers how many mails it queued.
 */
export async function mailChoices(holdId: string): Promise<number> {
  const hold = await db().campaignHold.findUniqueOrThrow({
    where: { id: holdId },
    include: {
      campaign: { select: { title: true, chapter: { select: { name: true } } } },
      alternateAidGroup: { select: { name: true, publicAlias: true } },
    },
  })
  const { choiceUntil, alternateAidGroup, campaign, currency } = hold
  if (choiceUntil === null || hold.choicesClosedAt !== null) return 0
  const waiting = await db().donorChoice.findMany({
    where: { holdId, mailId: null, donor: { email: { not: null } } },
    distinct: ['donorId'],
    select: { donorId: true },
    orderBy: { donorId: 'asc' },
    take: DONORS_AT_ONCE,
  })
  const alternateName = alternateAidGroup && (alternateAidGroup.publicAlias ?? alternateAidGroup.name)
  const donorIds = waiting.map(({ donorId }) => donorId)
  return await runEach('mail-choices', donorIds, async (donorId) => {
    const { email } = await db().donor.findUniqueOrThrow({ where: { id: donorId }, select: { email: true } })
    const { _sum } = await db().donorChoice.aggregate({ where: { holdId, donorId }, _sum: { atStakeMinor: true } })
    if (email === null) return
    const facts = { campaignTitle: campaign.title, chapterName: campaign.chapter.name, currency, alternateName }
    const mail = await renderMail(
      choiceMail({
        ...{ ...facts, recipient: email, atStakeMinor: _sum.atStakeMinor ?? 0n },
        ...{ until: choiceUntil, url: choiceUrl(holdId, donorId) },
      }),
    )
    await inTransaction(async (tx) => {
      const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM donor_choice
        WHERE hold_id = ${holdId}::uuid AND donor_id = ${donorId}::uuid AND mail_id IS NULL FOR UPDATE`
      if (rows.length === 0) return
      const mailId = await queueMail(tx, mail)
      await tx.donorChoice.updateMany({ where: { holdId, donorId, mailId: null }, data: { mailId } })
    })
  })
}
