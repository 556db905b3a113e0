import Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { client, closeAll, control, DECLINED, pressPay, sessionParams, start } from './support.ts'

afterEach(closeAll)

async function failureOf(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Stripe.errors.StripeError)
  return error as Stripe.errors.StripeError
}

type Params = Stripe.Checkout.SessionCreateParams
const wrong = (params: object) => sessionParams(params as Partial<Params>)

describe('parameters', () => {
  const line = { price_data: { currency: 'usd', unit_amount: 2500, product_data: { name: 'Gift' } }, quantity: 1 }
  const cases: [string, object, { code?: string; param?: string; message?: RegExp }][] = [
    ['an unknown one', { amount_of_joy: 1 }, { code: 'parameter_unknown', param: 'amount_of_joy' }],
    [
      'an unknown one deep inside',
      { line_items: [{ ...line, price_data: { ...line.price_data, color: 'red' } }] },
      { code: 'parameter_unknown', param: 'line_items[0][price_data][color]' },
    ],
    [
      'a missing one deep inside',
      { line_items: [{ quantity: 1, price_data: { unit_amount: 500, product_data: { name: 'Gift' } } }] },
      { code: 'parameter_missing', param: 'line_items[0][price_data][currency]' },
    ],
    [
      'a fraction for an integer',
      { line_items: [{ ...line, price_data: { ...line.price_data, unit_amount: 24.5 } }] },
      {
        code: 'parameter_invalid_integer',
        param: 'line_items[0][price_data][unit_amount]',
        message: /Invalid integer: 24.5/,
      },
    ],
    [
      'a word outside its list',
      { mode: 'gift' },
      { param: 'mode', message: /must be one of payment, setup, or subscription/ },
    ],
    [
      'a word for a boolean',
      { allow_promotion_codes: 'maybe' },
      { param: 'allow_promotion_codes', message: /Invalid boolean: maybe/ },
    ],
    ['an empty text', { customer_email: '' }, { code: 'parameter_invalid_empty', param: 'customer_email' }],
    [
      'a text for an object',
      { payment_intent_data: 'none' },
      { param: 'payment_intent_data', message: /Invalid object/ },
    ],
    ['no address to return to', { success_url: undefined }, { code: 'parameter_missing', param: 'success_url' }],
    ['an address that is none', { success_url: 'javascript:alert(1)' }, { code: 'url_invalid', param: 'success_url' }],
    ['a wrong e-mail', { customer_email: 'nobody' }, { code: 'email_invalid', param: 'customer_email' }],
    ['no lines', { line_items: [] }, { code: 'parameter_missing', param: 'line_items' }],
    [
      'a currency that is none',
      { line_items: [{ ...line, price_data: { ...line.price_data, currency: 'zzz' } }] },
      { message: /Invalid currency: zzz/ },
    ],
    [
      'less than the minimum',
      { line_items: [{ ...line, price_data: { ...line.price_data, unit_amount: 49 } }] },
      { code: 'amount_too_small' },
    ],
    [
      'a negative price',
      { line_items: [{ ...line, price_data: { ...line.price_data, unit_amount: -500 } }] },
      { param: 'unit_amount' },
    ],
    [
      'two currencies',
      { line_items: [line, { ...line, price_data: { ...line.price_data, currency: 'eur' } }] },
      { message: /same currency/ },
    ],
    [
      'an expiry too near',
      { expires_at: Math.floor(Date.now() / 1000) + 60 },
      { param: 'expires_at', message: /at least 30 minutes/ },
    ],
    [
      'an expiry too far',
      { expires_at: Math.floor(Date.now() / 1000) + 90_000 },
      { param: 'expires_at', message: /less than 24 hours/ },
    ],
    ['metadata that is too long', { metadata: { note: 'x'.repeat(501) } }, { param: 'metadata[note]' }],
    ['a customer that does not exist', { customer: 'cus_nobody' }, { code: 'resource_missing', param: 'customer' }],
  ]
  test.each(cases)('%s are refused as Stripe refuses them', async (_name, params, expected) => {
    const { stripe } = await start()
    const error = await failureOf(stripe.checkout.sessions.create(wrong(params)))
    expect(error.type).toBe('StripeInvalidRequestError')
    expect(error.statusCode).toBe(400)
    if (expected.code) expect(error.code).toBe(expected.code)
    if (expected.param) expect(error.param).toBe(expected.param)
    if (expected.message) expect(error.message).toMatch(expected.message)
  })

  test('of a list are checked too', async () => {
    const { stripe } = await start()
    expect(await failureOf(stripe.events.list({ limit: 101 }))).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'limit',
    })
    const unknown = stripe.events.list({ colour: 'red' } as Stripe.EventListParams)
    expect(await failureOf(unknown)).toMatchObject({ code: 'parameter_unknown', param: 'colour' })
    expect(await failureOf(stripe.events.list({ starting_after: 'evt_none' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    })
  })

  test('named like parts of the language are only unknown', async () => {
    const { sandbox } = await start()
    const headers = { Authorization: 'Bearer sk_test_sandbox' }
    const body = new URLSearchParams({ '__proto__[polluted]': '1' })
    const answer = await fetch(`${sandbox.url}/v1/customers`, { method: 'POST', headers, body })
    expect(answer.status).toBe(400)
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })

  test('survive every kind of character in metadata', async () => {
    const { stripe } = await start()
    const metadata = { 'a b': '100% [sure] & = + ünï 🧺', '0': 'zero', '1': 'one' }
    const customer = await stripe.customers.create({ metadata })
    expect((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).toMatchObject({ metadata })
    const changed = await stripe.customers.update(customer.id, { metadata: { '0': '', more: '1' } })
    expect(changed.metadata).toEqual({ 'a b': metadata['a b'], '1': 'one', more: '1' })
  })
})

describe('a request', () => {
  test('without the right key is 401', async () => {
    const { sandbox } = await start()
    const error = await failureOf(client(sandbox, 'sk_test_of_somebody_else').balance.retrieve())
    expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' })
    expect(error.message).not.toContain('somebody')
    expect((await fetch(`${sandbox.url}/v1/balance`)).status).toBe(401)
    const basic = { Authorization: `Basic ${Buffer.from('sk_test_sandbox:').toString('base64')}` }
    expect((await fetch(`${sandbox.url}/v1/balance`, { headers: basic })).status).toBe(200)
  })

  test('for what does not exist is 404', async () => {
    const { stripe } = await start()
    const error = await failureOf(stripe.checkout.sessions.retrieve('cs_test_none'))
    expect(error).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such checkout.session: 'cs_test_none'",
    })
    expect(await failureOf(stripe.terminal.readers.list())).toMatchObject({ statusCode: 404 })
  })

  test('says who it was and which version answered', async () => {
    const { sandbox, stripe } = await start()
    const balance = await stripe.balance.retrieve()
    expect(balance.lastResponse.requestId).toMatch(/^req_\w{14}$/)
    expect(balance.lastResponse.apiVersion).toBe('2026-10-28.endive')
    const headers = { Authorization: 'Bearer sk_test_sandbox', 'Stripe-Version': 'latest' }
    expect((await fetch(`${sandbox.url}/v1/balance`, { headers })).status).toBe(400)
  })

  test('in JSON is refused', async () => {
    const { sandbox } = await start()
    const headers = { Authorization: 'Bearer sk_test_sandbox', 'Content-Type': 'application/json' }
    const answer = await fetch(`${sandbox.url}/v1/customers`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(400)
  })
})

describe('an idempotency key', () => {
  test('replays the first result', async () => {
    const { stripe } = await start()
    const first = await stripe.checkout.sessions.create(sessionParams(), { idempotencyKey: 'k1' })
    const again = await stripe.checkout.sessions.create(sessionParams(), { idempotencyKey: 'k1' })
    expect(again.id).toBe(first.id)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect((await stripe.checkout.sessions.list()).data).toHaveLength(1)
  })

  test('with other parameters is refused', async () => {
    const { stripe } = await start()
    await stripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'k1' })
    const error = await failureOf(stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'k1' }))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
  })

  test('is not used up by parameters that are wrong', async () => {
    const { stripe } = await start()
    await failureOf(stripe.customers.create({ nam: 'Ann' } as Stripe.CustomerCreateParams, { idempotencyKey: 'k1' }))
    expect(await stripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'k1' })).toMatchObject({ name: 'Ann' })
  })

  test('replays a failure of the server too', async () => {
    const { sandbox, stripe } = await start()
    await control(sandbox, 'PUT', 'faults', { rules: [{ method: 'POST', path: '/v1/customers', kind: '500' }] })
    const key = { idempotencyKey: 'k1' }
    expect(await failureOf(stripe.customers.create({ name: 'Ann' }, key))).toMatchObject({ statusCode: 500 })
    expect(await failureOf(stripe.customers.create({ name: 'Ann' }, key))).toMatchObject({ statusCode: 500 })
    expect((await stripe.customers.list()).data).toHaveLength(0)
    expect(await stripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'k2' })).toMatchObject({ name: 'Ann' })
  })

  test('replays a failure that came after the object was made', async () => {
    const { sandbox, stripe } = await start()
    const kind = '500_after_commit'
    await control(sandbox, 'PUT', 'faults', { rules: [{ method: 'POST', path: '/v1/customers', kind }] })
    const key = { idempotencyKey: 'k1' }
    const first = await failureOf(stripe.customers.create({ name: 'Ann' }, key))
    expect(first.headers?.['idempotent-replayed']).toBeUndefined()
    const again = await failureOf(stripe.customers.create({ name: 'Ann' }, key))
    expect(again).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } })
    expect((await stripe.customers.list()).data).toMatchObject([{ name: 'Ann' }])
  })

  test('that is being used is 409', async () => {
    const { sandbox, stripe } = await start()
    await control(sandbox, 'PUT', 'faults', { rules: [{ path: '/v1/customers', kind: 'slow', delayMs: 400 }] })
    const key = { idempotencyKey: 'k1' }
    const results = await Promise.allSettled([
      stripe.customers.create({ name: 'Ann' }, key),
      stripe.customers.create({ name: 'Ann' }, key),
    ])
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Stripe.errors.StripeError] : [],
    )
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })

  test('is forgotten after a day', async () => {
    const { sandbox, stripe } = await start()
    const first = await stripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'k1' })
    sandbox.advance(24 * 3600 + 1)
    const second = await stripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'k1' })
    expect(second.id).not.toBe(first.id)
  })

  test('saves the caller whose answer was lost after the commit', async () => {
    const { sandbox } = await start()
    const stripe = new Stripe('sk_test_sandbox', {
      host: '127.0.0.1',
      port: sandbox.port,
      protocol: 'http',
      maxNetworkRetries: 2,
    })
    for (const kind of ['reset_after_commit', 'truncate', 'reset_before']) {
      await control(sandbox, 'PUT', 'faults', { rules: [{ path: '/v1/customers', kind }] })
      const work = stripe.customers.create({ name: kind }, { idempotencyKey: kind })
      await work.catch(() => stripe.customers.create({ name: kind }, { idempotencyKey: kind }))
    }
    expect((await stripe.customers.list()).data.map((c) => c.name)).toEqual([
      'reset_before',
      'truncate',
      'reset_after_commit',
    ])
  })
})

describe('a fault', () => {
  test('wears out after its number of times', async () => {
    const { sandbox, stripe } = await start()
    await control(sandbox, 'PUT', 'faults', { rules: [{ method: 'GET', path: '/v1/balance', kind: '429', times: 2 }] })
    for (let n = 0; n < 2; n += 1) {
      expect(await failureOf(stripe.balance.retrieve())).toMatchObject({
        statusCode: 429,
        type: 'StripeRateLimitError',
      })
    }
    expect(await stripe.balance.retrieve()).toMatchObject({ object: 'balance' })
  })
})

describe('expand', () => {
  test('more than four levels deep, or of what cannot be, is refused', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    const tooDeep = stripe.checkout.sessions.retrieve(session.id, { expand: ['a.b.c.d.e'] })
    expect((await failureOf(tooDeep)).message).toContain('more than 4 levels')
    const never = stripe.checkout.sessions.retrieve(session.id, { expand: ['colour'] })
    expect((await failureOf(never)).message).toContain('cannot be expanded')
  })
})

describe('a payment intent', () => {
  test('confirmed with a test card succeeds, and with the declined one is a card error', async () => {
    const { stripe } = await start()
    const base = { amount: 2000, currency: 'usd', confirm: true } as const
    const paid = await stripe.paymentIntents.create({ ...base, payment_method: 'pm_card_visa' })
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2000 })
    const error = await failureOf(
      stripe.paymentIntents.create({ ...base, payment_method: 'pm_card_visa_chargeDeclined' }),
    )
    expect(error).toMatchObject({
      statusCode: 402,
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'generic_decline',
    })
    expect((await stripe.charges.list()).data).toHaveLength(2)
  })

  test('of a checkout session can only be paid and ended by that session', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(sessionParams())
    await pressPay(session.url ?? '', DECLINED)
    const intent = String((await stripe.checkout.sessions.retrieve(session.id)).payment_intent)
    const confirmed = stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' })
    expect(await failureOf(confirmed)).toMatchObject({ code: 'payment_intent_unexpected_state' })
    await failureOf(stripe.paymentIntents.cancel(intent))
    await failureOf(stripe.paymentIntents.update(intent, { amount: 100 }))
    await stripe.checkout.sessions.expire(session.id)
    expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
    })
  })

  test('that is paid cannot be canceled', async () => {
    const { stripe } = await start()
    const intent = await stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
    })
    expect(await failureOf(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
  })
})
