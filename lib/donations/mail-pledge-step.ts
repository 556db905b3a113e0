import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { type PledgeNews, pledgeMail } from '#lib/email/pledge-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { isRaced } from './read-subscription.ts'
import { pledgeUrl } from './sign-pledge-link.ts'

const NEWS: Readonly<Record<string, PledgeNews>> = {
  started: 'started',
  payment_failed: 'payment_failed',
  recovered: 'recovered',
  'paused:donor': 'paused',
  'paused:campaign': 'paused_by_campaign',
  resumed: 'resumed',
  changed: 'changed',
  lapsed: 'lapsed',
  restored: 'restored',
  cancelled: 'cancelled',
  'cancelled:campaign_ended': 'campaign_ended',
  'cancelled:disputed': 'disputed',
}

const NEWEST = { where: { status: 'settled' as const }, orderBy: { settledAt: 'desc' as const }, take: 1 }

/**
 * Queues the mail of one step of a pledge, once; the job `mail-pledge-step`. It says what is true when it is written: a
 * failure that was mended meanwhile is told to nobody.
 */
export async function mailPledgeStep({ stepId }: { stepId: string }): Promise<void> {
  const step = await db().pledgeStep.findUnique({
    where: { id: stepId },
    include: { pledge: { include: { donor: true, campaign: { select: { title: true } }, donations: NEWEST } } },
  })
  if (!step || step.mailId !== null) return
  const { pledge, kind, reason } = step
  const news = NEWS[`${kind}:${reason}`] ?? NEWS[kind]
  const isOver = kind === 'payment_failed' && pledge.status !== 'past_due'
  if (news === undefined || isOver || pledge.donor.email === null) return
  const { nextChargeAt, nextChargeMinor, amountMinor, coverMinor, tipMinor } = pledge
  const address = pledgeUrl(pledge.id)
  const mail = await renderMail(
    pledgeMail({
      recipient: pledge.donor.email,
      news,
      campaignTitle: pledge.campaign.title,
      monthlyMinor: amountMinor + coverMinor + tipMinor,
      currency: pledge.currency,
      next:
        nextChargeAt === null || nextChargeMinor === null ? null : { at: nextChargeAt, amountMinor: nextChargeMinor },
      pausedUntil: pledge.pausedUntil,
      lastCharge: kind === 'cancelled' ? racedOf(pledge) : null,
      pledgeUrl: address,
      recoverUrl: `${address}/recover`,
    }),
  )
  await inTransaction(async (tx) => {
    const claimed = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM pledge_step WHERE id = ${stepId}::uuid AND mail_id IS NULL FOR UPDATE`
    if (claimed.length === 0) return
    const mailId = await queueMail(tx, mail)
    await tx.pledgeStep.update({ where: { id: stepId }, data: { mailId } })
  })
}

/** A charge that came in within a day of the end: the donor may not have meant it. */
function racedOf(pledge: { endedAt: Date | null; donations: Charge[] }): { at: Date; amountMinor: bigint } | null {
  const [last] = pledge.donations
  const at = last?.settledAt
  if (!last || !at || !pledge.endedAt || !isRaced(at, pledge.endedAt)) return null
  return { at, amountMinor: last.giftMinor + last.coverMinor + last.tipMinor }
}

type Charge = { settledAt: Date | null; giftMinor: bigint; coverMinor: bigint; tipMinor: bigint }
