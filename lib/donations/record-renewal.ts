import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId, newToken } from '#lib/ids.ts'
import { partsOfInvoice, paymentOfInvoice } from '#lib/stripe/invoice.ts'
import { fetchSubscription } from '#lib/stripe/subscription.ts'
import type { StripeInvoice } from '#lib/stripe/types.ts'
import { isUuid } from './schema.ts'

/** One invoice has one donation. */
export function renewalKey(invoiceId: string): string {
  return `invoice:${invoiceId}`
}

/**
 * Makes the donation that a paid invoice of a monthly pledge stands for, with the charge that paid it, once. It is
 * settled by settleDonation like any other. Null where the invoice is unpaid, of nothing, or none of ours. Throws
 * `conflict` for an invoice that was marked paid without a charge.
 */
export async function recordRenewal(actor: Actor, invoice: StripeInvoice): Promise<string | null> {
  const submissionKey = renewalKey(invoice.id)
  const earlier = await db().donation.findUnique({ where: { submissionKey }, select: { id: true } })
  if (earlier) return earlier.id
  if (invoice.status !== 'paid' || invoice.totalMinor <= 0n) return null
  const pledge = await pledgeOf(invoice)
  if (!pledge) return null
  const payment = await paymentOfInvoice(invoice.id)
  if (!payment) throw new AppError('conflict', 'This invoice was marked as paid and has no card payment.')
  const { gift, cover, tip } = await partsOfInvoice(invoice)
  // Where only a fee or a tip is left of it, that is what was given.
  const amounts =
    gift > 0n
      ? { giftMinor: gift, coverMinor: cover, tipMinor: tip }
      : { giftMinor: gift + cover + tip, coverMinor: 0n, tipMinor: 0n }
  const { chargeId, paymentIntentId } = payment
  return inTransaction(async (tx) => {
    const id = newId()
    const rows = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO donation (id, campaign_id, pledge_id, donor_id, submission_key, receipt_token, currency, gift_minor, cover_minor, tip_minor,
        donor_name, show_name, show_amount, charge_id, payment_intent_id, created_at)
      VALUES (${id}::uuid, ${pledge.campaignId}::uuid, ${pledge.id}::uuid, ${pledge.donorId}::uuid, ${submissionKey}, ${newToken()}, ${invoice.currency},
        ${amounts.giftMinor}, ${amounts.coverMinor}, ${amounts.tipMinor}, ${pledge.donorName}, ${pledge.showName}, ${pledge.showAmount},
        ${chargeId}, ${paymentIntentId}, ${invoice.createdAt})
      ON CONFLICT (submission_key) DO NOTHING RETURNING id`
    if (rows.length === 0) return (await tx.donation.findUniqueOrThrow({ where: { submissionKey } })).id
    const detail = { pledgeId: pledge.id, invoiceId: invoice.id, ...asTexts(amounts) }
    const subject = { subjectType: 'donation', subjectId: id, chapterId: pledge.campaign.chapterId }
    await recordEvent(tx, actor, { action: 'donation.renew', ...subject, detail })
    return id
  })
}

/** Through the subscription, whose mark is ours; the invoice's own copy of it is as old as the invoice. */
async function pledgeOf(invoice: StripeInvoice) {
  const { subscriptionId } = invoice
  if (subscriptionId === null) return null
  const known = await db().pledgeSubscription.findUnique({ where: { id: subscriptionId }, select: { pledgeId: true } })
  const id = known?.pledgeId ?? (await fetchSubscription(subscriptionId))?.pledgeId ?? null
  if (id === null || !isUuid(id)) return null
  return db().pledge.findUnique({
    where: { id, kind: 'monthly', currency: invoice.currency },
    include: { campaign: { select: { chapterId: true } } },
  })
}

function asTexts(amounts: Record<string, bigint>): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([name, minor]) => [name, String(minor)]))
}
