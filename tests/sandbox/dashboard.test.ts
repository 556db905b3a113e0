import type Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { chargeWith, command } from './money-support.ts'
import { closeAll, type Running, start } from './support.ts'

afterEach(closeAll)

function press({ sandbox }: Running, path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(`${sandbox.url}/d/${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
}

describe('the page of a payment', () => {
  test('gives a part back, as the dashboard does', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const answer = await press(running, `payments/${charge.id}`, { do: 'refund', amount: '12.34' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/d/payments/${charge.id}`])
    const { data } = await running.stripe.refunds.list({ charge: charge.id })
    expect(data.map((refund) => [refund.amount, refund.reason])).toEqual([[1234, 'requested_by_customer']])
    const page = await (await fetch(`${running.sandbox.url}/d/payments/${charge.id}`)).text()
    expect(page).toContain('Refund of $12.34')
  })

  test('takes a payment through a dispute and an appeal', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    const path = `payments/${charge.id}`
    await press(running, path, { do: 'dispute' })
    const [dispute] = (await running.stripe.disputes.list({ charge: charge.id })).data
    for (const verb of ['review', 'lose', 'appeal', 'win']) {
      expect((await press(running, path, { do: `disputes/${dispute?.id}/${verb}` })).status, verb).toBe(303)
    }
    expect((await running.stripe.disputes.retrieve(dispute?.id ?? '')).status).toBe('won')
  })

  test.each(['12.345', '-1', '1e3', 'all'])('refuses the amount %s', async (amount) => {
    const running = await start()
    const charge = await chargeWith(running)
    const answer = await press(running, `payments/${charge.id}`, { do: 'refund', amount })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('is not an amount of USD')
    expect((await running.stripe.refunds.list()).data).toEqual([])
  })

  test('touches nothing of another payment', async () => {
    const running = await start()
    const mine = await chargeWith(running)
    const other = await chargeWith(running)
    const dispute = await command<Stripe.Dispute>(running, 'disputes', { charge: other.id })
    const answer = await press(running, `payments/${mine.id}`, { do: `disputes/${dispute.id}/lose` })
    expect(answer.status).toBe(422)
    expect((await running.stripe.disputes.retrieve(dispute.id)).status).toBe('needs_response')
  })

  test('that is not there is not found', async () => {
    const running = await start()
    expect((await fetch(`${running.sandbox.url}/d/payments/ch_none`)).status).toBe(404)
    expect((await press(running, 'payouts/po_none', {})).status).toBe(404)
  })
})

test('the page of a payout sends it back, once', async () => {
  const running = await start({ availableDelaySeconds: 0 })
  await chargeWith(running)
  const [payout] = await command<Stripe.Payout[]>(running, 'payouts/run')
  const path = `payouts/${payout?.id}`
  expect((await press(running, path, {})).status).toBe(303)
  expect((await press(running, path, {})).status).toBe(422)
  const page = await (await fetch(`${running.sandbox.url}/d/${path}`)).text()
  expect(page).toContain('charge × 1')
  expect(page).toContain('The bank account has been closed.')
})
