import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { answerSchema } from './schema.ts'
import { hashChoiceToken } from './sign-link.ts'

/**
 * A giver says what happens with their unspent cents, by the link in their mail. It may be changed until the window
 * closes; the hold's row decides which of the two came first. Throws `not_found`, and `wrong_state` when it is over.
 */
export async function answerChoice(actor: Actor, input: unknown): Promise<void> {
  const { token, choice } = parseInput(answerSchema, input)
  const tokenHash = hashChoiceToken(token)
  const found = await db().donorChoice.findFirst({ where: { tokenHash }, select: { holdId: true } })
  if (!found) throw new AppError('not_found', 'This link leads nowhere.')
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM campaign_hold WHERE id = ${found.holdId}::uuid FOR SHARE`
    const hold = await tx.campaignHold.findUniqueOrThrow({
      where: { id: found.holdId },
      include: { campaign: { select: { chapterId: true } } },
    })
    const at = now()
    const isOver = hold.status !== 'choosing' || hold.choicesClosedAt !== null || (hold.choiceUntil ?? at) <= at
    if (isOver) throw new AppError('wrong_state', 'The time to choose is over.')
    if (choice === 'redirect' && hold.alternateAidGroupId === null) {
      throw new AppError('wrong_state', 'This campaign named no other aid group, so your gift comes back to you.')
    }
    // The same giver clicking twice at once: one after the other.
    await tx.$queryRaw`SELECT id FROM donor_choice WHERE token_hash = ${tokenHash} ORDER BY id FOR UPDATE`
    const changed = await tx.donorChoice.updateMany({
      where: { tokenHash, OR: [{ choice: null }, { choice: { not: choice } }] },
      data: { choice, chosenAt: at },
    })
    if (changed.count === 0) return
    await recordEvent(tx, actor, {
      ...{ action: 'hold.choose', subjectType: 'campaign_hold', subjectId: hold.id },
      ...{ chapterId: hold.campaign.chapterId, detail: { choice, gifts: changed.count } },
    })
  })
}
