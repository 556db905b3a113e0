import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { isKeyUsedUp, keyOfAttempt } from '#lib/stripe/client.ts'

// Stripe forgets an idempotency key after 24 hours; from here on a second call could make a second object.
const REPEATABLE_MS = 23 * 3_600_000
// Stripe's clock says when an object was made, ours when the call was written down; a look-up bears this difference.
const CLOCKS_APART_MS = 5 * 60_000
// While Stripe answers nothing but failures, each try would use up one key after the other.
const KEYS_PER_TRY = 2

type StripeCallIntent = {
  /** Stripe answers a repeated key with its first answer for a day, so a key names one wish at one version. */
  idempotencyKey: string
  operation: string
  /** The pledge or donor it is about. */
  subjectId: string
  /** What is asked for; nothing about a person. */
  request: object
}

/** `madeSince`: since when an earlier try may have made the object; null where the same key answers for it. */
type Call<T> = (idempotencyKey: string, madeSince: Date | null) => Promise<T>
/** Looks for what an earlier try made, by the mark that every attempt puts on it. */
type Find<T> = (mark: string, madeSince: Date) => Promise<T | null>

/**
 * Writes down that Stripe is about to be called, calls it with that key, and writes down how it ended. A failure is
 * kept by its name and thrown. Never inside a transaction. `call` answers the object and its id; `find` is as in repeatCall.
 */
export async function recordCall<T extends string | { id: string }>(
  intent: StripeCallIntent,
  call: Call<T>,
  find: Find<T> = async () => null,
): Promise<T> {
  const { idempotencyKey } = intent
  // Once for each key: a second try is the same call.
  await db().stripeCall.createMany({ data: [{ ...intent, createdAt: now() }], skipDuplicates: true })
  const made = await repeatCall(idempotencyKey, call, find)
  const objectId = typeof made === 'string' ? made : made.id
  await db().stripeCall.update({ where: { idempotencyKey }, data: { objectId, error: null, finishedAt: now() } })
  return made
}

/**
 * Calls Stripe for a row that is written already, and leaves it to the caller to write down how it ended; a failure is
 * kept and thrown. The same key is sent as long as it can still bring the object. Once Stripe has forgotten it, or holds
 * a failure of its own under it, nobody knows whether something was made: `find` looks first, and only where it finds
 * nothing is Stripe called, in the second case with the key of the next attempt. What needs no `find` may be done twice.
 */
export async function repeatCall<T>(idempotencyKey: string, call: Call<T>, find: Find<T>): Promise<T> {
  for (let keys = 1; ; keys += 1) {
    const { attempt, createdAt } = await db().stripeCall.findUniqueOrThrow({ where: { idempotencyKey } })
    const isSafe = attempt === 1 && isRepeatable(createdAt)
    const madeSince = isSafe ? null : new Date(createdAt.getTime() - CLOCKS_APART_MS)
    try {
      const found = madeSince && (await find(idempotencyKey, madeSince))
      return found ?? (await call(keyOfAttempt(idempotencyKey, attempt), madeSince))
    } catch (error) {
      const isUsedUp = isKeyUsedUp(error)
      const said = error instanceof AppError && error.cause instanceof Error ? error.cause.name : 'unexpected'
      // Of two who learn it at once, one goes a step on and both take the same key, which makes one object.
      const data = { error: said, attempt: isUsedUp ? attempt + 1 : attempt }
      await db().stripeCall.updateMany({ where: { idempotencyKey, attempt }, data })
      if (!isUsedUp || keys === KEYS_PER_TRY) throw error
    }
  }
}

/** Whether Stripe still answers a key that was first sent at this moment with what it made then. */
export function isRepeatable(createdAt: Date): boolean {
  return now().getTime() - createdAt.getTime() < REPEATABLE_MS
}
