import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { balanceOf, chargeWith, command, DAY, eventTypes, refusal, sumOf, transactionsOf } from './money-support.ts'
import { closeAll, type Running, start } from './support.ts'

afterEach(closeAll)

const NET = 10_000 - 320

async function payOut(running: Running): Promise<Stripe.Payout> {
  const [payout] = await command<Stripe.Payout[]>(running, 'payouts/run')
  if (!payout) throw new Error('there was nothing to pay out')
  return payout
}

async function listed({ stripe }: Running, payout: string): Promise<Stripe.BalanceTransaction[]> {
  const all: Stripe.BalanceTransaction[] = []
  for await (const one of stripe.balanceTransactions.list({ payout, limit: 100 })) all.push(one)
  return all.toReversed()
}

describe('an automatic payout', () => {
  test('lists the charges, refunds and disputes it is made of, and adds up', async () => {
    const running = await start({ availableDelaySeconds: 0 })
    const first = await chargeWith(running)
    const second = await chargeWith(running)
    await chargeWith(running)
    await running.stripe.refunds.create({ charge: first.id, amount: 2500 })
    await command(running, 'disputes', { charge: second.id, amount: 4000 })
    const payout = await payOut(running)
    expect(payout.amount).toBe(3 * NET - 2500 - 5500)
    const taken = await listed(running, payout.id)
    expect(taken.map((one) => one.reporting_category)).toEqual([
      'charge',
      'charge',
      'charge',
      'refund',
      'dispute',
      'payout',
    ])
    expect(sumOf(taken)).toBe(0)
    expect(sumOf(taken.filter((one) => one.type !== 'payout'))).toBe(payout.amount)
  })

  test('is reconciled when it has arrived, and has the number the bank prints', async () => {
    const running = await start({ availableDelaySeconds: 0, payoutArrivalSeconds: 2 * DAY })
    await chargeWith(running)
    const { id } = await payOut(running)
    expect(await running.stripe.payouts.retrieve(id)).toMatchObject({
      status: 'in_transit',
      reconciliation_status: 'in_progress',
      trace_id: { status: 'pending', value: null },
    })
    running.sandbox.advance(2 * DAY)
    const paid = await running.stripe.payouts.retrieve(id)
    expect(paid).toMatchObject({ status: 'paid', reconciliation_status: 'completed' })
    expect(paid.trace_id?.value).toMatch(/^\d{15}$/)
    expect(await eventTypes(running, 'payout.*')).toEqual([
      'payout.created',
      'payout.paid',
      'payout.reconciliation_completed',
    ])
  })

  test('takes from the bank what is missing, where that is allowed', async () => {
    const running = await start({ availableDelaySeconds: 0, debitNegativeBalances: true })
    const charge = await chargeWith(running)
    await payOut(running)
    await command(running, 'disputes', { charge: charge.id })
    const debit = await payOut(running)
    expect(debit.amount).toBe(-11_500)
    const taken = await listed(running, debit.id)
    expect(taken.map((one) => [one.reporting_category, one.net])).toEqual([
      ['dispute', -11_500],
      ['payout', 11_500],
    ])
    expect(await balanceOf(running)).toBe(0)
  })

  test('waits until a debt is earned back, where it is not', async () => {
    const running = await start({ availableDelaySeconds: 0 })
    const charge = await chargeWith(running)
    await payOut(running)
    await command(running, 'disputes', { charge: charge.id })
    expect(await command(running, 'payouts/run')).toEqual([])
    await chargeWith(running)
    await chargeWith(running)
    expect((await payOut(running)).amount).toBe(2 * NET - 11_500)
  })
})

describe('a payout that fails', () => {
  test('on its way gives the money back and keeps its list', async () => {
    const running = await start({ availableDelaySeconds: 0, payoutArrivalSeconds: DAY })
    await chargeWith(running)
    const { id, amount } = await payOut(running)
    const failed = await command<Stripe.Payout>(running, `payouts/${id}/fail`, { failure_code: 'no_account' })
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'no_account', reconciliation_status: 'completed' })
    expect(failed.failure_message).toContain('No bank account')
    const returned = await running.stripe.balanceTransactions.retrieve(String(failed.failure_balance_transaction))
    expect(returned).toMatchObject({
      amount,
      net: amount,
      type: 'payout_failure',
      reporting_category: 'payout_reversal',
      source: id,
    })
    expect(await balanceOf(running)).toBe(amount)
    expect((await listed(running, id)).map((one) => one.type)).toEqual(['charge', 'payout'])
    running.sandbox.advance(DAY)
    expect((await running.stripe.payouts.retrieve(id)).status).toBe('failed')
    expect(await eventTypes(running, 'payout.*')).toEqual([
      'payout.created',
      'payout.failed',
      'payout.reconciliation_completed',
    ])
  })

  test('can have seemed paid, and the next one carries what came back', async () => {
    const running = await start({ availableDelaySeconds: 0 })
    await chargeWith(running)
    const { id } = await payOut(running)
    running.sandbox.advance(DAY)
    expect((await running.stripe.payouts.retrieve(id)).status).toBe('paid')
    await command(running, `payouts/${id}/fail`)
    await chargeWith(running)
    const next = await payOut(running)
    expect(next.amount).toBe(2 * NET)
    const taken = await listed(running, next.id)
    expect(taken.map((one) => one.type)).toEqual(['payout_failure', 'charge', 'payout'])
    expect(await refusal(running, `payouts/${id}/fail`)).toContain('failed')
  })
})

describe('a manual payout', () => {
  test('can be canceled until the bank has it', async () => {
    const running = await start({ availableDelaySeconds: 0, payoutPendingSeconds: DAY, payoutArrivalSeconds: DAY })
    await chargeWith(running)
    const canceled = await running.stripe.payouts.create({ amount: 1000, currency: 'usd' })
    expect(canceled.status).toBe('pending')
    expect((await running.stripe.payouts.cancel(canceled.id)).status).toBe('canceled')
    const kinds = (await transactionsOf(running, canceled.id)).map((one) => [one.type, one.net])
    expect(kinds).toEqual([
      ['payout', -1000],
      ['payout_cancel', 1000],
    ])
    const sent = await running.stripe.payouts.create({ amount: 1000, currency: 'usd' })
    running.sandbox.advance(DAY)
    await expect(running.stripe.payouts.cancel(sent.id)).rejects.toThrow('in transit cannot be canceled')
    running.sandbox.advance(DAY)
    expect((await running.stripe.payouts.retrieve(sent.id)).status).toBe('paid')
    expect(await eventTypes(running, 'payout.*')).toEqual([
      'payout.created',
      'payout.canceled',
      'payout.created',
      'payout.updated',
      'payout.paid',
    ])
  })

  test('that was paid is reversed by another one, once', async () => {
    const running = await start({ availableDelaySeconds: 0 })
    await chargeWith(running)
    const { id } = await running.stripe.payouts.create({ amount: 1000, currency: 'usd' })
    running.sandbox.advance(1)
    const reversal = await running.stripe.payouts.reverse(id, { metadata: { why: 'wrong bank' } })
    expect(reversal).toMatchObject({ amount: -1000, original_payout: id, metadata: { why: 'wrong bank' } })
    expect((await running.stripe.payouts.retrieve(id)).reversed_by).toBe(reversal.id)
    expect(await balanceOf(running)).toBe(NET)
    await expect(running.stripe.payouts.reverse(id)).rejects.toThrow('already been reversed')
  })

  test('is found by the day it arrives', async () => {
    const running = await start({ availableDelaySeconds: 0, payoutArrivalSeconds: 3 * DAY })
    await chargeWith(running)
    const payout = await running.stripe.payouts.create({ amount: 1000, currency: 'usd' })
    const on = (arrival: number) => running.stripe.payouts.list({ arrival_date: { gte: arrival, lt: arrival + DAY } })
    expect((await on(payout.arrival_date)).data).toHaveLength(1)
    expect((await on(payout.arrival_date + DAY)).data).toEqual([])
  })
})
