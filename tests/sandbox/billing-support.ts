import type Stripe from 'stripe'
import { control, pressPay, type Running, VISA } from './support.ts'

export const DAY = 24 * 3600
export const HOUR = 3600
export const SAVED_THEN_DECLINED = '4000000000000341'
export const ALWAYS_3DS = '4000002760003184'

type Params = Stripe.Checkout.SessionCreateParams

/** The parameters of a monthly gift of 25.00 with 1.06 for the fee, in two lines. */
export function monthlyParams(overrides: Partial<Params> = {}): Params {
  const recurring = { interval: 'month' as const }
  const line = (name: string, unit_amount: number) => ({
    quantity: 1,
    price_data: { currency: 'usd', unit_amount, recurring, product_data: { name } },
  })
  return {
    mode: 'subscription',
    submit_type: 'donate',
    line_items: [line('Monthly gift', 2500), line('Covered fee', 106)],
    subscription_data: { metadata: { pledge_id: 'p-1' } },
    metadata: { pledge_id: 'p-1' },
    success_url: 'http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/back',
    ...overrides,
  }
}

/** A subscription begun on the hosted page. */
export async function subscribe(running: Running, card = VISA): Promise<Stripe.Subscription> {
  const session = await running.stripe.checkout.sessions.create(monthlyParams())
  const answer = await pressPay(session.url ?? '', card)
  if (answer.status !== 303) throw new Error(`the page answered ${answer.status}`)
  const done = await running.stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
  return done.subscription as Stripe.Subscription
}

export function item(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [first] = subscription.items.data
  if (!first) throw new Error('the subscription has no item')
  return first
}

/** Moves the clock to a second after the period's end and the draft's hour. */
export async function passPeriod(running: Running, id: string): Promise<void> {
  const subscription = await running.stripe.subscriptions.retrieve(id)
  await passTo(running, item(subscription).current_period_end + HOUR + 1)
}

export async function passTo(running: Running, second: number): Promise<void> {
  const { now } = (await (await control(running.sandbox, 'GET', 'clock')).json()) as { now: number }
  if (second > now) running.sandbox.advance(second - now)
}

export async function behaveAs(running: Running, method: string, card: string | null): Promise<void> {
  const answer = await control(running.sandbox, 'PUT', 'cards', { payment_method: method, behaves_as: card })
  if (!answer.ok) throw new Error(await answer.text())
}

/** The invoices of a subscription, oldest first. */
export async function invoices(running: Running, subscription: string): Promise<Stripe.Invoice[]> {
  const found: Stripe.Invoice[] = []
  for await (const invoice of running.stripe.invoices.list({ subscription, limit: 100 })) found.push(invoice)
  return found.toReversed()
}

/** Every charge that took money, oldest first. */
export async function paidCharges(running: Running): Promise<Stripe.Charge[]> {
  const found: Stripe.Charge[] = []
  for await (const charge of running.stripe.charges.list({ limit: 100 })) if (charge.paid) found.push(charge)
  return found.toReversed()
}

/** The types of all events so far, oldest first. */
export async function eventTypes(running: Running, glob?: string): Promise<string[]> {
  const found: string[] = []
  for await (const event of running.stripe.events.list({ limit: 100, ...(glob && { type: glob }) })) {
    found.push(event.type)
  }
  return found.toReversed()
}
