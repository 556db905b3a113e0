import Stripe from 'stripe'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

/** The version whose objects this folder reads; the webhook endpoint is pinned to the same one. */
const API_VERSION = '2026-10-28.endive'

let made: { identity: string; client: Stripe } | undefined

/** The SDK's client of this process. Another address (the sandbox) is a setting, and nothing else differs. */
export function stripe(): Stripe {
  const { STRIPE_SECRET_KEY: key, STRIPE_API_BASE: base } = env()
  const identity = `${key} ${base ?? ''}`
  if (made?.identity !== identity) made = { identity, client: connect(key, base) }
  return made.client
}

/** Whether this installation takes real money. */
export function isLive(): boolean {
  return /^(sk|rk)_live_/.test(env().STRIPE_SECRET_KEY)
}

/**
 * Runs one call. The SDK resolves a 404 or 502 whose JSON body has no `error` as if it had worked, so every answer is
 * asked for its `object` and `id`. Throws `payment_provider`; the cause says what Stripe said.
 */
export async function callStripe<Answer extends { object: string; id: string }>(
  object: Answer['object'],
  call: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await translated(call)
  if (answer.object !== object || typeof answer.id !== 'string' || answer.id === '') {
    throw providerError(new Error(`Expected ${object}, got ${String(answer.object)}`))
  }
  return answer
}

/** The same for a read of something that Stripe may not know: null when it does not. */
export async function findAtStripe<Answer extends { object: string; id: string }>(
  object: Answer['object'],
  call: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await callStripe(object, call)
  } catch (error) {
    if (error instanceof AppError && isMissing(error.cause)) return null
    throw error
  }
}

type ListCall<Item> = (startingAfter: { starting_after?: string }) => Promise<Stripe.ApiList<Item>>

/** Collects every page of a list. A list that is not one stops the walk. */
export async function listAtStripe<Item extends { id: string }>(
  call: ListCall<Item>,
  pagesMax = 1_000,
): Promise<Item[]> {
  const items = await listWithin(call, { callsLeft: pagesMax })
  if (items === null) throw providerError(new Error(`A list did not end within ${pagesMax} pages`))
  return items
}

/** How many calls a walk may still make; each page takes one off. */
export type CallBudget = { callsLeft: number }

/** The same within a budget: null when the list is longer than that. */
export async function listWithin<Item extends { id: string }>(
  call: ListCall<Item>,
  budget: CallBudget,
  pagesMax = Number.POSITIVE_INFINITY,
): Promise<Item[] | null> {
  const items: Item[] = []
  for (let page = 0; page < pagesMax && budget.callsLeft > 0; page += 1) {
    budget.callsLeft -= 1
    const last = items.at(-1)
    const answer = await translated(() => call(last ? { starting_after: last.id } : {}))
    if (answer.object !== 'list' || !Array.isArray(answer.data)) throw providerError(new Error('Expected a list'))
    items.push(...answer.data)
    if (!answer.has_more || answer.data.length === 0) return items
  }
  return null
}

/** The failure people see; the SDK's own error, which may quote the request, stays in `cause`. */
export function providerError(cause: unknown): AppError {
  return new AppError('payment_provider', 'The payment provider did not answer as it should. Try again in a minute.', {
    cause,
  })
}

async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw providerError(error)
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  charge_already_refunded: 'it was already refunded in whole.',
  charge_disputed: 'it is disputed, and the bank decides.',
  charge_not_refundable: 'this payment cannot be refunded.',
  balance_insufficient: 'there is too little money at Stripe now. Try again after the next gifts.',
  insufficient_funds: 'there is too little money at Stripe now. Try again after the next gifts.',
}

/** Why Stripe said no to what was asked, as the end of a sentence; null for every other failure. */
export function refusalOf(error: unknown): string | null {
  const cause = error instanceof AppError ? error.cause : null
  if (!(cause instanceof Stripe.errors.StripeInvalidRequestError)) return null
  return REFUSALS[cause.code ?? ''] ?? 'it does not take this amount for this payment.'
}

/**
 * Whether Stripe holds a failure of its own under the key that was sent, and repeats it until it forgets the key. A first
 * failure says nothing of that: the call may never have been begun, or still be under way.
 */
export function isKeyUsedUp(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : null
  if (!(cause instanceof Stripe.errors.StripeError) || (cause.statusCode ?? 0) < 500) return false
  return cause.headers?.['idempotent-replayed'] === 'true'
}

/** The key with which a call is tried for the first, second, … time; a later one leaves behind a key that is used up. */
export function keyOfAttempt(idempotencyKey: string, attempt: number): string {
  return attempt === 1 ? idempotencyKey : `${idempotencyKey}#${attempt}`
}

/** What every attempt of a call writes on the object it makes: its key without the attempt. */
export function markOf(idempotencyKey: string): string {
  return idempotencyKey.replace(/#\d+(?=:|$)/, '')
}

function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && (error.code === 'resource_missing' || error.statusCode === 404)
}

function connect(key: string, base: string | undefined): Stripe {
  const address = base === undefined ? {} : addressOf(new URL(base))
  return new Stripe(key, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 3,
    timeout: 20_000,
    telemetry: false,
    appInfo: { name: 'Common Purse' },
    ...address,
  })
}

function addressOf(url: URL): { host: string; port: number; protocol: 'http' | 'https' } {
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return { host: url.hostname, port: Number(url.port || (protocol === 'http' ? 80 : 443)), protocol }
}
