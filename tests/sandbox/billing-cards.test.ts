import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import {
  DAY,
  eventTypes,
  HOUR,
  invoices,
  item,
  paidCharges,
  passPeriod,
  SAVED_THEN_DECLINED,
  subscribe,
} from './billing-support.ts'
import { closeAll, DECLINED, pressPay, type Running, start, THREE_D_SECURE, VISA } from './support.ts'

afterEach(closeAll)

const MASTERCARD = '5555555555554444'
const RETURN = 'http://127.0.0.1:9/pledge'

function press(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
}

async function answerBank(running: Running, asked: Response, answer: 'complete' | 'fail'): Promise<Response> {
  return press(new URL(asked.headers.get('location') ?? '', running.sandbox.url).href, { answer })
}

describe('a checkout session that only saves a card', () => {
  async function setupSession(running: Running) {
    const customer = await running.stripe.customers.create({ email: 'ann@example.org' })
    return running.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      setup_intent_data: { metadata: { pledge_id: 'p-1' } },
      success_url: 'http://127.0.0.1:9/saved?session={CHECKOUT_SESSION_ID}',
    })
  }

  test('has its intent from the start, charges nothing and gives the card to the customer', async () => {
    const running = await start()
    const session = await setupSession(running)
    expect(session).toMatchObject({ mode: 'setup', amount_total: null, payment_status: 'no_payment_required' })
    expect(session.setup_intent).toMatch(/^seti_/)
    expect((await pressPay(session.url ?? '', SAVED_THEN_DECLINED)).status).toBe(303)
    const done = await running.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['setup_intent.payment_method'],
    })
    const intent = done.setup_intent as Stripe.SetupIntent
    const method = intent.payment_method as Stripe.PaymentMethod
    expect(done).toMatchObject({ status: 'complete', payment_status: 'no_payment_required', payment_intent: null })
    expect(intent).toMatchObject({ status: 'succeeded', metadata: { pledge_id: 'p-1' }, customer: session.customer })
    expect(method).toMatchObject({ customer: session.customer, card: { last4: '0341' } })
    expect((await running.stripe.charges.list()).data).toEqual([])
    expect(await eventTypes(running)).toEqual([
      'customer.created',
      'setup_intent.created',
      'payment_method.attached',
      'setup_intent.succeeded',
      'checkout.session.completed',
    ])
  })

  test('can be declined, and asks for 3-D Secure', async () => {
    const running = await start()
    const session = await setupSession(running)
    const declined = await pressPay(session.url ?? '', DECLINED)
    expect(declined.status).toBe(402)
    expect(await declined.text()).toContain('Nothing has been saved')
    const refused = await answerBank(running, await pressPay(session.url ?? '', THREE_D_SECURE), 'fail')
    expect(refused.headers.get('location')).toBe(`/c/pay/${session.id}`)
    const saved = await answerBank(running, await pressPay(session.url ?? '', THREE_D_SECURE), 'complete')
    expect(saved.headers.get('location')).toContain('/saved?session=')
    expect(await eventTypes(running, 'setup_intent.*')).toEqual([
      'setup_intent.created',
      'setup_intent.setup_failed',
      'setup_intent.requires_action',
      'setup_intent.setup_failed',
      'setup_intent.requires_action',
      'setup_intent.succeeded',
    ])
  })

  test('takes its intent with it when it expires', async () => {
    const running = await start()
    const session = await setupSession(running)
    running.sandbox.advance(DAY + 1)
    expect((await running.stripe.setupIntents.retrieve(String(session.setup_intent))).status).toBe('canceled')
    expect((await pressPay(session.url ?? '', VISA)).status).toBe(410)
  })
})

describe('the billing portal', () => {
  async function portal(running: Running, flow?: Stripe.BillingPortal.SessionCreateParams.FlowData) {
    const subscription = await subscribe(running)
    const session = await running.stripe.billingPortal.sessions.create({
      customer: String(subscription.customer),
      return_url: RETURN,
      ...(flow && { flow_data: flow }),
    })
    return { subscription, url: session.url, session }
  }

  test('shows what runs, when it is next paid and with what', async () => {
    const running = await start()
    const { subscription, url } = await portal(running)
    const text = await (await fetch(url)).text()
    const next = new Date(item(subscription).current_period_end * 1000)
    for (const words of [
      'Monthly gift',
      '$26.06 per month',
      'Visa ending 4242',
      RETURN,
      String(next.getUTCFullYear()),
    ]) {
      expect(text).toContain(words)
    }
  })

  test('changes the card of the customer and of what they have running; the next month takes it', async () => {
    const running = await start()
    const { subscription, url } = await portal(running)
    expect((await press(url, { action: 'card', card: DECLINED })).status).toBe(402)
    expect((await press(url, { action: 'card', card: '1234' })).status).toBe(422)
    expect((await press(url, { action: 'card', card: MASTERCARD })).status).toBe(303)
    const after = await running.stripe.subscriptions.retrieve(subscription.id)
    expect(after.default_payment_method).not.toBe(subscription.default_payment_method)
    const customer = (await running.stripe.customers.retrieve(String(subscription.customer))) as Stripe.Customer
    expect(customer.invoice_settings.default_payment_method).toBe(after.default_payment_method)
    expect(await (await fetch(url)).text()).toContain('The new card is used from now on.')
    expect(await (await fetch(url)).text()).not.toContain('The new card is used from now on.')
    await passPeriod(running, subscription.id)
    expect((await paidCharges(running)).map((charge) => charge.payment_method_details?.card?.brand)).toEqual([
      'visa',
      'mastercard',
    ])
  })

  test('asks for 3-D Secure before a card is changed; a failed check changes nothing', async () => {
    const running = await start()
    const { subscription, url } = await portal(running)
    await answerBank(running, await press(url, { action: 'card', card: THREE_D_SECURE }), 'fail')
    const same = await running.stripe.subscriptions.retrieve(subscription.id)
    expect(same.default_payment_method).toBe(subscription.default_payment_method)
    const back = await answerBank(running, await press(url, { action: 'card', card: THREE_D_SECURE }), 'complete')
    expect(new URL(back.headers.get('location') ?? '', url).href).toBe(url)
    const changed = await running.stripe.subscriptions.retrieve(subscription.id)
    expect(changed.default_payment_method).not.toBe(subscription.default_payment_method)
  })

  test('with a card that is saved and then declined, the next renewal fails', async () => {
    const running = await start()
    const { subscription, url } = await portal(running)
    await press(url, { action: 'card', card: SAVED_THEN_DECLINED })
    await passPeriod(running, subscription.id)
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due')
    const [, invoice] = await invoices(running, subscription.id)
    expect(
      await (
        await fetch(
          (
            await running.stripe.billingPortal.sessions.create({ customer: String(subscription.customer) })
          ).url,
        )
      ).text(),
    ).toContain(invoice?.hosted_invoice_url ?? 'no page')
  })

  test('cancels at the period’s end and takes that back', async () => {
    const running = await start()
    const { subscription, url } = await portal(running)
    await press(url, { action: 'cancel', subscription: subscription.id })
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end).toBe(true)
    expect(await (await fetch(url)).text()).toContain('Do not cancel')
    await press(url, { action: 'keep', subscription: subscription.id })
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end).toBe(false)
  })

  test('does one task and goes back, where the session asks for it', async () => {
    const running = await start()
    const after_completion = { type: 'redirect' as const, redirect: { return_url: `${RETURN}?done` } }
    const { url } = await portal(running, { type: 'payment_method_update', after_completion })
    expect(await (await fetch(url)).text()).not.toContain('Cancel subscription')
    const done = await press(url, { action: 'card', card: MASTERCARD })
    expect(done.headers.get('location')).toBe(`${RETURN}?done`)
    const subscription = await subscribe(running)
    const flow_data = {
      type: 'subscription_cancel' as const,
      subscription_cancel: { subscription: subscription.id },
      after_completion,
    }
    const session = await running.stripe.billingPortal.sessions.create({
      customer: String(subscription.customer),
      flow_data,
    })
    expect(await (await fetch(session.url)).text()).toContain('Cancel it')
    const ended = await press(session.url, { action: 'cancel', subscription: subscription.id })
    expect(ended.headers.get('location')).toBe(`${RETURN}?done`)
  })

  test('lets nobody end what belongs to another', async () => {
    const running = await start()
    const { url, session } = await portal(running)
    const other = await subscribe(running)
    await press(url, { action: 'cancel', subscription: other.id })
    expect((await running.stripe.subscriptions.retrieve(other.id)).cancel_at_period_end).toBe(false)
    const flow_data = { type: 'subscription_cancel' as const, subscription_cancel: { subscription: other.id } }
    const created = running.stripe.billingPortal.sessions.create({ customer: session.customer, flow_data })
    await expect(created).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
  })

  test('follows its configuration, and its link is good for an hour', async () => {
    const running = await start()
    const configuration = await running.stripe.billingPortal.configurations.create({
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
    })
    const subscription = await subscribe(running)
    const { url } = await running.stripe.billingPortal.sessions.create({
      customer: String(subscription.customer),
      configuration: configuration.id,
    })
    expect(await (await fetch(url)).text()).not.toContain('Use this card')
    await press(url, { action: 'card', card: MASTERCARD })
    expect((await running.stripe.paymentMethods.list({ customer: String(subscription.customer) })).data.length).toBe(1)
    running.sandbox.advance(HOUR + 1)
    expect((await press(url, { action: 'cancel', subscription: subscription.id })).status).toBe(410)
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
    const again = await running.stripe.billingPortal.sessions.create({
      customer: String(subscription.customer),
      configuration: configuration.id,
    })
    await press(again.url, { action: 'cancel', subscription: subscription.id })
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled')
  })
})
