import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { refundAskedMail } from '#lib/email/refund-asked-mail.tsx'
import { renderMail } from '#lib/email/render-mail.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { chapterTreasurers } from './list-pledges.ts'
import { lockPledge } from './lock-pledge.ts'
import { openPledge } from './open-pledge.ts'
import { recordPledgeStep } from './record-pledge-step.ts'

/**
 * A donor who cancelled and was charged all the same asks for that gift back: it stands in the pledge's history and the
 * chapter's treasurers get a mail that leads to the gift. Asked again, it changes nothing. Throws `not_found`.
 */
export async function requestPledgeRefund(actor: Actor, input: { token: string; donationId: string }): Promise<void> {
  const { id: pledgeId } = await openPledge(input.token)
  const donation = await db().donation.findFirst({
    where: { id: input.donationId, pledgeId, status: 'settled' },
    include: { campaign: { select: { title: true, chapterId: true } } },
  })
  if (!donation) throw new AppError('not_found', 'There is no such gift.')
  const { campaign, currency } = donation
  const amountMinor = donation.giftMinor + donation.coverMinor + donation.tipMinor
  const deskUrl = `${env().APP_URL.replace(/\/$/, '')}/treasurer/donations/${donation.id}`
  const treasurers = await chapterTreasurers(campaign.chapterId)
  const mails = await Promise.all(
    treasurers.map((recipient) =>
      renderMail(refundAskedMail({ recipient, amountMinor, currency, campaignTitle: campaign.title, deskUrl })),
    ),
  )
  await inTransaction(async (tx) => {
    const pledge = await lockPledge(tx, pledgeId)
    const key = `refund:${donation.id}`
    const move = { from: pledge.status, to: pledge.status }
    const detail = { donationId: donation.id }
    const isNew = await recordPledgeStep(tx, actor, pledge, {
      ...move,
      kind: 'refund_asked',
      key,
      detail,
      isTold: false,
    })
    if (isNew) for (const mail of mails) await queueMail(tx, mail)
  })
}
