import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { subscribe } from './billing-support.ts'
import { closeAll, type Running, start } from './support.ts'

let running: Running

beforeAll(async () => {
  running = await start()
})
afterAll(closeAll)

const PATHS = [
  'checkout/sessions',
  'customers',
  'payment_intents',
  'refunds',
  'disputes',
  'disputes/dp_none',
  'payment_methods',
  'payouts',
  'products',
  'prices',
  'events',
  'balance_transactions',
  'subscriptions',
  'invoices',
  'invoice_payments',
  'payment_methods',
  'setup_intents',
  'billing_portal/sessions',
  'billing_portal/configurations',
]
const name = fc.oneof(
  fc.constantFrom(
    'mode',
    'amount',
    'currency',
    'line_items',
    'metadata',
    'expand',
    'created',
    'limit',
    'charge',
    'email',
    'name',
    'type',
    'customer',
    'items',
    'features',
    'price_data',
    'pause_collection',
    'payment',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', '[', ']', '[]', '%', 'a[b', '=', ''),
)
const key = fc
  .tuple(name, fc.array(fc.oneof(name, fc.nat(3).map(String)), { maxLength: 4 }))
  .map(([first, rest]) => first + rest.map((part) => `[${part}]`).join(''))
const value = fc.oneof(
  fc.constantFrom('', 'usd', 'payment', '500', '-1', '1e21', '9'.repeat(30), 'true', 'null', '\u0000', '%zz', '🧺'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const form = fc
  .array(fc.tuple(key, value), { maxLength: 8 })
  .map((pairs) => pairs.map(([k, v]) => `${k}=${encodeURIComponent(v.isWellFormed() ? v : 'x')}`).join('&'))

test('no form whatever brings an answer that is not Stripe-shaped, and none is a fault of the server', async () => {
  const headers = { Authorization: 'Bearer sk_test_sandbox', 'Content-Type': 'application/x-www-form-urlencoded' }
  const property = fc.asyncProperty(fc.constantFrom(...PATHS), fc.boolean(), form, async (path, asQuery, body) => {
    const base = `${running.sandbox.url}/v1/${path}`
    const answer = await (asQuery
      ? fetch(`${base}?${body}`, { headers })
      : fetch(base, { method: 'POST', headers, body }))
    const json = (await answer.json()) as { object?: string; error?: { type: string; message: string } }
    expect(answer.status).toBeLessThan(500)
    if (answer.status === 200) expect(json.object).toBeTypeOf('string')
    else expect(json.error).toMatchObject({ type: expect.any(String) as string, message: expect.any(String) as string })
  })
  await fc.assert(property, { numRuns: 600 })
})

test('no form whatever breaks a subscription, its invoice, its pages, or the portal', async () => {
  const subscription = await subscribe(running)
  const invoice = await running.stripe.invoices.retrieve(String(subscription.latest_invoice))
  const portal = await running.stripe.billingPortal.sessions.create({ customer: String(subscription.customer) })
  const method = String(subscription.default_payment_method)
  const headers = { Authorization: 'Bearer sk_test_sandbox', 'Content-Type': 'application/x-www-form-urlencoded' }
  const api = [
    `subscriptions/${subscription.id}`,
    `subscriptions/${subscription.id}/pause`,
    `subscriptions/${subscription.id}/resume`,
    `invoices/${invoice.id}`,
    `invoices/${invoice.id}/pay`,
    `invoices/${invoice.id}/void`,
    `invoices/${invoice.id}/finalize`,
    `payment_methods/${method}`,
    `payment_methods/${method}/attach`,
  ].map((path) => `${running.sandbox.url}/v1/${path}`)
  const pages = [invoice.hosted_invoice_url ?? '', portal.url]
  const property = fc.asyncProperty(fc.constantFrom(...api, ...pages), form, async (url, body) => {
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })
    expect(answer.status).toBeLessThan(500)
    expect(await answer.text()).not.toMatch(/<script/)
  })
  await fc.assert(property, { numRuns: 400 })
  expect((await running.stripe.subscriptions.retrieve(subscription.id)).items.data.length).toBe(2)
})

test('no form whatever breaks the hosted page or is put into it unescaped', async () => {
  const session = await running.stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'http://127.0.0.1:9/',
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Gift' } } }],
  })
  const hostile = fc.oneof(
    value,
    fc.constantFrom('"><script>alert(1)</script>', "' onfocus=alert(1) x='", '</style><script>'),
  )
  const property = fc.asyncProperty(
    fc.dictionary(fc.constantFrom('email', 'name', 'card', 'cardNumber', 'attempt'), hostile),
    async (fields) => {
      const answer = await fetch(session.url ?? '', {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      })
      expect(answer.status).toBeLessThan(500)
      const text = await answer.text()
      expect(text).not.toMatch(/<script|="' onfocus/)
    },
  )
  await fc.assert(property, { numRuns: 200 })
})
