import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockHold } from './lock-hold.ts'
import { canLetGo } from './policy.ts'
import { readOpen } from './read-open.ts'
import { sendAgain } from './retry-refund.ts'
import { answerSchema } from './schema.ts'
import { followSettlement } from './settle-refund.ts'
import { hashChoiceToken } from './sign-link.ts'

const LET_GO = 'The refund had come back, and the giver let the money go on.'

/**
 * A giver whose refund came back chooses anew, by the same link: `refund` sends it to the card once more, `redirect` lets it
 * go on to the alternate. Until then it stays set aside for them. Throws `not_found`, and `wrong_state` where nothing waits.
 */
export async function answerAgain(actor: Actor, input: unknown): Promise<void> {
  const { token, choice } = parseInput(answerSchema, input)
  const tokenHash = hashChoiceToken(token)
  const found = await db().donorChoice.findFirst({ where: { tokenHash }, include: { hold: true } })
  if (!found) throw new AppError('not_found', 'This link leads nowhere.')
  if (choice === 'redirect') return await letGo(actor, tokenHash, found.hold)
  const waiting = await waitingOf(db(), tokenHash, found.hold)
  for (const { choiceId } of waiting) await sendAgain(actor, { choiceId, holdId: found.holdId })
}

type Hold = { id: string; campaignId: string; fundId: bigint }

async function letGo(actor: Actor, tokenHash: string, { id: holdId, campaignId }: Hold): Promise<void> {
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    if (!canLetGo(hold)) throw new AppError('wrong_state', 'There is no other aid group that it could go on to.')
    const waiting = await waitingOf(tx, tokenHash, hold)
    const ids = waiting.map(({ choiceId }) => choiceId)
    await tx.donorChoice.updateMany({
      where: { id: { in: ids }, settledAt: null },
      data: { settledBy: actorId(actor), settledAt: now(), settledNote: LET_GO, settledHow: 'redirected' },
    })
    await followSettlement(tx, hold, actorId(actor))
    await recordEvent(tx, actor, {
      ...{ action: 'hold.let_go', subjectType: 'campaign_hold', subjectId: holdId },
      ...{ chapterId: hold.chapterId, detail: { gifts: ids.length } },
    })
  })
}

async function waitingOf(client: Parameters<typeof readOpen>[0], tokenHash: string, hold: Omit<Hold, 'campaignId'>) {
  await foldFund(client, hold.fundId)
  const own = await client.donorChoice.findMany({ where: { tokenHash, holdId: hold.id }, select: { id: true } })
  const ids = new Set(own.map(({ id }) => id))
  const waiting = (await readOpen(client, hold)).byHand.filter(
    ({ choiceId, isFailed }) => isFailed && ids.has(choiceId),
  )
  if (waiting.length === 0) throw new AppError('wrong_state', 'No refund of yours is waiting.')
  return waiting
}
