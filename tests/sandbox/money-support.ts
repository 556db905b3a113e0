import type Stripe from 'stripe'
import { expect } from 'vitest'
import { control, type Running } from './support.ts'

export const DAY = 24 * 3600

/** A charge of 100.00 made with the named test payment method. */
export async function chargeWith(
  { stripe }: Running,
  method = 'pm_card_visa',
  overrides: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.Charge> {
  const intent = await stripe.paymentIntents.create({
    amount: 10_000,
    currency: 'usd',
    confirm: true,
    payment_method: method,
    description: 'Gift',
    ...overrides,
  })
  return stripe.charges.retrieve(String(intent.latest_charge), { expand: ['balance_transaction'] })
}

/** Presses a control button; the answer must be 200. */
export async function command<T>({ sandbox }: Running, path: string, body: object = {}, method = 'POST'): Promise<T> {
  const answer = await control(sandbox, method, path, body)
  const json = (await answer.json()) as T
  expect(answer.status, JSON.stringify(json)).toBe(200)
  return json
}

/** What a refused command says. */
export async function refusal({ sandbox }: Running, path: string, body: object = {}): Promise<string> {
  const answer = await control(sandbox, 'POST', path, body)
  expect(answer.status).toBe(400)
  return ((await answer.json()) as { error: { message: string } }).error.message
}

/** The types of all events, oldest first, without those named. */
export async function eventTypes({ stripe }: Running, type: string): Promise<string[]> {
  const events: Stripe.Event[] = []
  for await (const event of stripe.events.list({ type, limit: 100 })) events.push(event)
  return events.map((event) => event.type).toReversed()
}

export async function transactionsOf({ stripe }: Running, source: string): Promise<Stripe.BalanceTransaction[]> {
  const all: Stripe.BalanceTransaction[] = []
  for await (const transaction of stripe.balanceTransactions.list({ source, limit: 100 })) all.push(transaction)
  return all.toReversed()
}

/** What the balance says, available and pending together. */
export async function balanceOf({ stripe }: Running, currency = 'usd'): Promise<number> {
  const balance = await stripe.balance.retrieve()
  return [...balance.available, ...balance.pending]
    .filter((part) => part.currency === currency)
    .reduce((sum, part) => sum + part.amount, 0)
}

export function sumOf(transactions: Pick<Stripe.BalanceTransaction, 'net'>[]): number {
  return transactions.reduce((sum, transaction) => sum + transaction.net, 0)
}
