import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { balanceOf, chargeWith, command, DAY, eventTypes, refusal, sumOf, transactionsOf } from './money-support.ts'
import { closeAll, start } from './support.ts'

afterEach(closeAll)

const NET = 10_000 - 320

describe('a refund that succeeds', () => {
  test('takes the whole amount and leaves the fee with Stripe', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const refund = await running.stripe.refunds.create({ charge: charge.id, amount: 2500, reason: 'duplicate' })
    expect(refund).toMatchObject({ status: 'succeeded', reason: 'duplicate', amount: 2500, charge: charge.id })
    const [taken] = await transactionsOf(running, refund.id)
    expect(taken).toMatchObject({ amount: -2500, fee: 0, net: -2500, type: 'refund', reporting_category: 'refund' })
    expect(await balanceOf(running)).toBe(NET - 2500)
    expect(await eventTypes(running, '*refund*')).toEqual(['refund.created', 'charge.refunded'])
  })

  test('is listed on its charge when that is expanded', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const made = await running.stripe.refunds.create({ charge: charge.id, amount: 1 })
    const expand = ['refunds.data.balance_transaction', 'balance_transaction']
    const shown = await running.stripe.charges.retrieve(charge.id, { expand })
    expect(shown.refunds?.data[0]).toMatchObject({ id: made.id, balance_transaction: { net: -1 } })
  })
})

describe('a refund to the card that leaves refunds pending', () => {
  test('takes the money at once and says when it has arrived', async () => {
    const running = await start({ refundDelaySeconds: 3 * DAY })
    const charge = await chargeWith(running, 'pm_card_pendingRefund')
    const refund = await running.stripe.refunds.create({ charge: charge.id })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    expect(await balanceOf(running)).toBe(NET - 10_000)
    running.sandbox.advance(3 * DAY)
    const ended = await running.stripe.refunds.retrieve(refund.id)
    expect(ended.status).toBe('succeeded')
    expect(ended).not.toHaveProperty('pending_reason')
    expect(await eventTypes(running, '*refund*')).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.updated',
      'charge.refund.updated',
    ])
    const [updated] = (await running.stripe.events.list({ type: 'refund.updated' })).data
    expect(updated?.data.previous_attributes).toEqual({ status: 'pending', pending_reason: 'processing' })
    expect(await transactionsOf(running, refund.id)).toHaveLength(1)
  })
})

describe('a refund that fails', () => {
  test('seemed to succeed, and gives the money back with a transaction of its own', async () => {
    const running = await start({ refundDelaySeconds: 5 * DAY })
    const charge = await chargeWith(running, 'pm_card_refundFail')
    const refund = await running.stripe.refunds.create({ charge: charge.id, amount: 4000 })
    expect(refund.status).toBe('succeeded')
    expect((await running.stripe.charges.retrieve(charge.id)).amount_refunded).toBe(4000)
    running.sandbox.advance(5 * DAY)
    const failed = await running.stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: {
        amount: 4000,
        fee: 0,
        type: 'refund_failure',
        reporting_category: 'refund_failure',
        source: refund.id,
      },
    })
    expect(sumOf(await transactionsOf(running, refund.id))).toBe(0)
    expect(await running.stripe.charges.retrieve(charge.id)).toMatchObject({ amount_refunded: 0, refunded: false })
    const types = await eventTypes(running, '*refund*')
    expect(types.slice(2)).toEqual(['refund.updated', 'charge.refund.updated', 'refund.failed'])
  })

  test('leaves its amount to be refunded again', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const first = await running.stripe.refunds.create({ charge: charge.id })
    await expect(running.stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    })
    await command(running, `refunds/${first.id}/fail`, { failure_reason: 'lost_or_stolen_card' })
    expect((await running.stripe.refunds.create({ charge: charge.id })).status).toBe('succeeded')
    expect(await balanceOf(running)).toBe(NET - 10_000)
  })

  test('fails once', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await running.stripe.refunds.create({ charge: charge.id })
    await command(running, `refunds/${id}/fail`)
    await command(running, `refunds/${id}/fail`)
    expect(await transactionsOf(running, id)).toHaveLength(2)
  })
})

describe('a refund that waits for the donor', () => {
  test('has taken nothing, and can be canceled as no other can', async () => {
    const running = await start()
    const { stripe } = running
    const charge = await chargeWith(running)
    const waiting = await command<Stripe.Refund>(running, 'refunds', { charge: charge.id, outcome: 'requires_action' })
    expect(waiting).toMatchObject({
      status: 'requires_action',
      balance_transaction: null,
      next_action: { type: 'display_details' },
    })
    expect(await balanceOf(running)).toBe(NET)
    await expect(stripe.refunds.create({ charge: charge.id })).rejects.toThrow('already been refunded')
    expect((await stripe.refunds.cancel(waiting.id)).status).toBe('canceled')
    expect(await transactionsOf(running, waiting.id)).toEqual([])
    const done = await stripe.refunds.create({ charge: charge.id })
    await expect(stripe.refunds.cancel(done.id)).rejects.toThrow('cannot be canceled')
  })

  test('fails when its time is over', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await command<Stripe.Refund>(running, 'refunds', { charge: charge.id, outcome: 'requires_action' })
    running.sandbox.advance(45 * DAY)
    expect(await running.stripe.refunds.retrieve(id)).toMatchObject({ status: 'failed' })
    expect(await balanceOf(running)).toBe(NET)
  })
})

describe('from the dashboard', () => {
  test('a refund has no request behind it', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const refund = await command<Stripe.Refund>(running, 'refunds', {
      payment_intent: String(charge.payment_intent),
      amount: 700,
      reason: 'requested_by_customer',
    })
    expect(refund).toMatchObject({ status: 'succeeded', amount: 700, reason: 'requested_by_customer' })
    const [event] = (await running.stripe.events.list({ type: 'refund.created' })).data
    expect(event?.request).toEqual({ id: null, idempotency_key: null })
  })

  test('a pending refund is canceled, and its money comes back', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await command<Stripe.Refund>(running, 'refunds', { charge: charge.id, outcome: 'pending' })
    expect(await command(running, `refunds/${id}/cancel`)).toMatchObject({ status: 'canceled' })
    expect(sumOf(await transactionsOf(running, id))).toBe(0)
    expect(await refusal(running, `refunds/${id}/cancel`)).toContain('canceled')
  })

  test('a refund that lacks money takes it only when it goes through', async () => {
    const running = await start({ refundDelaySeconds: DAY })
    const charge = await chargeWith(running)
    const body = { charge: charge.id, amount: 10, outcome: 'insufficient_funds' }
    const { id } = await command<Stripe.Refund>(running, 'refunds', body)
    expect(await transactionsOf(running, id)).toEqual([])
    running.sandbox.advance(DAY)
    expect(await running.stripe.refunds.retrieve(id)).toMatchObject({ status: 'succeeded' })
    expect(sumOf(await transactionsOf(running, id))).toBe(-10)
  })
})

test('what the next refunds do can be planned, and then the cards decide again', async () => {
  const running = await start()
  await command(running, 'refunds/next', { outcomes: ['pending', 'insufficient_funds'] }, 'PUT')
  const statuses: (string | null)[] = []
  for (let n = 0; n < 3; n += 1) {
    const charge = await chargeWith(running)
    statuses.push((await running.stripe.refunds.create({ charge: charge.id })).status)
  }
  expect(statuses).toEqual(['pending', 'pending', 'succeeded'])
})
