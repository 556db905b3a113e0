import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { receiptMail } from '#lib/email/receipt-mail.tsx'
import { renderMail } from '#lib/email/render-mail.ts'
import { env } from '#lib/env.ts'

/**
 * Queues the receipt of a settled donation, once. A job of its own, enqueued by the settlement, so that rendering a
 * mail never holds the ledger's locks.
 */
export async function mailReceipt({ donationId }: { donationId: string }): Promise<void> {
  const donation = await db().donation.findUnique({
    where: { id: donationId },
    include: { donor: { select: { email: true } }, campaign: { select: { title: true, fundId: true, chapter: true } } },
  })
  if (donation?.status !== 'settled' || donation.receiptMailId !== null || donation.settledAt === null) return
  const { campaign, currency } = donation
  const mail = await renderMail(
    receiptMail({
      recipient: donation.donor.email,
      donorName: donation.donorName,
      campaignTitle: campaign.title,
      fundName:
        donation.fundId === campaign.fundId
          ? `the purse of “${campaign.title}”`
          : `a purse of ${campaign.chapter.name}, because the campaign had ended`,
      chapterLegalName: campaign.chapter.legalName,
      deductibility: campaign.chapter.deductibility,
      amountMinor: donation.giftMinor + donation.coverMinor,
      tipMinor: donation.tipMinor,
      currency,
      donatedAt: donation.settledAt,
      receiptUrl: `${env().APP_URL.replace(/\/$/, '')}/receipts/${donation.receiptToken}`,
    }),
  )
  await inTransaction(async (tx) => {
    const claimed = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM donation WHERE id = ${donationId}::uuid AND receipt_mail_id IS NULL FOR UPDATE`
    if (claimed.length === 0) return
    const receiptMailId = await queueMail(tx, mail)
    await tx.donation.update({ where: { id: donationId }, data: { receiptMailId } })
  })
}
