import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { balanceOf, chargeWith, command, DAY, eventTypes, refusal, sumOf, transactionsOf } from './money-support.ts'
import { closeAll, type Running, start } from './support.ts'

afterEach(closeAll)

const NET = 10_000 - 320

function open(running: Running, body: object): Promise<Stripe.Dispute> {
  return command<Stripe.Dispute>(running, 'disputes', body)
}

describe('a chargeback', () => {
  test('takes the amount and the fee at once, in one transaction', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const dispute = await open(running, { charge: charge.id, reason: 'fraudulent' })
    expect(dispute).toMatchObject({
      status: 'needs_response',
      amount: 10_000,
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
      balance_transactions: [
        {
          amount: -10_000,
          fee: 1500,
          net: -11_500,
          type: 'adjustment',
          reporting_category: 'dispute',
          source: dispute.id,
          fee_details: [{ amount: 1500, description: 'Dispute fee', type: 'stripe_fee' }],
        },
      ],
    })
    expect(await balanceOf(running)).toBe(NET - 11_500)
    expect((await running.stripe.charges.retrieve(charge.id)).disputed).toBe(true)
    expect(await eventTypes(running, 'charge.dispute.*')).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
    ])
  })

  test('that is won brings amount and fee back', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await open(running, { charge: charge.id })
    await command(running, `disputes/${id}/review`)
    const won = await command<Stripe.Dispute>(running, `disputes/${id}/win`)
    expect(won.status).toBe('won')
    expect(won.balance_transactions[1]).toMatchObject({
      amount: 10_000,
      fee: -1500,
      net: 11_500,
      reporting_category: 'dispute_reversal',
      fee_details: [{ amount: -1500, description: 'Dispute fee refund' }],
    })
    expect(await balanceOf(running)).toBe(NET)
    expect((await eventTypes(running, 'charge.dispute.*')).slice(2)).toEqual([
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ])
  })

  test('that is won keeps the fee where the terms say so', async () => {
    const running = await start({ disputeFeeReturned: false })
    const charge = await chargeWith(running)
    const { id } = await open(running, { charge: charge.id })
    const won = await command<Stripe.Dispute>(running, `disputes/${id}/win`)
    expect(won.balance_transactions[1]).toMatchObject({ amount: 10_000, fee: 0, fee_details: [] })
    expect(await balanceOf(running)).toBe(NET - 1500)
  })

  test('that is lost moves nothing more', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await open(running, { charge: charge.id })
    expect(await command(running, `disputes/${id}/lose`)).toMatchObject({ status: 'lost' })
    expect(await transactionsOf(running, id)).toHaveLength(1)
    expect(await refusal(running, `disputes/${id}/win`)).toContain('lost')
  })

  test('of a part takes only that part, and the rest can be refunded', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const dispute = await open(running, { charge: charge.id, amount: 4000 })
    expect(sumOf(await transactionsOf(running, dispute.id))).toBe(-5500)
    await expect(running.stripe.refunds.create({ charge: charge.id, amount: 6001 })).rejects.toMatchObject({
      code: 'charge_disputed',
    })
    expect((await running.stripe.refunds.create({ charge: charge.id })).amount).toBe(6000)
  })

  test('of a charge that was refunded in part is for the rest', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    await running.stripe.refunds.create({ charge: charge.id, amount: 3000 })
    expect((await open(running, { charge: charge.id })).amount).toBe(7000)
  })

  test('overtakes a refund that is still pending', async () => {
    const running = await start({ refundDelaySeconds: DAY })
    const charge = await chargeWith(running, 'pm_card_pendingRefund')
    const refund = await running.stripe.refunds.create({ charge: charge.id, amount: 3000 })
    await open(running, { charge: charge.id, amount: 10_000 })
    expect(await running.stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'charge_for_pending_refund_disputed',
    })
    running.sandbox.advance(DAY)
    expect((await running.stripe.refunds.retrieve(refund.id)).status).toBe('failed')
    expect(await balanceOf(running)).toBe(NET - 11_500)
  })

  test('nobody answers is lost on its day', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await open(running, { charge: charge.id, due_in_days: 7 })
    running.sandbox.advance(7 * DAY - 60)
    expect((await running.stripe.disputes.retrieve(id)).status).toBe('needs_response')
    running.sandbox.advance(60)
    expect((await running.stripe.disputes.retrieve(id)).status).toBe('lost')
  })

  test('is never for more than the charge, however many there are', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    await open(running, { charge: charge.id, amount: 6000 })
    expect(await refusal(running, 'disputes', { charge: charge.id, amount: 4001 })).toContain('$40.00')
    await open(running, { charge: charge.id, amount: 4000 })
    const { data } = await running.stripe.disputes.list({ charge: charge.id })
    expect(data.map((dispute) => dispute.amount)).toEqual([4000, 6000])
    const byIntent = await running.stripe.disputes.list({ payment_intent: String(charge.payment_intent), limit: 1 })
    expect(byIntent.has_more).toBe(true)
  })
})

describe('an inquiry', () => {
  test('moves no money, and the charge can be refunded', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const inquiry = await open(running, { charge: charge.id, inquiry: true, reason: 'general' })
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
      payment_method_details: { card: { case_type: 'inquiry' } },
    })
    expect(await balanceOf(running)).toBe(NET)
    await running.stripe.refunds.create({ charge: charge.id })
    expect(await refusal(running, `disputes/${inquiry.id}/escalate`)).toContain('refunded in full')
    expect(await command(running, `disputes/${inquiry.id}/close_inquiry`)).toMatchObject({ status: 'warning_closed' })
    expect(await eventTypes(running, 'charge.dispute.*')).toEqual(['charge.dispute.created', 'charge.dispute.closed'])
  })

  test('that becomes a chargeback takes the money then', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await open(running, { charge: charge.id, inquiry: true })
    const escalated = await command<Stripe.Dispute>(running, `disputes/${id}/escalate`)
    expect(escalated).toMatchObject({
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [{ net: -11_500 }],
    })
    expect((await eventTypes(running, 'charge.dispute.*')).slice(1)).toEqual([
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
    ])
  })

  test('ends by itself after four months', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const { id } = await open(running, { charge: charge.id, inquiry: true })
    running.sandbox.advance(119 * DAY)
    expect((await running.stripe.disputes.retrieve(id)).status).toBe('warning_needs_response')
    running.sandbox.advance(DAY)
    expect((await running.stripe.disputes.retrieve(id)).status).toBe('warning_closed')
  })
})

describe('evidence', () => {
  test('lies ready until it is submitted', async () => {
    const running = await start()
    const { id } = await open(running, { charge: (await chargeWith(running)).id })
    const staged = await running.stripe.disputes.update(id, {
      evidence: { customer_name: 'Ann Example' },
      metadata: { desk: '1' },
      submit: false,
    })
    expect(staged).toMatchObject({
      status: 'needs_response',
      metadata: { desk: '1' },
      evidence: { customer_name: 'Ann Example' },
      evidence_details: { has_evidence: true, submission_count: 0 },
    })
    const sent = await running.stripe.disputes.update(id, { submit: true })
    expect(sent).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1, past_due: false } })
    await expect(running.stripe.disputes.update(id, { evidence: { receipt: 'file_1' } })).rejects.toThrow('review')
    await expect(running.stripe.disputes.close(id)).rejects.toThrow('under_review')
  })

  test.each([
    ['winning_evidence', 'won', NET],
    ['losing_evidence', 'lost', NET - 11_500],
  ])('that says %s is %s', async (word, status, balance) => {
    const running = await start()
    const { id } = await open(running, { charge: (await chargeWith(running)).id })
    const sent = await running.stripe.disputes.update(id, { evidence: { uncategorized_text: word } })
    expect(sent.status).toBe('under_review')
    await expect.poll(async () => (await running.stripe.disputes.retrieve(id)).status).toBe(status)
    expect(await balanceOf(running)).toBe(balance)
  })

  test('is given up by closing, which is a loss', async () => {
    const running = await start()
    const { id } = await open(running, { charge: (await chargeWith(running)).id })
    expect((await running.stripe.disputes.close(id)).status).toBe('lost')
    await expect(running.stripe.disputes.close(id)).rejects.toThrow('lost')
  })
})

describe('an appeal', () => {
  test('after a loss leaves the money away until it is won', async () => {
    const running = await start()
    const { id } = await open(running, { charge: (await chargeWith(running)).id })
    await command(running, `disputes/${id}/lose`)
    expect(await command(running, `disputes/${id}/appeal`)).toMatchObject({ status: 'appeal_needs_response' })
    const sent = await running.stripe.disputes.update(id, {
      evidence: { appeal: { card: { reason_for_filing: 'The donor wrote that it was theirs.' } } },
      submit: true,
    })
    expect(sent.status).toBe('appeal_under_review')
    expect(await balanceOf(running)).toBe(NET - 11_500)
    expect(await command(running, `disputes/${id}/win`)).toMatchObject({ status: 'won' })
    expect(await balanceOf(running)).toBe(NET)
    const closed = await running.stripe.events.list({ type: 'charge.dispute.closed' })
    expect(closed.data.map((event) => (event.data.object as Stripe.Dispute).status)).toEqual(['won', 'lost'])
  })

  test('that is lost as well stays lost', async () => {
    const running = await start()
    const { id } = await open(running, { charge: (await chargeWith(running)).id })
    await command(running, `disputes/${id}/review`)
    await command(running, `disputes/${id}/appeal`)
    expect(await command(running, `disputes/${id}/lose`)).toMatchObject({ status: 'lost' })
    expect(await balanceOf(running)).toBe(NET - 11_500)
  })
})

describe('a test card', () => {
  test.each([
    ['pm_card_createDispute', [['needs_response', 'fraudulent', 10_000]]],
    ['pm_card_createDisputeProductNotReceived', [['needs_response', 'product_not_received', 10_000]]],
    ['pm_card_createDisputeInquiry', [['warning_needs_response', 'fraudulent', 10_000]]],
    [
      'pm_card_createMultipleDisputes',
      [
        ['needs_response', 'fraudulent', 5000],
        ['needs_response', 'fraudulent', 5000],
      ],
    ],
  ])('%s disputes its payment by itself', async (method, wanted) => {
    const running = await start()
    const charge = await chargeWith(running, method)
    const seen = async () => (await running.stripe.disputes.list({ charge: charge.id })).data
    await expect.poll(async () => (await seen()).length).toBe(wanted.length)
    expect((await seen()).map((dispute) => [dispute.status, dispute.reason, dispute.amount])).toEqual(wanted)
  })

  test('can bring an early fraud warning, which moves nothing', async () => {
    const running = await start()
    const charge = await chargeWith(running, 'pm_card_createIssuerFraudRecord')
    await expect
      .poll(async () => (await running.stripe.radar.earlyFraudWarnings.list({ charge: charge.id })).data[0])
      .toMatchObject({ charge: charge.id, actionable: true, fraud_type: 'made_with_stolen_card' })
    expect(await eventTypes(running, 'radar.*')).toEqual(['radar.early_fraud_warning.created'])
    expect(await balanceOf(running)).toBe(NET)
  })
})
