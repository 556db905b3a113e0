import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'

export type StripeCallIntent = {
  /** Stripe answers a repeated key with its first answer for a day, so a key names one wish at one version. */
  idempotencyKey: string
  operation: string
  /** The pledge or donor it is about. */
  subjectId: string
  /** What is asked for; nothing about a person. */
  request: object
}

/** Writes down that Stripe is about to be called, in the transaction of the wish; once for each key. */
export async function recordIntent(tx: DbClient, intent: StripeCallIntent): Promise<void> {
  const data = { ...intent, createdAt: now() }
  await tx.stripeCall.createMany({ data: [data], skipDuplicates: true })
}

/**
 * Calls Stripe with the key of a recorded intent and writes down how it ended. A failure is kept by its name and
 * thrown. Never inside a transaction. `call` answers the object and its id.
 */
export async function recordCall<T extends string | { id: string }>(
  intent: StripeCallIntent,
  call: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const { idempotencyKey } = intent
  await recordIntent(db(), intent)
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
