import fc from 'fast-check'
import type Stripe from 'stripe'
import { afterAll, expect, test } from 'vitest'
import { behaveAs, DAY, HOUR, invoices, item, paidCharges, SAVED_THEN_DECLINED, subscribe } from './billing-support.ts'
import { closeAll, type Running, start, VISA } from './support.ts'

afterAll(closeAll)

type Step =
  | { do: 'advance'; seconds: number }
  | { do: 'card'; fails: boolean }
  | { do: 'amount'; minor: number }
  | { do: 'pause' | 'unpause' | 'cancel' | 'cancelLater' | 'keep' | 'pay' | 'page' | 'stop' | 'resume' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      seconds: fc.constantFrom(1, 59 * 60, HOUR, DAY, 3 * DAY, 9 * DAY, 31 * DAY, 100 * DAY),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('card' as const), fails: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('amount' as const), minor: fc.integer({ min: 100, max: 9_000 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'pause' as const,
        'unpause' as const,
        'cancelLater' as const,
        'keep' as const,
        'pay' as const,
        'page' as const,
        'stop' as const,
        'resume' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel' as const }) },
)

test('whatever is done in whatever order: one invoice for a period, one payment for an invoice, nothing after the end, and the balance is the sum', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
    const running = await start()
    const subscription = await subscribe(running)
    for (const one of steps) await play(running, subscription, one)
    await checkRules(running, subscription.id)
    await running.sandbox.close()
  })
  await fc.assert(property, { numRuns: 60 })
})

async function play(running: Running, first: Stripe.Subscription, step: Step): Promise<void> {
  const { subscriptions } = running.stripe
  const { id } = first
  const refused = (answer: Promise<unknown>) =>
    answer.catch((error: unknown) => {
      // Refused is an answer; a fault of the server is not.
      expect((error as { statusCode?: number }).statusCode).toBeLessThan(500)
    })
  switch (step.do) {
    case 'advance':
      running.sandbox.advance(step.seconds)
      return
    case 'card':
      return behaveAs(running, String(first.default_payment_method), step.fails ? SAVED_THEN_DECLINED : null)
    case 'amount': {
      const { price, id: itemId } = item(first)
      const price_data = {
        currency: 'usd',
        product: String(price.product),
        recurring: { interval: 'month' as const },
        unit_amount: step.minor,
      }
      await refused(subscriptions.update(id, { items: [{ id: itemId, price_data }], proration_behavior: 'none' }))
      return
    }
    case 'pause':
      await refused(subscriptions.update(id, { pause_collection: { behavior: 'void' } }))
      return
    case 'unpause':
      await refused(subscriptions.update(id, { pause_collection: '' }))
      return
    case 'cancelLater':
    case 'keep':
      await refused(subscriptions.update(id, { cancel_at_period_end: step.do === 'cancelLater' }))
      return
    case 'cancel':
      await refused(subscriptions.cancel(id))
      return
    case 'stop':
      await refused(subscriptions.pause(id))
      return
    case 'resume':
      // A period begins anew here; Stripe counts in seconds, and the rule knows a period by the second it begins in.
      running.sandbox.advance(1)
      await refused(subscriptions.resume(id))
      return
    case 'pay':
    case 'page': {
      const open = (await invoices(running, id)).find((invoice) => invoice.status === 'open')
      if (!open) return
      if (step.do === 'pay') await refused(running.stripe.invoices.pay(open.id))
      else
        await fetch(open.hosted_invoice_url ?? '', {
          method: 'POST',
          body: new URLSearchParams({ card: VISA }),
          redirect: 'manual',
        })
    }
  }
}

async function checkRules(running: Running, id: string): Promise<void> {
  const made = await invoices(running, id)
  const charges = await paidCharges(running)
  const starts = made.map((invoice) => invoice.lines.data[0]?.period.start)
  expect(new Set(starts).size).toBe(starts.length)
  const paid = made.filter((invoice) => invoice.status === 'paid')
  expect(charges.map((charge) => charge.amount).toSorted()).toEqual(
    paid.map((invoice) => invoice.amount_paid).toSorted(),
  )
  for (const invoice of made) {
    const [payment, ...more] = (await running.stripe.invoicePayments.list({ invoice: invoice.id })).data
    expect(more).toEqual([])
    expect(payment?.status).toBe(
      { draft: undefined, open: 'open', paid: 'paid', void: 'canceled' }[String(invoice.status)],
    )
    expect(invoice.amount_remaining).toBe(invoice.status === 'paid' ? 0 : invoice.amount_due)
  }
  const subscription = await running.stripe.subscriptions.retrieve(id)
  if (subscription.status === 'canceled') {
    const last = made.at(-1)
    running.sandbox.advance(70 * DAY)
    expect((await invoices(running, id)).at(-1)?.id).toBe(last?.id)
    expect((await paidCharges(running)).length).toBe(charges.length)
  }
  const balance = await running.stripe.balance.retrieve()
  const total = [...balance.available, ...balance.pending].reduce((sum, part) => sum + part.amount, 0)
  let net = 0
  for await (const transaction of running.stripe.balanceTransactions.list({ limit: 100 })) net += transaction.net
  expect(total).toBe(net)
}
