import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'

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
 * kept by its name and thrown. Never inside a transaction. `call` answers the object and its id.
 */
export async function recordCall<T extends string | { id: string }>(
  intent: StripeCallIntent,
  call: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const { idempotencyKey } = intent
  // Once for each key: a second try is the same call.
  await db().stripeCall.createMany({ data: [{ ...intent, createdAt: now() }], skipDuplicates: true })
  try {
    const made = await call(idempotencyKey)
    const objectId = typeof made === 'string' ? made : made.id
    await db().stripeCall.update({ where: { idempotencyKey }, data: { objectId, error: null, finishedAt: now() } })
    return made
  } catch (error) {
    const said = error instanceof AppError && error.cause instanceof Error ? error.cause.name : 'unexpected'
    await db().stripeCall.update({ where: { idempotencyKey }, data: { error: said } })
    throw error
  }
}
