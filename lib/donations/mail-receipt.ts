import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { receiptMail } from '#lib/email/receipt-mail.tsx'
import { renderMail } from '#lib/email/render-mail.ts'
import type { RenderedMail } from '#lib/email/types.ts'
import { env } from '#lib/env.ts'
import { calendarOf, dayAt } from './count-years.ts'
import { findGiftPurse } from './find-gift-purse.ts'
import { issueReceipt } from './issue-receipt.ts'
import { pledgeUrl } from './sign-pledge-link.ts'
import { receiptLabel } from './write-statement.ts'

/**
 * Issues the receipt of a settled donation and queues its mail, once for each revision. A job of its own, enqueued by the
 * settlement and by what comes after it, so that rendering a mail never holds the ledger's locks.
 */
export async function mailReceipt({ donationId }: { donationId: string }): Promise<void> {
  const receipt = await issueReceipt(donationId)
  if (!receipt || receipt.mailId !== null) return
  const mail = await renderReceipt(receipt.id)
  if (!mail) return
  await inTransaction(async (tx) => {
    const rows = await tx.$queryRaw<{ revision: number; receiptMailId: string | null }[]>`
      SELECT r.revision, d.receipt_mail_id AS "receiptMailId" FROM donation d JOIN receipt r ON r.donation_id = d.id
      WHERE r.id = ${receipt.id}::uuid AND r.mail_id IS NULL FOR UPDATE OF d`
    const [unsent] = rows
    if (!unsent || (unsent.revision === 1 && unsent.receiptMailId !== null)) return
    const mailId = await queueMail(tx, mail)
    await tx.receipt.update({ where: { id: receipt.id }, data: { mailId } })
    if (unsent.receiptMailId === null)
      await tx.donation.update({ where: { id: donationId }, data: { receiptMailId: mailId } })
  })
}

/** The mail of a receipt as it was issued; null for a donor who left no address. */
export async function renderReceipt(receiptId: string): Promise<RenderedMail | null> {
  const receipt = await db().receipt.findUniqueOrThrow({
    where: { id: receiptId },
    include: {
      settings: true,
      chapter: { select: { slug: true } },
      donation: {
        include: {
          donor: { select: { email: true } },
          pledge: { select: { kind: true } },
          campaign: { select: { title: true } },
        },
      },
    },
  })
  const { donation, chapter, settings } = receipt
  const { campaign, donor, pledge } = donation
  if (donor.email === null) return null
  const label = receiptLabel(chapter.slug, receipt.number)
  return renderMail(
    receiptMail({
      recipient: donor.email,
      donorName: donation.donorName,
      campaignTitle: campaign.title,
      fundName: await purseOf(donation),
      chapterLegalName: settings.legalName,
      receiptNumber: receipt.revision === 1 ? label : `${label}, corrected`,
      statement: receipt.statement,
      amountMinor: receipt.giftMinor + receipt.coverMinor,
      tipMinor: receipt.tipMinor,
      returnedMinor: receipt.returnedMinor,
      byMistake: donation.reversalEntryId !== null,
      currency: receipt.currency,
      givenOn: dayAt(receipt.givenAt, calendarOf(settings, donation.offlineMethod).timeZone),
      receiptUrl: `${env().APP_URL.replace(/\/$/, '')}/receipts/${donation.receiptToken}`,
      pledgeUrl: pledge.kind === 'monthly' ? pledgeUrl(donation.pledgeId) : null,
    }),
  )
}

async function purseOf({ fundId, campaignId }: { fundId: bigint | null; campaignId: string }): Promise<string> {
  if (fundId === null) throw new Error('a gift with a receipt is in a fund')
  const { name, rerouted } = await findGiftPurse({ fundId, campaignId })
  return rerouted ? `${name}, because the campaign had ended` : name
}
