import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { fetchTransaction } from '#lib/stripe/payout.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'
import { findFeeBearer, listFeeBearers } from './find-fee-bearer.ts'
import { requireDecider } from './policy.ts'
import { postToFund, questionAbout } from './post-line.ts'
import { requeuePayouts } from './retry-events.ts'
import { decideSchema } from './schema.ts'

const OF_PAYOUTS = new Set(['payout', 'payout_reversal'])

/**
 * A person decides where an account line belongs that no rule covers: { transactionId, reason }. It goes, with its sign,
 * to the general fund of the chapter that bears what Stripe charges the account, and the payouts that waited for it are
 * tried again. Sent twice, it is decided once; a line that a rule covers by now is booked by the rule. Throws `not_found`,
 * `wrong_state` for a payout's own line, `conflict` where no chapter is named, `unavailable` while Stripe is writing.
 */
export async function decideLine(actor: Actor, input: unknown): Promise<void> {
  const { transactionId, reason } = parseInput(decideSchema, input)
  requireDecider(actor, await listFeeBearers(db()))
  const line = await fetchTransaction(transactionId)
  const user = requireDecider(actor, [await findFeeBearer(db(), line.currency)])
  if (OF_PAYOUTS.has(line.reportingCategory))
    throw new AppError('wrong_state', 'A payout is booked by itself, once each line in it has its place.')
  const isBooked = await isInBooks(db(), line.id)
  const question = isBooked ? null : await questionAbout({ kind: 'system', name: 'worker' }, line)
  await inTransaction(async (tx) => {
    const decided = question === null ? null : await decide(tx, user, line)
    await tx.unappliedTransaction.deleteMany({ where: { id: line.id } })
    await requeuePayouts(tx)
    if (decided === null) return
    const { reportingCategory, currency, netMinor } = line
    await recordEvent(tx, user, {
      ...{ action: 'balance_transaction.decide', subjectType: 'balance_transaction', subjectId: line.id, reason },
      chapterId: decided.chapterId,
      detail: { reportingCategory, currency, netMinor: String(netMinor), entryId: String(decided.entryId), question },
    })
  })
}

/** Null where somebody else was first. */
async function decide(tx: DbClient, user: UserActor, line: StripeTransaction) {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`decide-line:${line.id}`}, 0))`
  if (await isInBooks(tx, line.id)) return null
  const bearer = await findFeeBearer(tx, line.currency)
  if (!bearer)
    throw new AppError('conflict', 'No chapter is named to bear what Stripe charges the account. Name one first.')
  const memo = 'A person decided where this belongs.'
  const posting = { fundId: bearer.fundId, effect: 'stripe-decided', actorId: user.userId, memo }
  return { chapterId: bearer.chapterId, entryId: await postToFund(tx, line, posting) }
}

async function isInBooks(client: DbClient, id: string): Promise<boolean> {
  const where = { id, entryId: { not: null } }
  return (await client.balanceTransaction.count({ where })) > 0
}
