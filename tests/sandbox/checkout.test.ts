import Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import {
  closeAll,
  DECLINED,
  listenForWebhooks,
  payOnce,
  pressPay,
  sessionParams,
  start,
  THREE_D_SECURE,
  VISA,
} from './support.ts'

afterEach(closeAll)

describe('a checkout session', () => {
  test('goes from creation over the hosted page to a signed webhook', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url, webhookSecrets: ['whsec_a', 'whsec_b'] })
    const session = await stripe.checkout.sessions.create(sessionParams())
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 2606,
    })
    expect(session.id).toMatch(/^cs_test_/)
    expect(session.payment_intent).toBeNull()

    const page = await fetch(session.url ?? '')
    expect(page.status).toBe(200)
    const text = await page.text()
    expect(text).toContain('no real money')
    expect(text).toContain('$26.06')
    expect(text).toContain('Gift: Winter &amp; &lt;heat&gt;')

    const paid = await pressPay(session.url ?? '', VISA)
    expect(paid.status).toBe(303)
    expect(paid.headers.get('location')).toBe(`http://127.0.0.1:9/thanks?session=${session.id}`)

    await sandbox.delivered()
    const completed = endpoint.received.find((r) => r.event.type === 'checkout.session.completed')
    for (const secret of ['whsec_a', 'whsec_b']) {
      const event = Stripe.webhooks.constructEvent(completed?.payload ?? '', completed?.signature ?? '', secret)
      expect(event.data.object).toMatchObject({ id: session.id, payment_status: 'paid', metadata: { donation: 'd-1' } })
    }
  })

  test('once paid leads to its charge, fee and net', async () => {
    const running = await start()
    const session = await payOnce(running)
    const intent = session.payment_intent as Stripe.PaymentIntent
    const charge = intent.latest_charge as Stripe.Charge
    const transaction = charge.balance_transaction as Stripe.BalanceTransaction
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2606, metadata: { donation: 'd-1' } })
    expect(charge.billing_details).toMatchObject({ email: 'ann@example.org', name: 'Ann Example' })
    expect(charge.metadata).toEqual({ donation: 'd-1' })
    // 2.9 % of 26.06 is 0.75574, and 0.30 on top.
    expect(transaction).toMatchObject({
      amount: 2606,
      fee: 106,
      net: 2500,
      reporting_category: 'charge',
      status: 'pending',
    })
    expect(transaction.fee_details).toEqual([
      { amount: 106, application: null, currency: 'usd', description: 'Stripe processing fees', type: 'stripe_fee' },
    ])
    expect(transaction.source).toBe(charge.id)
    expect(session.customer_details).toMatchObject({ email: 'ann@example.org', name: 'Ann Example' })
  })

  test('is paid once however often the button is pressed', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => pressPay(session.url ?? '', VISA, { attempt: '0' })),
    )
    expect(answers.map((a) => a.status)).toEqual(Array.from({ length: 20 }, () => 303))
    expect((await stripe.charges.list()).data).toHaveLength(1)
    expect((await stripe.balanceTransactions.list()).data).toHaveLength(1)
    expect((await stripe.events.list({ type: 'checkout.session.completed' })).data).toHaveLength(1)
  })

  test('stays open after a decline and can then be paid with another card', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const refused = await pressPay(session.url ?? '', DECLINED)
    expect(refused.status).toBe(402)
    const page = await refused.text()
    expect(page).toContain('Your card was declined.')
    expect(page).toContain('value="ann@example.org"')
    const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(after.status).toBe('open')
    expect(after.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined', decline_code: 'generic_decline', type: 'card_error' },
    })
    expect((await pressPay(session.url ?? '', VISA)).status).toBe(303)
    const charges = await stripe.charges.list()
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
    expect(new Set(charges.data.map((charge) => charge.payment_intent)).size).toBe(1)
    const types = (await stripe.events.list({ limit: 100 })).data.map((event) => event.type)
    expect(types).toEqual(
      expect.arrayContaining(['charge.failed', 'payment_intent.payment_failed', 'charge.succeeded']),
    )
  })

  test('with 3-D Secure is paid only after the check is completed', async () => {
    const { sandbox, stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const asked = await pressPay(session.url ?? '', THREE_D_SECURE)
    expect(asked.status).toBe(303)
    const check = new URL(asked.headers.get('location') ?? '', sandbox.url).href
    expect(await (await fetch(check)).text()).toContain('3-D Secure')
    expect((await stripe.charges.list()).data).toHaveLength(0)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(check, { method: 'POST', body: new URLSearchParams({ answer: 'complete' }), redirect: 'manual' }),
      ),
    )
    for (const answer of answers) expect(answer.headers.get('location')).toContain('/thanks?session=')
    expect((await stripe.charges.list()).data).toHaveLength(1)
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
    })
  })

  test('with a failed 3-D Secure check leads back to the page and keeps nothing', async () => {
    const { sandbox, stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const asked = await pressPay(session.url ?? '', THREE_D_SECURE)
    const check = new URL(asked.headers.get('location') ?? '', sandbox.url).href
    const failed = await fetch(check, {
      method: 'POST',
      body: new URLSearchParams({ answer: 'fail' }),
      redirect: 'manual',
    })
    expect(failed.headers.get('location')).toBe(`/c/pay/${session.id}`)
    expect(await (await fetch(session.url ?? '')).text()).toContain('did not confirm')
    expect((await stripe.balanceTransactions.list()).data).toHaveLength(0)
    expect((await pressPay(session.url ?? '', VISA)).status).toBe(303)
  })

  test('expires by itself, says so, and cannot be paid any more', async () => {
    const { sandbox, stripe } = await start()
    const session = await stripe.checkout.sessions.create(
      sessionParams({ expires_at: Math.floor(Date.now() / 1000) + 1800 }),
    )
    sandbox.advance(1801)
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'expired', url: null })
    expect((await stripe.events.list({ type: 'checkout.session.expired' })).data).toHaveLength(1)
    const answer = await pressPay(session.url ?? '', VISA)
    expect(answer.status).toBe(410)
    expect(await answer.text()).toContain('expired')
    expect((await stripe.charges.list()).data).toHaveLength(0)
  })

  test('can be expired by the merchant, once', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    expect((await stripe.checkout.sessions.expire(session.id)).status).toBe('expired')
    await expect(stripe.checkout.sessions.expire(session.id)).rejects.toThrow('can be expired')
  })

  test('gives its lines when asked to expand them', async () => {
    const { stripe } = await start()
    const created = await stripe.checkout.sessions.create(sessionParams({ expand: ['line_items'] }))
    expect(created.line_items?.data.map((line) => [line.description, line.amount_total])).toEqual([
      ['Gift: Winter & <heat>', 2500],
      ['Covered fee', 106],
    ])
    expect(await stripe.checkout.sessions.retrieve(created.id)).not.toHaveProperty('line_items')
    expect((await stripe.checkout.sessions.listLineItems(created.id)).data).toHaveLength(2)
  })

  test('makes a customer when told to', async () => {
    const running = await start()
    const session = await payOnce(running, { customer_creation: 'always' })
    expect(await running.stripe.customers.retrieve(String(session.customer))).toMatchObject({
      email: 'ann@example.org',
    })
    expect((await running.stripe.events.list({ type: 'customer.created' })).data).toHaveLength(1)
  })
})

describe('the hosted page', () => {
  test('keeps what was typed and marks the wrong field', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const answer = await pressPay(session.url ?? '', VISA, { email: 'nobody"><script>', name: '"><img src=x>' })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain('aria-invalid="true"')
    expect(page).toContain('value="nobody&quot;&gt;&lt;script&gt;"')
    expect(page).not.toContain('<img')
    expect(page).not.toContain('<script')
  })

  test('refuses a card that is not a test card and does not repeat its number', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const answer = await pressPay(session.url ?? '', 'typed', { cardNumber: '4539 1488 0343 6467' })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain('Only test cards work')
    expect(page).not.toContain('6467')
  })

  test('takes a typed test card', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const answer = await pressPay(session.url ?? '', 'typed', { cardNumber: '5555 5555 5555 4444' })
    expect(answer.status).toBe(303)
    expect((await stripe.charges.list()).data[0]?.payment_method_details?.card).toMatchObject({
      brand: 'mastercard',
      last4: '4444',
    })
  })

  test('says that an unknown session does not exist', async () => {
    const { sandbox } = await start()
    expect((await fetch(`${sandbox.url}/c/pay/cs_test_nothing`)).status).toBe(404)
  })

  test('of a finished session says so', async () => {
    const running = await start()
    const session = await payOnce(running)
    const page = await fetch(`${running.sandbox.url}/c/pay/${session.id}`)
    expect(await page.text()).toContain('This payment is complete')
  })
})
