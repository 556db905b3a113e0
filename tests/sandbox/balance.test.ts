import fc from 'fast-check'
import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { balanceOf, sumOf } from './money-support.ts'
import { closeAll, control, type Running, start } from './support.ts'

afterEach(closeAll)

const DAY = 24 * 3600
const REFUND_VERBS = ['succeed', 'fail', 'cancel']
const DISPUTE_VERBS = ['escalate', 'review', 'win', 'lose', 'appeal', 'close_inquiry']

/** One thing that happens; `which` picks an object made before, `share` a part of its amount in percent. */
type Step =
  | { kind: 'charge'; amount: number; currency: string; method: string }
  | { kind: 'refund'; which: number; share: number; outcome: string }
  | { kind: 'refund-verb'; which: number; verb: string }
  | { kind: 'dispute'; which: number; share: number; inquiry: boolean }
  | { kind: 'dispute-verb'; which: number; verb: string }
  | { kind: 'run-payouts' }
  | { kind: 'fail-payout'; which: number }
  | { kind: 'manual-payout'; share: number }
  | { kind: 'rate'; rate: number }
  | { kind: 'advance'; days: number }

const which = fc.nat(3)
const share = fc.integer({ min: 1, max: 120 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('charge' as const),
      amount: fc.integer({ min: 100, max: 90_000 }),
      currency: fc.constantFrom('usd', 'usd', 'eur', 'gbp'),
      method: fc.constantFrom('pm_card_visa', 'pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_createDispute'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      which,
      share,
      outcome: fc.constantFrom('succeeds', 'pending', 'fails', 'requires_action', 'insufficient_funds'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('refund-verb' as const), which, verb: fc.constantFrom(...REFUND_VERBS) }),
  },
  fc.record({ kind: fc.constant('dispute' as const), which, share, inquiry: fc.boolean() }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('dispute-verb' as const),
      which,
      verb: fc.constantFrom(...DISPUTE_VERBS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('run-payouts' as const) }) },
  fc.record({ kind: fc.constant('fail-payout' as const), which }),
  fc.record({ kind: fc.constant('manual-payout' as const), share }),
  fc.record({ kind: fc.constant('rate' as const), rate: fc.integer({ min: 5000, max: 25_000 }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), days: fc.integer({ min: 1, max: 12 }) }) },
)

// What does not apply is refused, and a refusal must leave nothing behind; only a fault of the sandbox may not happen.
async function press({ sandbox }: Running, path: string, body: object = {}, method = 'POST'): Promise<void> {
  const answer = await control(sandbox, method, path, body)
  expect([200, 400], await answer.text()).toContain(answer.status)
}

async function perform(running: Running, one: Step): Promise<void> {
  const { stripe } = running
  switch (one.kind) {
    case 'charge': {
      const { amount, currency, method } = one
      await stripe.paymentIntents.create({ amount, currency, payment_method: method, confirm: true })
      return
    }
    case 'refund':
    case 'dispute': {
      const charge = await pick(stripe.charges.list({ limit: 10 }), one.which)
      if (!charge) return
      const amount = Math.max(1, Math.floor((charge.amount * one.share) / 100))
      if (one.kind === 'refund') return press(running, 'refunds', { charge: charge.id, amount, outcome: one.outcome })
      return press(running, 'disputes', { charge: charge.id, amount, inquiry: one.inquiry })
    }
    case 'refund-verb': {
      const refund = await pick(stripe.refunds.list({ limit: 10 }), one.which)
      return refund && press(running, `refunds/${refund.id}/${one.verb}`)
    }
    case 'dispute-verb': {
      const dispute = await pick(stripe.disputes.list({ limit: 10 }), one.which)
      return dispute && press(running, `disputes/${dispute.id}/${one.verb}`)
    }
    case 'fail-payout': {
      const payout = await pick(stripe.payouts.list({ limit: 10 }), one.which)
      return payout && press(running, `payouts/${payout.id}/fail`)
    }
    case 'manual-payout': {
      const [available] = (await stripe.balance.retrieve()).available
      const amount = Math.floor(((available?.amount ?? 0) * one.share) / 100)
      await stripe.payouts.create({ amount, currency: available?.currency ?? 'usd' }).catch(expectRefusal)
      return
    }
    case 'run-payouts':
      return press(running, 'payouts/run')
    case 'rate':
      return press(running, 'settlement', { rates: { eur: (one.rate / 10_000).toFixed(4) } }, 'PUT')
    case 'advance':
      running.sandbox.advance(one.days * DAY)
  }
}

function expectRefusal(error: unknown): void {
  expect(error).toMatchObject({ statusCode: 400 })
}

async function pick<T>(page: PromiseLike<{ data: T[] }>, index: number): Promise<T | undefined> {
  const { data } = await page
  return data[index % Math.max(1, data.length)]
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of pages) found.push(one)
  return found
}

async function checkBalance(running: Running): Promise<void> {
  const transactions = await all(running.stripe.balanceTransactions.list({ limit: 100 }))
  for (const currency of ['usd', 'gbp', 'eur']) {
    const own = transactions.filter((one) => one.currency === currency)
    expect(await balanceOf(running, currency)).toBe(sumOf(own))
  }
  for (const one of transactions) {
    expect(one.fee).toBe(one.fee_details.reduce((sum, detail) => sum + detail.amount, 0))
    expect(one.net).toBe(one.amount - one.fee)
  }
}

async function checkPayouts({ stripe }: Running): Promise<void> {
  const takenBy = new Map<string, string>()
  for (const payout of await all(stripe.payouts.list({ limit: 100 }))) {
    const taken = await all(stripe.balanceTransactions.list({ payout: payout.id, limit: 100 }))
    if (!payout.automatic) {
      expect(taken).toEqual([])
      continue
    }
    const others = taken.filter((one) => one.id !== payout.balance_transaction)
    expect(taken.length - others.length).toBe(1)
    expect(sumOf(others)).toBe(payout.amount)
    expect(new Set(taken.map((one) => one.currency))).toEqual(new Set([payout.currency]))
    for (const { id } of taken) {
      expect(takenBy.get(id), `${id} belongs to two payouts`).toBeUndefined()
      takenBy.set(id, payout.id)
    }
  }
}

function isOver(refund: Stripe.Refund): boolean {
  return refund.status === 'failed' || refund.status === 'canceled'
}

async function checkCharges({ stripe }: Running): Promise<void> {
  for (const charge of await all(stripe.charges.list({ limit: 100, expand: ['data.refunds'] }))) {
    const refunds = charge.refunds?.data ?? []
    const taken = refunds.filter((refund) => refund.balance_transaction !== null && !isOver(refund))
    expect(charge.amount_refunded).toBe(taken.reduce((sum, refund) => sum + refund.amount, 0))
    expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount)
    for (const refund of refunds) {
      const sum = sumOf(await all(stripe.balanceTransactions.list({ source: refund.id })))
      const isUntaken = isOver(refund) || refund.balance_transaction === null
      expect(isUntaken ? sum === 0 : sum < 0, `${refund.id} ${refund.status} ${sum}`).toBe(true)
    }
  }
}

async function checkDisputes({ stripe }: Running): Promise<void> {
  for (const dispute of await all(stripe.disputes.list({ limit: 100 }))) {
    const moved = dispute.balance_transactions.map((one: Stripe.BalanceTransaction) => one.reporting_category)
    if (dispute.status.startsWith('warning_')) expect(moved).toEqual([])
    else if (dispute.status === 'won') expect(moved).toEqual(['dispute', 'dispute_reversal'])
    else expect(moved).toEqual(['dispute'])
    const sum = sumOf(dispute.balance_transactions)
    if (moved.length !== 1) expect(sum).toBe(0)
  }
}

async function checkEverything(running: Running): Promise<void> {
  await checkBalance(running)
  await checkPayouts(running)
  await checkCharges(running)
  await checkDisputes(running)
}

describe('after any history of charges, refunds, disputes and payouts', () => {
  test.each([
    ['a debt waits', false],
    ['the bank is debited', true],
  ])(
    'the balance is the sum of its transactions, each payout the sum of its own, none in two (%s)',
    async (_n, debit) => {
      const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const running = await start({
          debitNegativeBalances: debit,
          settlementCurrencies: ['usd', 'gbp'],
          availableDelaySeconds: 2 * DAY,
          payoutArrivalSeconds: DAY,
          refundDelaySeconds: 3 * DAY,
        })
        for (const one of steps) await perform(running, one)
        await checkEverything(running)
        running.sandbox.advance(200 * DAY)
        await press(running, 'payouts/run')
        await checkEverything(running)
        await closeAll()
      })
      await fc.assert(property, { numRuns: 60 })
    },
    240_000,
  )
})
