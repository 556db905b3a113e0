import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { applyPledgeWish } from './apply-pledge-wish.ts'
import { lockPledge } from './lock-pledge.ts'
import { openPledge } from './open-pledge.ts'
import { pausePledgeSchema } from './schema.ts'

/**
 * Stops the charges of a monthly pledge until a day, or until resumed; a charge that Stripe was about to try again is
 * stopped too. Paused already until the same day, it stays as it is. Throws `invalid_input`, `not_found`, `wrong_state`.
 */
export async function pausePledge(actor: Actor, input: unknown): Promise<void> {
  const { token, until } = parseInput(pausePledgeSchema(now()), input)
  const { id } = await openPledge(token)
  await inTransaction(async (tx) => {
    const pledge = await lockPledge(tx, id)
    if (pledge.status !== 'active' && pledge.status !== 'past_due' && pledge.status !== 'paused') throw notRunning()
    if (pledge.endReason !== null) throw notRunning()
    if (pledge.pausedAt !== null && pledge.pausedUntil?.getTime() === until?.getTime()) return
    const data = { pausedAt: pledge.pausedAt ?? now(), pausedUntil: until, wishAt: now() }
    await tx.pledge.update({ where: { id }, data: { ...data, version: { increment: 1 } } })
  })
  await applyPledgeWish(actor, id)
}

/** Lets the charges go on with the next period. While its campaign is paused it goes on when the campaign does. */
export async function resumePledge(actor: Actor, input: { token: string }): Promise<void> {
  const { id } = await openPledge(input.token)
  await inTransaction(async (tx) => {
    const pledge = await lockPledge(tx, id)
    if (pledge.status === 'cancelled' || pledge.status === 'lapsed' || pledge.endReason !== null) throw notRunning()
    if (pledge.pausedAt === null) return
    const data = { pausedAt: null, pausedUntil: null, wishAt: now() }
    await tx.pledge.update({ where: { id }, data: { ...data, version: { increment: 1 } } })
  })
  await applyPledgeWish(actor, id)
}

function notRunning(): AppError {
  return new AppError('wrong_state', 'This pledge has ended, so nothing is charged any more.')
}
