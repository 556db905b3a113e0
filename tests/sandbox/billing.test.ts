import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import {
  ALWAYS_3DS,
  behaveAs,
  DAY,
  eventTypes,
  HOUR,
  invoices,
  item,
  monthlyParams,
  paidCharges,
  passPeriod,
  passTo,
  SAVED_THEN_DECLINED,
  subscribe,
} from './billing-support.ts'
import { closeAll, control, DECLINED, listenForWebhooks, pressPay, start, THREE_D_SECURE } from './support.ts'

afterEach(closeAll)

const JANUARY_31 = Date.UTC(2027, 0, 31, 12) / 1000

async function startAt(second: number) {
  const running = await start()
  await control(running.sandbox, 'PUT', 'clock', { now: second })
  return running
}

describe('a subscription begun on the hosted page', () => {
  test('is active, paid, tied to its first invoice, and carries the metadata', async () => {
    const running = await start()
    const { stripe } = running
    const created = await stripe.checkout.sessions.create(monthlyParams())
    expect(created).toMatchObject({ amount_total: 2606, subscription: null, customer: null, payment_status: 'unpaid' })
    expect(await (await fetch(created.url ?? '')).text()).toContain('$26.06')
    expect((await pressPay(created.url ?? '', '4242424242424242')).headers.get('location')).toContain(created.id)
    const session = await stripe.checkout.sessions.retrieve(created.id, {
      expand: ['subscription', 'invoice.payments'],
    })
    const subscription = session.subscription as Stripe.Subscription
    const invoice = session.invoice as Stripe.Invoice
    expect(session).toMatchObject({ status: 'complete', payment_status: 'paid', payment_intent: null })
    expect(subscription).toMatchObject({ status: 'active', latest_invoice: invoice.id, metadata: { pledge_id: 'p-1' } })
    expect(subscription.customer).toBe(session.customer)
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 2606, billing_reason: 'subscription_create' })
    expect(invoice.parent?.subscription_details).toMatchObject({
      subscription: subscription.id,
      metadata: { pledge_id: 'p-1' },
    })
    const intent = String(invoice.payments?.data[0]?.payment.payment_intent)
    const [charge] = await paidCharges(running)
    expect(charge).toMatchObject({ payment_intent: intent, amount: 2606, customer: session.customer, metadata: {} })
    const back = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } })
    expect(back.data.map((payment) => payment.invoice)).toEqual([invoice.id])
    const method = await stripe.paymentMethods.retrieve(String(subscription.default_payment_method))
    expect(method.customer).toBe(session.customer)
  })

  test('says so with the events Stripe sends, all signed and delivered', async () => {
    const endpoint = await listenForWebhooks()
    const running = await start({ webhookUrl: endpoint.url })
    await subscribe(running)
    await running.sandbox.delivered()
    const types = endpoint.received.map((received) => received.event.type)
    for (const type of [
      'customer.created',
      'payment_method.attached',
      'payment_intent.succeeded',
      'charge.succeeded',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice_payment.paid',
      'invoice.paid',
      'invoice.payment_succeeded',
      'checkout.session.completed',
    ]) {
      expect(types.filter((given) => given === type)).toEqual([type])
    }
  })

  test('does not exist after a declined, an unanswered or an expired page', async () => {
    const running = await start()
    const session = await running.stripe.checkout.sessions.create(monthlyParams())
    expect((await pressPay(session.url ?? '', DECLINED)).status).toBe(402)
    expect((await pressPay(session.url ?? '', SAVED_THEN_DECLINED)).status).toBe(402)
    const asked = await pressPay(session.url ?? '', THREE_D_SECURE)
    expect(asked.headers.get('location')).toMatch(/^\/c\/authenticate\/pi_/)
    running.sandbox.advance(DAY + 1)
    expect((await running.stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
    expect((await running.stripe.invoices.list()).data).toEqual([])
    expect(await paidCharges(running)).toEqual([])
    expect((await running.stripe.paymentIntents.list()).data.map((intent) => intent.status)).toEqual(['canceled'])
  })

  test('begins after 3-D Secure, and is then renewed without asking again', async () => {
    const running = await start()
    const session = await running.stripe.checkout.sessions.create(monthlyParams())
    const asked = await pressPay(session.url ?? '', THREE_D_SECURE)
    const bank = new URL(asked.headers.get('location') ?? '', running.sandbox.url)
    const answer = new URLSearchParams({ answer: 'complete' })
    const done = await fetch(bank, { method: 'POST', body: answer, redirect: 'manual' })
    expect(done.headers.get('location')).toContain('/thanks')
    const [subscription] = (await running.stripe.subscriptions.list()).data
    await passPeriod(running, subscription?.id ?? '')
    expect((await paidCharges(running)).length).toBe(2)
  })

  test('is one, however often the button is pressed', async () => {
    const running = await start()
    const session = await running.stripe.checkout.sessions.create(monthlyParams())
    await Promise.all(
      Array.from({ length: 10 }, () => pressPay(session.url ?? '', '4242424242424242', { attempt: '0' })),
    )
    expect((await running.stripe.subscriptions.list()).data.length).toBe(1)
    expect((await paidCharges(running)).length).toBe(1)
  })

  test('takes lines that are paid once with its first invoice only', async () => {
    const running = await start()
    const params = monthlyParams()
    params.line_items?.push({
      quantity: 1,
      price_data: { currency: 'usd', unit_amount: 300, product_data: { name: 'Tip' } },
    })
    const session = await running.stripe.checkout.sessions.create(params)
    await pressPay(session.url ?? '', '4242424242424242')
    const [subscription] = (await running.stripe.subscriptions.list()).data
    await passPeriod(running, subscription?.id ?? '')
    expect((await paidCharges(running)).map((charge) => charge.amount)).toEqual([2906, 2606])
    expect(subscription?.items.data.length).toBe(2)
  })

  test('is refused with lines that do not recur, that recur differently, or that belong to another mode', async () => {
    const { stripe } = await start()
    const once = { quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Gift' } } }
    const yearly = { ...once, price_data: { ...once.price_data, recurring: { interval: 'year' as const } } }
    const monthly = { ...once, price_data: { ...once.price_data, recurring: { interval: 'month' as const } } }
    const attempts = [
      monthlyParams({ line_items: [once] }),
      monthlyParams({ line_items: [monthly, yearly] }),
      monthlyParams({ mode: 'payment' }),
      monthlyParams({ payment_intent_data: { description: 'x' } }),
      monthlyParams({ customer_creation: 'always' }),
      monthlyParams({ subscription_data: { trial_period_days: 7 } }),
    ]
    for (const params of attempts) {
      await expect(stripe.checkout.sessions.create(params)).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
    }
  })
})

describe('a renewal', () => {
  test('charges once per period under a jump of a year, each dated rightly', async () => {
    const running = await startAt(JANUARY_31)
    const subscription = await subscribe(running)
    running.sandbox.advance(365 * DAY + 2 * HOUR)
    const days = (await invoices(running, subscription.id)).map((invoice) => {
      const line = invoice.lines.data[0]
      return new Date((line?.period.start ?? 0) * 1000).toISOString().slice(0, 10)
    })
    // The 31st is the last day of a shorter month and comes back after it.
    expect(days).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
      '2027-05-31',
      '2027-06-30',
      '2027-07-31',
      '2027-08-31',
      '2027-09-30',
      '2027-10-31',
      '2027-11-30',
      '2027-12-31',
      '2028-01-31',
    ])
    const charges = await paidCharges(running)
    expect(charges.length).toBe(13)
    for (const [index, charge] of charges.entries()) {
      const due = Date.parse(`${days[index]}T12:00:00Z`) / 1000 + (index === 0 ? 0 : HOUR)
      expect(Math.abs(charge.created - due)).toBeLessThan(10)
    }
  })

  test('is a draft for an hour; its lines are of the period that begins, its own period is the one that ended', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const { current_period_start, current_period_end } = item(subscription)
    await passTo(running, current_period_end + 1)
    const renewed = item(await running.stripe.subscriptions.retrieve(subscription.id))
    expect(renewed.current_period_start).toBe(current_period_end)
    const [, draft] = await invoices(running, subscription.id)
    expect(draft).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
      period_start: current_period_start,
      period_end: current_period_end,
      automatically_finalizes_at: current_period_end + HOUR,
      amount_due: 2606,
    })
    expect(draft?.lines.data[0]?.period).toEqual({ start: current_period_end, end: renewed.current_period_end })
    await passTo(running, current_period_end + HOUR)
    expect((await invoices(running, subscription.id))[1]).toMatchObject({ status: 'paid', attempt_count: 1 })
  })

  test('fits the virtual clock in steps of any length: the same invoices in the end', async () => {
    const states: string[] = []
    for (const steps of [1, 7, 60]) {
      const running = await startAt(JANUARY_31)
      const subscription = await subscribe(running)
      for (let step = 0; step < steps; step += 1) running.sandbox.advance(Math.ceil((200 * DAY) / steps))
      const made = await invoices(running, subscription.id)
      states.push(
        made
          .map((invoice) => `${invoice.status} ${invoice.lines.data[0]?.period.start}`)
          .join('\n')
          .replace(/\d{3}$/gm, ''),
      )
    }
    expect(new Set(states).size).toBe(1)
  })

  test('of a card that has expired fails with its code, and the new date on the card mends it', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const method = String(subscription.default_payment_method)
    const end = new Date(item(subscription).current_period_end * 1000)
    const before = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1, 1))
    const card = { exp_month: before.getUTCMonth() + 1, exp_year: before.getUTCFullYear() }
    await running.stripe.paymentMethods.update(method, { card })
    await passPeriod(running, subscription.id)
    const [failed] = (await running.stripe.charges.list()).data
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'expired_card' })
    await running.stripe.paymentMethods.update(method, { card: { exp_month: 12, exp_year: 2040 } })
    running.sandbox.advance(3 * DAY)
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
  })

  test('with a card that always asks for 3-D Secure waits for the holder, who can answer on the invoice’s page', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    await behaveAs(running, String(subscription.default_payment_method), ALWAYS_3DS)
    await passPeriod(running, subscription.id)
    const types = await eventTypes(running, 'invoice.*')
    expect(types.slice(-2)).toEqual(['invoice.payment_action_required', 'invoice.payment_failed'])
    const [, invoice] = await invoices(running, subscription.id)
    const pay = new URLSearchParams({ card: 'on-file' })
    const asked = await fetch(invoice?.hosted_invoice_url ?? '', { method: 'POST', body: pay, redirect: 'manual' })
    const bank = new URL(asked.headers.get('location') ?? '', running.sandbox.url)
    await fetch(bank, { method: 'POST', body: new URLSearchParams({ answer: 'complete' }), redirect: 'manual' })
    expect((await invoices(running, subscription.id))[1]?.status).toBe('paid')
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
    expect((await paidCharges(running)).length).toBe(2)
  })
})
