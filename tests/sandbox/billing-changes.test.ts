import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import {
  behaveAs,
  DAY,
  eventTypes,
  HOUR,
  invoices,
  item,
  paidCharges,
  passPeriod,
  passTo,
  SAVED_THEN_DECLINED,
  subscribe,
} from './billing-support.ts'
import { closeAll, control, type Running, start } from './support.ts'

afterEach(closeAll)

function newAmount(subscription: Stripe.Subscription, unit_amount: number): Stripe.SubscriptionUpdateParams {
  const { id, price } = item(subscription)
  const price_data = {
    currency: 'usd',
    product: String(price.product),
    recurring: { interval: 'month' as const },
    unit_amount,
  }
  return { items: [{ id, price_data }], proration_behavior: 'none' }
}

async function clock(running: Running): Promise<number> {
  return ((await (await control(running.sandbox, 'GET', 'clock')).json()) as { now: number }).now
}

describe('a changed amount', () => {
  test('counts from the next period on and charges nothing now', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const updated = await running.stripe.subscriptions.update(subscription.id, newAmount(subscription, 4000))
    expect(item(updated)).toMatchObject({ current_period_end: item(subscription).current_period_end })
    expect(item(updated).price.unit_amount).toBe(4000)
    expect((await invoices(running, subscription.id)).length).toBe(1)
    await passPeriod(running, subscription.id)
    await passPeriod(running, subscription.id)
    expect((await paidCharges(running)).map((charge) => charge.amount)).toEqual([2606, 4106, 4106])
  })

  test('leaves a renewal that is already drafted as it is', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    await passTo(running, item(subscription).current_period_end + 60)
    await running.stripe.subscriptions.update(subscription.id, newAmount(subscription, 4000))
    running.sandbox.advance(HOUR)
    await passPeriod(running, subscription.id)
    expect((await paidCharges(running)).map((charge) => charge.amount)).toEqual([2606, 2606, 4106])
  })

  test('without the item’s id is a further item, and a deleted one is no longer charged', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const wanted = newAmount(subscription, 1000)
    delete wanted.items?.[0]?.id
    const more = await running.stripe.subscriptions.update(subscription.id, wanted)
    expect(more.items.data.length).toBe(3)
    expect((await running.stripe.subscriptionItems.list({ subscription: subscription.id })).data).toEqual(
      more.items.data,
    )
    const added = more.items.data[2]?.id ?? ''
    expect((await running.stripe.subscriptionItems.retrieve(added)).price.unit_amount).toBe(1000)
    await running.stripe.subscriptions.update(subscription.id, {
      items: [{ id: more.items.data[1]?.id ?? '', deleted: true }],
      proration_behavior: 'none',
    })
    await passPeriod(running, subscription.id)
    expect((await paidCharges(running)).map((charge) => charge.amount)).toEqual([2606, 3500])
  })

  test('is refused with prorations, another currency, another interval, too little, or somebody else’s item', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const other = await subscribe(running)
    const good = newAmount(subscription, 4000)
    const priceData = good.items?.[0]?.price_data
    if (!priceData) throw new Error('unreachable')
    const withPrice = (change: Partial<typeof priceData>) => ({
      ...good,
      items: [{ id: item(subscription).id, price_data: { ...priceData, ...change } }],
    })
    for (const params of [
      { items: good.items ?? [] },
      withPrice({ currency: 'eur' }),
      withPrice({ recurring: { interval: 'year' } }),
      {
        ...good,
        items: subscription.items.data
          .map(({ id }) => ({ id, quantity: 0, price_data: { ...priceData, unit_amount: 10 } }))
          .concat([{ id: item(subscription).id, quantity: 1, price_data: { ...priceData, unit_amount: 10 } }]),
      },
      newAmount(other, 4000),
    ]) {
      const answer = running.stripe.subscriptions.update(subscription.id, params)
      await expect(answer).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
    }
    expect(item(await running.stripe.subscriptions.retrieve(subscription.id)).price.unit_amount).toBe(2500)
  })

  test('is told once, with what it was before; a change of nothing is no news', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    await running.stripe.subscriptions.update(subscription.id, { metadata: { pledge_id: 'p-2' } })
    await running.stripe.subscriptions.update(subscription.id, { metadata: { pledge_id: 'p-2' } })
    const told = (await running.stripe.events.list({ type: 'customer.subscription.updated' })).data
    expect(told.length).toBe(1)
    expect(told[0]?.data.previous_attributes).toEqual({ metadata: { pledge_id: 'p-1' } })
  })
})

describe('a drafted renewal', () => {
  test('that shall not advance is never charged, and is again when it shall', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    await passTo(running, item(subscription).current_period_end + 60)
    const draft = (await invoices(running, subscription.id))[1]?.id ?? ''
    const held = await running.stripe.invoices.update(draft, { auto_advance: false })
    expect(held).toMatchObject({ status: 'draft', auto_advance: false, automatically_finalizes_at: null })
    running.sandbox.advance(3 * DAY)
    expect((await paidCharges(running)).length).toBe(1)
    await running.stripe.invoices.update(draft, { auto_advance: true })
    running.sandbox.advance(HOUR)
    expect((await running.stripe.invoices.retrieve(draft)).status).toBe('paid')
  })
})

describe('a pause of collection', () => {
  test.each([
    ['void', 'void'],
    ['mark_uncollectible', 'uncollectible'],
    ['keep_as_draft', 'draft'],
  ] as const)(
    'with %s makes invoices that are %s and charges nothing; after it the months are charged again',
    async (behavior, state) => {
      const running = await start()
      const { id } = await subscribe(running)
      const paused = await running.stripe.subscriptions.update(id, { pause_collection: { behavior } })
      expect(paused).toMatchObject({ status: 'active', pause_collection: { behavior, resumes_at: null } })
      await passPeriod(running, id)
      await passPeriod(running, id)
      expect((await invoices(running, id)).map((invoice) => invoice.status)).toEqual(['paid', state, state])
      await running.stripe.subscriptions.update(id, { pause_collection: '' })
      await passPeriod(running, id)
      expect((await invoices(running, id)).map((invoice) => invoice.status)).toEqual(['paid', state, state, 'paid'])
      expect((await paidCharges(running)).length).toBe(2)
    },
  )

  test('ends by itself at resumes_at', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const resumes_at = item(subscription).current_period_end + DAY
    await running.stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void', resumes_at } })
    await passTo(running, resumes_at)
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).pause_collection).toBeNull()
    await passPeriod(running, subscription.id)
    expect((await invoices(running, subscription.id)).map((invoice) => invoice.status)).toEqual([
      'paid',
      'void',
      'paid',
    ])
  })
})

describe('a paused subscription', () => {
  test('has no periods; resumed it begins a new one with its payment', async () => {
    const running = await start()
    const { id } = await subscribe(running)
    expect((await running.stripe.subscriptions.pause(id)).status).toBe('paused')
    running.sandbox.advance(100 * DAY)
    expect((await invoices(running, id)).length).toBe(1)
    const resumed = await running.stripe.subscriptions.resume(id)
    expect(resumed.status).toBe('active')
    expect(Math.abs(item(resumed).current_period_start - (await clock(running)))).toBeLessThan(10)
    expect((await paidCharges(running)).length).toBe(2)
    await passPeriod(running, id)
    expect((await paidCharges(running)).length).toBe(3)
  })

  test('resumed on its old anchor within the paid month charges nothing twice', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    await running.stripe.subscriptions.pause(subscription.id)
    running.sandbox.advance(5 * DAY)
    const resumed = await running.stripe.subscriptions.resume(subscription.id, {
      billing_cycle_anchor: { type: 'unchanged' },
    })
    expect(item(resumed).current_period_end).toBe(item(subscription).current_period_end)
    expect(await eventTypes(running, 'customer.subscription.*')).toEqual([
      'customer.subscription.created',
      'customer.subscription.paused',
      'customer.subscription.resumed',
    ])
    await passPeriod(running, subscription.id)
    expect((await paidCharges(running)).length).toBe(2)
  })
})

describe('a cancel', () => {
  test('at once charges nothing more and is told as deleted', async () => {
    const running = await start()
    const { id } = await subscribe(running)
    const canceled = await running.stripe.subscriptions.cancel(id, { cancellation_details: { comment: 'Moved away' } })
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'cancellation_requested', comment: 'Moved away' },
    })
    expect(await eventTypes(running, 'customer.subscription.deleted')).toEqual(['customer.subscription.deleted'])
    running.sandbox.advance(90 * DAY)
    expect((await paidCharges(running)).length).toBe(1)
    await expect(running.stripe.subscriptions.cancel(id)).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    await expect(running.stripe.subscriptions.update(id, { cancel_at_period_end: true })).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
    })
    expect((await running.stripe.subscriptions.list()).data).toEqual([])
    expect((await running.stripe.subscriptions.list({ status: 'all' })).data.length).toBe(1)
  })

  test('at the period’s end leaves the paid month, can be taken back, and ends without another charge', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const { id } = subscription
    const end = item(subscription).current_period_end
    const asked = await running.stripe.subscriptions.update(id, { cancel_at_period_end: true })
    expect(asked).toMatchObject({ status: 'active', cancel_at: end, cancel_at_period_end: true })
    expect((await running.stripe.subscriptions.update(id, { cancel_at_period_end: false })).cancel_at).toBeNull()
    await running.stripe.subscriptions.update(id, { cancel_at_period_end: true })
    await passTo(running, end + 1)
    expect((await running.stripe.subscriptions.retrieve(id)).status).toBe('canceled')
    running.sandbox.advance(90 * DAY)
    expect((await paidCharges(running)).length).toBe(1)
  })

  test.each([-1, 0, 1, HOUR - 1, HOUR, HOUR + 1])(
    'racing a renewal (%d seconds around it) charges that period at most once and says the truth',
    async (offset) => {
      const running = await start()
      const subscription = await subscribe(running)
      await passTo(running, item(subscription).current_period_end + offset)
      const before = (await paidCharges(running)).length
      const canceled = await running.stripe.subscriptions.cancel(subscription.id)
      expect(canceled.status).toBe('canceled')
      running.sandbox.advance(40 * DAY)
      const paid = (await paidCharges(running)).length
      // What was charged before the cancel stands, and the cancel's answer is the last word.
      expect(paid).toBe(before)
      expect(paid).toBe(offset >= HOUR ? 2 : 1)
      const made = await invoices(running, subscription.id)
      expect(made.filter((invoice) => invoice.status === 'paid').length).toBe(paid)
      for (const invoice of made) if (invoice.status === 'draft') expect(invoice.auto_advance).toBe(false)
    },
  )

  test('while a failed renewal is being tried again ends the tries', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    const method = String(subscription.default_payment_method)
    await behaveAs(running, method, SAVED_THEN_DECLINED)
    await passPeriod(running, subscription.id)
    await behaveAs(running, method, null)
    await running.stripe.subscriptions.cancel(subscription.id)
    running.sandbox.advance(30 * DAY)
    expect((await paidCharges(running)).length).toBe(1)
    expect((await invoices(running, subscription.id))[1]).toMatchObject({
      status: 'open',
      auto_advance: false,
      next_payment_attempt: null,
    })
  })

  test('of the customer ends what they had', async () => {
    const running = await start()
    const subscription = await subscribe(running)
    await running.stripe.customers.del(String(subscription.customer))
    running.sandbox.advance(1)
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled')
  })
})

describe('through the API', () => {
  async function customerWith(running: Running, token: string) {
    const customer = await running.stripe.customers.create({ email: 'ann@example.org', name: 'Ann' })
    const method = await running.stripe.paymentMethods.attach(token, { customer: customer.id })
    await running.stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
    const product = await running.stripe.products.create({ name: 'Gift' })
    const recurring = { interval: 'week' as const, interval_count: 2 }
    const price = await running.stripe.prices.create({
      currency: 'usd',
      unit_amount: 700,
      product: product.id,
      recurring,
    })
    return { customer: customer.id, method: method.id, price: price.id }
  }

  test('a subscription charges the customer’s default card, every two weeks', async () => {
    const running = await start()
    const { customer, price } = await customerWith(running, 'pm_card_visa')
    const created = await running.stripe.subscriptions.create({ customer, items: [{ price, quantity: 2 }] })
    expect(created.status).toBe('active')
    running.sandbox.advance(28 * DAY + 2 * HOUR)
    expect((await paidCharges(running)).map((charge) => charge.amount)).toEqual([1400, 1400, 1400])
  })

  test('a first payment that fails is incomplete, for 23 hours', async () => {
    const running = await start()
    const { customer, price } = await customerWith(running, 'pm_card_chargeCustomerFail')
    const { id, status } = await running.stripe.subscriptions.create({ customer, items: [{ price }] })
    expect(status).toBe('incomplete')
    running.sandbox.advance(23 * HOUR + 1)
    expect((await running.stripe.subscriptions.retrieve(id)).status).toBe('incomplete_expired')
    expect((await invoices(running, id)).map((invoice) => invoice.status)).toEqual(['void'])
  })

  test('error_if_incomplete leaves nothing behind, default_incomplete waits for its payment', async () => {
    const running = await start()
    const { customer, price } = await customerWith(running, 'pm_card_chargeCustomerFail')
    const strict = running.stripe.subscriptions.create({
      customer,
      items: [{ price }],
      payment_behavior: 'error_if_incomplete',
    })
    await expect(strict).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await running.stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
    const waiting = await running.stripe.subscriptions.create({
      customer,
      items: [{ price }],
      payment_behavior: 'default_incomplete',
    })
    const card = await running.stripe.paymentMethods.attach('pm_card_visa', { customer })
    await running.stripe.invoices.pay(String(waiting.latest_invoice), { payment_method: card.id })
    expect((await running.stripe.subscriptions.retrieve(waiting.id)).status).toBe('active')
  })

  test('a declined card cannot be attached, nobody else’s card can be a default', async () => {
    const running = await start()
    const mine = await customerWith(running, 'pm_card_visa')
    const theirs = await customerWith(running, 'pm_card_mastercard')
    const attach = running.stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer: mine.customer })
    await expect(attach).rejects.toMatchObject({ code: 'card_declined' })
    const invoice_settings = { default_payment_method: theirs.method }
    await expect(running.stripe.customers.update(mine.customer, { invoice_settings })).rejects.toMatchObject({
      code: 'resource_missing',
    })
    const listed = await running.stripe.customers.listPaymentMethods(mine.customer)
    expect(listed.data.map((method) => method.id)).toEqual([mine.method])
    await running.stripe.paymentMethods.detach(mine.method)
    const created = running.stripe.subscriptions.create({ customer: mine.customer, items: [{ price: mine.price }] })
    await expect(created).rejects.toMatchObject({ code: 'resource_missing' })
  })

  test('creating twice under one idempotency key is one subscription', async () => {
    const running = await start()
    const { customer, price } = await customerWith(running, 'pm_card_visa')
    const create = () =>
      running.stripe.subscriptions.create({ customer, items: [{ price }] }, { idempotencyKey: 'sub-1' })
    expect((await create()).id).toBe((await create()).id)
    expect((await paidCharges(running)).length).toBe(1)
  })
})
