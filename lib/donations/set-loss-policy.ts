import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { isUuid } from './schema.ts'

const lossPolicySchema = z.object({
  chapterId: z.string().refine(isUuid, 'There is no such chapter.'),
  lostFeeBearer: z.enum(['general_fund', 'gift_fund'], 'Choose which purse bears a lost fee.'),
  bearsStripeFees: z
    .literal(['yes', 'on', ''])
    .optional()
    .transform((value) => value === 'yes' || value === 'on'),
})

/**
 * Says which purse of a chapter bears a card fee that is lost with a refund or a dispute, and whether its general fund pays
 * what Stripe charges the account itself; one chapter of a currency does. Counts for what is posted from now on. For
 * instance administrators.
 */
export async function setLossPolicy(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { chapterId, ...policy } = parseInput(lossPolicySchema, input)
  await inTransaction(async (tx) => {
    const chapter = await tx.chapter.findUnique({ where: { id: chapterId }, select: { currency: true } })
    if (!chapter) throw new AppError('not_found', 'There is no such chapter.')
    if (policy.bearsStripeFees) {
      const others = { currency: chapter.currency, bearsStripeFees: true, id: { not: chapterId } }
      await tx.chapter.updateMany({ where: others, data: { bearsStripeFees: false } })
    }
    await tx.chapter.update({ where: { id: chapterId }, data: policy })
    const subject = { subjectType: 'chapter', subjectId: chapterId, chapterId }
    await recordEvent(tx, actor, { action: 'chapter.set_loss_policy', ...subject, detail: policy })
  })
}

export type LossPolicy = { lostFeeBearer: 'general_fund' | 'gift_fund'; bearsStripeFees: boolean }

/** What is set now. For instance administrators. Throws `not_found`. */
export async function readLossPolicy(actor: Actor, chapterId: string): Promise<LossPolicy> {
  requireAdmin(actor)
  const select = { lostFeeBearer: true, bearsStripeFees: true }
  const policy = await db().chapter.findUnique({ where: { id: chapterId }, select })
  if (!policy) throw new AppError('not_found', 'There is no such chapter.')
  return policy
}
