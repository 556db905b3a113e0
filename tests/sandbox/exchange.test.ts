import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { feeFor } from '#sandbox/currency.ts'
import { balanceOf, chargeWith, command, sumOf, transactionsOf } from './money-support.ts'
import { closeAll, control, start } from './support.ts'

afterEach(closeAll)

const inDollars = { settlementCurrencies: ['usd'], availableDelaySeconds: 0 }

function paidOf(charge: Stripe.Charge): Stripe.BalanceTransaction {
  return charge.balance_transaction as Stripe.BalanceTransaction
}

describe('on an account that holds dollars', () => {
  test('a charge in euros settles in dollars, with the rate and a fee for the change', async () => {
    const running = await start(inDollars)
    await command(running, 'settlement', { rates: { eur: '1.2345' } }, 'PUT')
    const charge = await chargeWith(running, 'pm_card_visa', { currency: 'eur' })
    expect(charge).toMatchObject({ amount: 10_000, currency: 'eur' })
    const fee = feeFor(12_345, 'usd') + 123
    expect(paidOf(charge)).toMatchObject({
      amount: 12_345,
      currency: 'usd',
      exchange_rate: 1.2345,
      fee,
      net: 12_345 - fee,
    })
    expect(paidOf(charge).fee_details.map((detail) => [detail.amount, detail.currency])).toEqual([
      [fee - 123, 'usd'],
      [123, 'usd'],
    ])
    expect(await balanceOf(running)).toBe(12_345 - fee)
    expect((await running.stripe.balance.retrieve()).available.map((part) => part.currency)).toEqual(['usd'])
  })

  test('a charge in dollars has no rate', async () => {
    const running = await start(inDollars)
    expect(paidOf(await chargeWith(running))).toMatchObject({ exchange_rate: null, fee: 320 })
  })

  test('the rate is between minor units, for currencies of no and of three decimals too', async () => {
    const running = await start(inDollars)
    await command(running, 'settlement', { rates: { jpy: '0.0066', kwd: '3.25' } }, 'PUT')
    const yen = await chargeWith(running, 'pm_card_visa', { currency: 'jpy', amount: 5000 })
    expect(paidOf(yen)).toMatchObject({ amount: 3300, exchange_rate: 0.66 })
    const dinar = await chargeWith(running, 'pm_card_visa', { currency: 'kwd', amount: 5120 })
    expect(paidOf(dinar)).toMatchObject({ amount: 1664, exchange_rate: 0.325 })
  })

  test('a refund is changed at the rate of its day, and its failure returns what it took', async () => {
    const running = await start(inDollars)
    await command(running, 'settlement', { rates: { eur: '1.2' } }, 'PUT')
    const charge = await chargeWith(running, 'pm_card_visa', { currency: 'eur' })
    await command(running, 'settlement', { rates: { eur: '1.1' } }, 'PUT')
    const refund = await running.stripe.refunds.create({ charge: charge.id, amount: 5000 })
    expect(refund).toMatchObject({ amount: 5000, currency: 'eur' })
    await command(running, 'settlement', { rates: { eur: '1.3' } }, 'PUT')
    await command(running, `refunds/${refund.id}/fail`)
    const both = await transactionsOf(running, refund.id)
    expect(both.map((one) => [one.amount, one.currency, one.exchange_rate])).toEqual([
      [-5500, 'usd', 1.1],
      [5500, 'usd', 1.1],
    ])
  })

  test('a chargeback is taken at the rate of its day, and a win returns it', async () => {
    const running = await start(inDollars)
    const charge = await chargeWith(running, 'pm_card_visa', { currency: 'eur' })
    await command(running, 'settlement', { rates: { eur: '1.5' } }, 'PUT')
    const dispute = await command<Stripe.Dispute>(running, 'disputes', { charge: charge.id })
    expect(dispute).toMatchObject({ amount: 10_000, currency: 'eur' })
    expect(dispute.balance_transactions[0]).toMatchObject({ amount: -15_000, fee: 1500, currency: 'usd' })
    await command(running, `disputes/${dispute.id}/win`)
    expect(sumOf(await transactionsOf(running, dispute.id))).toBe(0)
  })

  test('a currency without a rate is refused', async () => {
    const running = await start(inDollars)
    await expect(chargeWith(running, 'pm_card_visa', { currency: 'xof' })).rejects.toThrow('no exchange rate')
    expect((await running.stripe.charges.list()).data).toEqual([])
  })
})

test('an account that holds both keeps each apart, and pays each out by itself', async () => {
  const running = await start({ settlementCurrencies: ['usd', 'eur'], availableDelaySeconds: 0 })
  await chargeWith(running, 'pm_card_visa', { currency: 'eur' })
  await chargeWith(running)
  await chargeWith(running, 'pm_card_visa', { currency: 'gbp' })
  const payouts = await command<Stripe.Payout[]>(running, 'payouts/run')
  expect(payouts.map((payout) => payout.currency)).toEqual(['eur', 'usd'])
})

test('a rate that is not a number is refused', async () => {
  const { sandbox } = await start()
  const answer = await control(sandbox, 'PUT', 'settlement', { rates: { eur: '-1' } })
  expect(answer.status).toBe(400)
})
