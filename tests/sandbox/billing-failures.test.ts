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
import { closeAll, control, DECLINED, type Running, start, VISA } from './support.ts'

afterEach(closeAll)

/** A subscription whose first renewal has just failed, and when. */
async function failedRenewal(running: Running) {
  const subscription = await subscribe(running)
  await behaveAs(running, String(subscription.default_payment_method), SAVED_THEN_DECLINED)
  const failedAt = item(subscription).current_period_end + HOUR
  await passTo(running, failedAt)
  const invoice = (await invoices(running, subscription.id))[1]
  if (!invoice) throw new Error('there is no renewal')
  return { id: subscription.id, method: String(subscription.default_payment_method), invoice, failedAt }
}

describe('a renewal that fails', () => {
  test('is tried again 3, 5 and 7 days after the failure, then the subscription is canceled', async () => {
    const running = await start()
    const { id, invoice, failedAt } = await failedRenewal(running)
    const seen: unknown[] = []
    const look = async () => {
      const now = await running.stripe.invoices.retrieve(invoice.id)
      const next = now.next_payment_attempt
      const { status } = await running.stripe.subscriptions.retrieve(id)
      seen.push([now.attempt_count, next === null ? null : Math.round((next - failedAt) / DAY), now.status, status])
    }
    await look()
    for (const day of [3, 5, 7]) {
      await passTo(running, failedAt + day * DAY - 60)
      await look()
      await passTo(running, failedAt + day * DAY + 60)
      await look()
    }
    expect(seen).toEqual([
      [1, 3, 'open', 'past_due'],
      [1, 3, 'open', 'past_due'],
      [2, 5, 'open', 'past_due'],
      [2, 5, 'open', 'past_due'],
      [3, 7, 'open', 'past_due'],
      [3, 7, 'open', 'past_due'],
      [4, null, 'open', 'canceled'],
    ])
    const ended = await running.stripe.subscriptions.retrieve(id)
    expect(ended.cancellation_details?.reason).toBe('payment_failed')
    running.sandbox.advance(90 * DAY)
    expect((await invoices(running, id)).length).toBe(2)
    expect((await paidCharges(running)).length).toBe(1)
  })

  test('sends one invoice.payment_failed for each try, with the day of the next', async () => {
    const running = await start()
    const { failedAt } = await failedRenewal(running)
    await passTo(running, failedAt + 8 * DAY)
    const failed = (await running.stripe.events.list({ type: 'invoice.payment_failed' })).data.toReversed()
    const next = failed.map(
      (event) => (event.data.object as { next_payment_attempt: number | null }).next_payment_attempt,
    )
    expect(next.map((at) => (at === null ? null : Math.round((at - failedAt) / DAY)))).toEqual([3, 5, 7, null])
  })

  test.each(['unpaid', 'past_due'] as const)(
    'ends %s where the settings say so, and the latest invoice brings it back',
    async (afterRetries) => {
      const running = await start()
      await control(running.sandbox, 'PUT', 'billing', { afterRetries, retryDays: [1] })
      const { id, method } = await failedRenewal(running)
      running.sandbox.advance(2 * DAY)
      expect((await running.stripe.subscriptions.retrieve(id)).status).toBe(afterRetries)
      await passPeriod(running, id)
      const latest = (await invoices(running, id)).at(-1)
      expect(latest).toMatchObject(
        afterRetries === 'unpaid' ? { status: 'draft', auto_advance: false } : { status: 'open', attempt_count: 1 },
      )
      await behaveAs(running, method, null)
      await running.stripe.invoices.pay(latest?.id ?? '')
      expect((await running.stripe.subscriptions.retrieve(id)).status).toBe('active')
    },
  )

  test('is recovered by the next try, and the months after it come as before', async () => {
    const running = await start()
    const { id, method, failedAt } = await failedRenewal(running)
    await behaveAs(running, method, null)
    await passTo(running, failedAt + 3 * DAY + 60)
    expect(await running.stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' })
    await passPeriod(running, id)
    expect((await paidCharges(running)).length).toBe(3)
  })

  test('is recovered on the invoice’s page with a new card, which is used from then on where the subscription says so', async () => {
    const running = await start()
    const { id, method, invoice } = await failedRenewal(running)
    const payment_settings = { save_default_payment_method: 'on_subscription' as const }
    await running.stripe.subscriptions.update(id, { payment_settings })
    const page = invoice.hosted_invoice_url ?? ''
    const text = await (await fetch(page)).text()
    expect(text).toContain('Pay $26.06')
    expect(text).toContain('Visa ending 4242')
    const press = (card: string) =>
      fetch(page, { method: 'POST', body: new URLSearchParams({ card }), redirect: 'manual' })
    expect((await press(DECLINED)).status).toBe(402)
    expect((await press('on-file')).status).toBe(402)
    expect((await press('5555555555554444')).status).toBe(303)
    expect(await (await fetch(page)).text()).toContain('This invoice is paid')
    const after = await running.stripe.subscriptions.retrieve(id)
    expect(after.status).toBe('active')
    expect(after.default_payment_method).not.toBe(method)
    running.sandbox.advance(8 * DAY)
    await passPeriod(running, id)
    expect((await paidCharges(running)).map((charge) => charge.payment_method_details?.card?.brand)).toEqual([
      'visa',
      'mastercard',
      'mastercard',
    ])
  })

  test('is recovered with a new card that is only the customer’s where the subscription does not say otherwise', async () => {
    const running = await start()
    const { id, method, invoice } = await failedRenewal(running)
    const body = new URLSearchParams({ card: VISA })
    await fetch(invoice.hosted_invoice_url ?? '', { method: 'POST', body, redirect: 'manual' })
    const after = await running.stripe.subscriptions.retrieve(id)
    expect(after).toMatchObject({ status: 'active', default_payment_method: method })
    const cards = await running.stripe.paymentMethods.list({ customer: String(after.customer) })
    expect(cards.data.length).toBe(2)
  })

  test('keeps its page after the subscription has ended; paying it brings nothing back to life', async () => {
    const running = await start()
    const { id, invoice, failedAt } = await failedRenewal(running)
    await passTo(running, failedAt + 8 * DAY)
    const body = new URLSearchParams({ card: VISA })
    const paid = await fetch(invoice.hosted_invoice_url ?? '', { method: 'POST', body, redirect: 'manual' })
    expect(paid.status).toBe(303)
    expect((await running.stripe.invoices.retrieve(invoice.id)).status).toBe('paid')
    expect((await running.stripe.subscriptions.retrieve(id)).status).toBe('canceled')
    running.sandbox.advance(60 * DAY)
    expect((await paidCharges(running)).length).toBe(2)
  })

  test('is paid once however often and however many ways it is paid at the same time', async () => {
    const running = await start()
    const { method, invoice } = await failedRenewal(running)
    await behaveAs(running, method, null)
    const body = new URLSearchParams({ card: VISA, attempt: '0' })
    const press = () => fetch(invoice.hosted_invoice_url ?? '', { method: 'POST', body, redirect: 'manual' })
    const call = () => running.stripe.invoices.pay(invoice.id).catch(() => undefined)
    await Promise.all([press(), call(), press(), call(), press(), call()])
    expect((await paidCharges(running)).length).toBe(2)
  })

  test('is not paid by a hand-made address, and an unknown one is not found', async () => {
    const running = await start()
    const { invoice } = await failedRenewal(running)
    const url = `${running.sandbox.url}/i/${invoice.id}_${'x'.repeat(25)}`
    expect((await fetch(url)).status).toBe(404)
    expect((await fetch(url, { method: 'POST', body: new URLSearchParams({ card: VISA }) })).status).toBe(404)
  })
})

describe('invoices.pay', () => {
  test('answers a declined card as a card error and counts no further try of the schedule', async () => {
    const running = await start()
    const { invoice } = await failedRenewal(running)
    await expect(running.stripe.invoices.pay(invoice.id)).rejects.toMatchObject({
      type: 'StripeCardError',
      code: 'card_declined',
      statusCode: 402,
    })
    const after = await running.stripe.invoices.retrieve(invoice.id)
    expect(after).toMatchObject({ attempt_count: 1, next_payment_attempt: invoice.next_payment_attempt })
  })

  test('under one idempotency key pays once and answers the same', async () => {
    const running = await start()
    const { method, invoice } = await failedRenewal(running)
    await behaveAs(running, method, null)
    const pay = () => running.stripe.invoices.pay(invoice.id, {}, { idempotencyKey: 'pay-1' })
    const first = await pay()
    const second = await pay()
    expect(first.status).toBe('paid')
    expect(second).toEqual(first)
    await expect(running.stripe.invoices.pay(invoice.id)).rejects.toMatchObject({ message: 'Invoice is already paid' })
    expect((await paidCharges(running)).length).toBe(2)
  })

  test('refuses what this sandbox does not do', async () => {
    const running = await start()
    const { invoice } = await failedRenewal(running)
    await expect(running.stripe.invoices.pay(invoice.id, { paid_out_of_band: true })).rejects.toMatchObject({
      param: 'paid_out_of_band',
    })
  })
})

describe('an open invoice', () => {
  test('that is voided is never charged again, and its payment is canceled', async () => {
    const running = await start()
    const { id, method, invoice } = await failedRenewal(running)
    await behaveAs(running, method, null)
    expect((await running.stripe.invoices.voidInvoice(invoice.id)).status).toBe('void')
    running.sandbox.advance(8 * DAY)
    expect((await paidCharges(running)).length).toBe(1)
    const [payment] = (await running.stripe.invoicePayments.list({ invoice: invoice.id })).data
    expect(payment?.status).toBe('canceled')
    expect((await fetch(invoice.hosted_invoice_url ?? '')).status).toBe(410)
    await expect(running.stripe.invoices.pay(invoice.id)).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
    expect(await eventTypes(running, 'invoice.voided')).toEqual(['invoice.voided'])
    // The most recent invoice that is not void is the paid one before it.
    expect((await running.stripe.subscriptions.retrieve(id)).status).toBe('active')
  })

  test('that is marked uncollectible is left alone, but can still be paid on its page', async () => {
    const running = await start()
    const { id, invoice } = await failedRenewal(running)
    const given = await running.stripe.invoices.markUncollectible(invoice.id)
    expect(given.status_details?.uncollectible?.reason).toBe('user_forgiven')
    expect((await running.stripe.subscriptions.retrieve(id)).status).toBe('active')
    running.sandbox.advance(8 * DAY)
    expect((await paidCharges(running)).length).toBe(1)
    const body = new URLSearchParams({ card: VISA })
    await fetch(invoice.hosted_invoice_url ?? '', { method: 'POST', body, redirect: 'manual' })
    expect((await running.stripe.invoices.retrieve(invoice.id)).status).toBe('paid')
  })
})
