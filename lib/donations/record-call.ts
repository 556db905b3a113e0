import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'

// Stripe forgets an idempotency key after 24 hours; from here on a second call could make a second object.
const REPEATABLE_MS = 23 * 3_600_000

type StripeCallIntent = {
  /** Stripe answers a repeated key with its first answer for a day, so a key names one wish at one version. */
  idempotencyKey: string
  operation: string
  /** The pledge or donor it is about. */
  subjectId: string
  /** What is asked for; nothing about a person. */
  request: object
}

/**
 * Writes down that Stripe is about to be called, calls it with that key, and writes down how it ended. A failure is
 * kept by its name and thrown. Never inside a transaction. `call` answers the object and its id. `find` looks for what an
 * earlier try made, once Stripe may have forgotten the key; `madeSince` tells the call when that was.
 */
export async function recordCall<T extends string | { id: string }>(
  intent: StripeCallIntent,
  call: (idempotencyKey: string, madeSince: Date | null) => Promise<T>,
  find: (idempotencyKey: string, madeSince: Date) => Promise<T | null> = async () => null,
): Promise<T> {
  const { idempotencyKey } = intent
  // Once for each key: a second try is the same call.
  await db().stripeCall.createMany({ data: [{ ...intent, createdAt: now() }], skipDuplicates: true })
  const { createdAt } = await db().stripeCall.findUniqueOrThrow({ where: { idempotencyKey } })
  const madeSince = now().getTime() - createdAt.getTime() >= REPEATABLE_MS ? createdAt : null
  try {
    const found = madeSince && (await find(idempotencyKey, madeSince))
    const made = found ?? (await call(idempotencyKey, madeSince))
    const objectId = typeof made === 'string' ? made : made.id
    await db().stripeCall.update({ where: { idempotencyKey }, data: { objectId, error: null, finishedAt: now() } })
    return made
  } catch (error) {
    const said = error instanceof AppError && error.cause instanceof Error ? error.cause.name : 'unexpected'
    await db().stripeCall.update({ where: { idempotencyKey }, data: { error: said } })
    throw error
  }
}
