import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import type { BulkResult } from '#sandbox/bulk.ts'
import { feeFor } from '#sandbox/currency.ts'
import { closeAll, control, payOnce, type Running, start } from './support.ts'

afterEach(closeAll)

const DAY = 24 * 3600

function lineOf(currency: string, amount: number) {
  return {
    line_items: [{ price_data: { currency, unit_amount: amount, product_data: { name: 'Gift' } }, quantity: 1 }],
  }
}

function netOf(transactions: Stripe.BalanceTransaction[]): number {
  return transactions.reduce((sum, transaction) => sum + transaction.net, 0)
}

async function available(running: Running, currency = 'usd'): Promise<number | undefined> {
  return (await running.stripe.balance.retrieve()).available.find((part) => part.currency === currency)?.amount
}

describe('the fee', () => {
  test.each([
    [500, 'usd', 45], // 14.5 rounds up
    [1000, 'usd', 59],
    [2500, 'usd', 103], // 72.5 rounds up
    [10_000, 'eur', 315],
    [5000, 'jpy', 175],
    [5120, 'kwd', 180], // 148.48 goes to 150, in tens
    [5100, 'kwd', 180],
  ])('of %i %s is %i minor units', (amount, currency, fee) => {
    expect(feeFor(amount, currency)).toBe(fee)
  })

  test('is what the balance transaction takes, in currencies without and with three decimals', async () => {
    const running = await start()
    for (const [currency, amount] of [
      ['jpy', 5000],
      ['kwd', 5120],
    ] as const) {
      const session = await payOnce(running, lineOf(currency, amount))
      const charge = (session.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge
      const transaction = charge.balance_transaction as Stripe.BalanceTransaction
      expect(transaction).toMatchObject({
        amount,
        currency,
        exchange_rate: null,
        net: amount - feeFor(amount, currency),
      })
    }
  })

  test('never meets a three-decimal amount whose last digit is not zero', async () => {
    const running = await start()
    await expect(running.stripe.paymentIntents.create({ amount: 5125, currency: 'kwd' })).rejects.toThrow(
      'multiple of 10',
    )
  })
})

describe('the balance', () => {
  test('is pending for the delay and then available, and says so once', async () => {
    const running = await start({ availableDelaySeconds: 2 * DAY })
    await payOnce(running)
    expect(await running.stripe.balance.retrieve()).toMatchObject({
      available: [{ amount: 0, currency: 'usd' }],
      pending: [{ amount: 2500, currency: 'usd' }],
    })
    running.sandbox.advance(2 * DAY)
    expect(await running.stripe.balance.retrieve()).toMatchObject({
      available: [{ amount: 2500, currency: 'usd' }],
      pending: [{ amount: 0, currency: 'usd' }],
    })
    expect((await running.stripe.balanceTransactions.list()).data[0]?.status).toBe('available')
    expect((await running.stripe.events.list({ type: 'balance.available' })).data).toHaveLength(1)
  })

  test('is the sum of all balance transactions after payments, refunds and payouts', async () => {
    const running = await start({ availableDelaySeconds: 0 })
    const { stripe } = running
    const session = await payOnce(running)
    await payOnce(running)
    await stripe.refunds.create({ payment_intent: (session.payment_intent as Stripe.PaymentIntent).id, amount: 1000 })
    await stripe.payouts.create({ amount: 700, currency: 'usd' })
    expect(await available(running)).toBe(2500 + 2500 - 1000 - 700)
    const all = await stripe.balanceTransactions.list({ limit: 100 })
    expect(netOf(all.data)).toBe(2500 + 2500 - 1000 - 700)
  })

  test('leaves a charge without its transaction for a while when told to, as Stripe does', async () => {
    const running = await start({ balanceTransactionDelaySeconds: 60 })
    const session = await payOnce(running)
    const intent = session.payment_intent as Stripe.PaymentIntent
    expect((intent.latest_charge as Stripe.Charge).balance_transaction).toBeNull()
    running.sandbox.advance(60)
    const charge = await running.stripe.charges.retrieve((intent.latest_charge as Stripe.Charge).id)
    expect(charge.balance_transaction).toMatch(/^txn_/)
    const [updated] = (await running.stripe.events.list({ type: 'charge.updated' })).data
    expect(updated?.data.previous_attributes).toEqual({ balance_transaction: null })
  })
})

describe('a payout', () => {
  test('takes everything available, and its transactions add up to it', async () => {
    const running = await start({ availableDelaySeconds: DAY })
    await payOnce(running)
    await payOnce(running)
    running.sandbox.advance(DAY)
    await payOnce(running)
    const [payout] = (await (await control(running.sandbox, 'POST', 'payouts/run', {})).json()) as Stripe.Payout[]
    expect(payout).toMatchObject({ amount: 5000, currency: 'usd', automatic: true })
    const taken = await running.stripe.balanceTransactions.list({ payout: payout?.id ?? '', limit: 100 })
    const charges = taken.data.filter((transaction) => transaction.type === 'charge')
    expect(charges).toHaveLength(2)
    expect(netOf(charges)).toBe(payout?.amount)
    expect(taken.data.filter((t) => t.type === 'payout').map((t) => [t.amount, t.net])).toEqual([[-5000, -5000]])
    expect(await available(running)).toBe(0)
    expect(await (await control(running.sandbox, 'POST', 'payouts/run', {})).json()).toEqual([])
  })

  test('announces that it was made, paid and reconciled', async () => {
    const running = await start({ availableDelaySeconds: 0, payoutArrivalSeconds: DAY })
    await payOnce(running)
    const [made] = (await (await control(running.sandbox, 'POST', 'payouts/run', {})).json()) as Stripe.Payout[]
    expect(made).toMatchObject({ status: 'in_transit', reconciliation_status: 'in_progress' })
    running.sandbox.advance(DAY)
    expect(await running.stripe.payouts.retrieve(made?.id ?? '')).toMatchObject({
      status: 'paid',
      reconciliation_status: 'completed',
    })
    const types = (await running.stripe.events.list({ type: 'payout.*' })).data.map((event) => event.type)
    expect(types.toSorted()).toEqual(['payout.created', 'payout.paid', 'payout.reconciliation_completed'])
  })

  test('runs by itself at its interval', async () => {
    const running = await start({ availableDelaySeconds: 0, payoutIntervalSeconds: DAY })
    await payOnce(running)
    running.sandbox.advance(DAY)
    await payOnce(running)
    running.sandbox.advance(3 * DAY)
    const payouts = (await running.stripe.payouts.list()).data
    expect(payouts.map((payout) => payout.amount)).toEqual([2500, 2500])
    expect(new Set(payouts.map((payout) => payout.created)).size).toBe(2)
  })

  test('of more than there is, is refused', async () => {
    const { stripe } = await start()
    await expect(stripe.payouts.create({ amount: 1, currency: 'usd' })).rejects.toMatchObject({
      code: 'balance_insufficient',
    })
  })
})

describe('a refund', () => {
  test('is at most what is left of the charge, and keeps the fee', async () => {
    const running = await start()
    const { stripe } = running
    const session = await payOnce(running)
    const charge = ((session.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge).id
    const part = await stripe.refunds.create({ charge, amount: 606, expand: ['balance_transaction'] })
    expect(part.balance_transaction).toMatchObject({ amount: -606, fee: 0, net: -606, reporting_category: 'refund' })
    await expect(stripe.refunds.create({ charge, amount: 2001 })).rejects.toThrow('greater than unrefunded amount')
    await stripe.refunds.create({ charge })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 2606, refunded: true })
    await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({ code: 'charge_already_refunded' })
    const types = (await stripe.events.list({ limit: 100 })).data.map((event) => event.type)
    expect(types.filter((type) => type === 'charge.refunded')).toHaveLength(2)
    expect(types.filter((type) => type === 'refund.created')).toHaveLength(2)
  })
})

describe('charges in bulk', () => {
  test('are as complete as others, lie in the past, and make no event', async () => {
    const running = await start()
    const now = Math.floor(Date.now() / 1000)
    const wanted = Array.from({ length: 2000 }, (_, n) => ({
      amount: 500 + n,
      currency: 'USD',
      created: now - (2000 - n) * 3600,
      metadata: { n: String(n) },
      email: `donor${n}@example.org`,
      name: `Donor ${n}`,
    }))
    const answer = await control(running.sandbox, 'POST', 'charges/bulk', wanted)
    const made = (await answer.json()) as BulkResult[]
    expect(made).toHaveLength(2000)
    const sample = made[7]
    const intent = await running.stripe.paymentIntents.retrieve(sample?.payment_intent ?? '', {
      expand: ['latest_charge.balance_transaction'],
    })
    expect(intent).toMatchObject({
      status: 'succeeded',
      metadata: { n: '7' },
      latest_charge: {
        id: sample?.charge,
        billing_details: { email: 'donor7@example.org' },
        balance_transaction: {
          id: sample?.balance_transaction,
          fee: sample?.fee,
          net: sample?.net,
          status: 'available',
        },
      },
    })
    expect((await running.stripe.events.list()).data).toEqual([])
    const all = (await (
      await control(running.sandbox, 'GET', 'balance_transactions.json')
    ).json()) as Stripe.BalanceTransaction[]
    expect(netOf(all)).toBe(made.reduce((sum, row) => sum + row.net, 0))
  })

  test('are all made or none', async () => {
    const running = await start()
    const good = { amount: 500, currency: 'usd', created: 1_700_000_000 }
    const answer = await control(running.sandbox, 'POST', 'charges/bulk', [good, { ...good, amount: 1 }])
    expect(answer.status).toBe(400)
    expect((await running.stripe.charges.list()).data).toEqual([])
  })

  test('page through in order, without gap or repeat', async () => {
    const running = await start()
    const rows = Array.from({ length: 250 }, (_, n) => ({
      amount: 500,
      currency: 'usd',
      created: 1_700_000_000 + (n % 3),
    }))
    await control(running.sandbox, 'POST', 'charges/bulk', rows)
    const seen: Stripe.BalanceTransaction[] = []
    for await (const transaction of running.stripe.balanceTransactions.list({ limit: 100 })) seen.push(transaction)
    expect(new Set(seen.map((t) => t.id)).size).toBe(250)
    expect(seen.map((t) => t.created)).toEqual(seen.map((t) => t.created).toSorted((a, b) => b - a))
    const second = await running.stripe.balanceTransactions.list({ limit: 3, starting_after: seen[4]?.id ?? '' })
    expect(second.data.map((t) => t.id)).toEqual(seen.slice(5, 8).map((t) => t.id))
    const back = await running.stripe.balanceTransactions.list({ limit: 3, ending_before: seen[5]?.id ?? '' })
    expect(back.data.map((t) => t.id)).toEqual(seen.slice(2, 5).map((t) => t.id))
    const recent = await running.stripe.balanceTransactions.list({ created: { gte: 1_700_000_002 }, limit: 100 })
    expect(recent.data).toHaveLength(83)
  })
})
