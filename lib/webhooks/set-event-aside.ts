import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { listFeeBearers } from './find-fee-bearer.ts'
import { requireDecider } from './policy.ts'
import { setAsideSchema } from './schema.ts'

/**
 * A person has looked at an event that can never be applied, and it is not tried again: { eventId, reason }. Nothing is
 * posted by it; an account line it was about stays open until it has its place. Throws `not_found`, and `wrong_state` for
 * an event that is not put aside now.
 */
export async function setEventAside(actor: Actor, input: unknown): Promise<void> {
  const { eventId, reason } = parseInput(setAsideSchema, input)
  const user = requireDecider(actor, await listFeeBearers(db()))
  await inTransaction(async (tx) => {
    const [event] = await tx.$queryRaw<{ type: string; status: string; lastError: string | null }[]>`
      SELECT type, status::text, last_error AS "lastError" FROM stripe_event WHERE id = ${eventId} FOR UPDATE`
    if (!event) throw new AppError('not_found', 'There is no such event.')
    if (event.status !== 'quarantined') throw new AppError('wrong_state', 'This event is not put aside any more.')
    await tx.stripeEvent.update({ where: { id: eventId }, data: { status: 'ignored' } })
    const detail = { type: event.type, was: event.lastError }
    await recordEvent(tx, user, {
      ...{ action: 'stripe_event.set_aside', subjectType: 'stripe_event', subjectId: eventId, reason, detail },
    })
  })
}
