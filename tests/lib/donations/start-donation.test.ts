import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { openCheckout } from '#lib/donations/open-checkout.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { AppError } from '#lib/errors.ts'
import { stripe } from '#lib/stripe/client.ts'
import { begin, GUEST, giving, makeCampaign, sessionIdOf, useWorld } from './world.ts'

const world = useWorld()

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AppError)
  return error as AppError
}

const sessionsOf = async (donationId: string) =>
  (await stripe().checkout.sessions.list({ limit: 100 })).data.filter(
    (session) => session.client_reference_id === donationId,
  )

test.each(['0', '-5', '4.999', '1e21', '٥', '', '4.99', '50000.01', '12.345', 'NaN', '∞', ' '])(
  'amount %j: 400 with a clear message at its field, and nothing is recorded',
  async (amount) => {
    const { campaign } = await makeCampaign()
    const error = await refusal(begin(campaign.slug, { amount }))
    expect(error).toMatchObject({ code: 'invalid_input', status: 400 })
    expect(error.fieldErrors['amount']?.[0]).toMatch(/^[A-Z].*\.$/)
    expect(await db().donation.count({ where: { campaignId: campaign.id } })).toBe(0)
  },
)

test('a chosen amount counts only where none was written', async () => {
  const { campaign } = await makeCampaign()
  const chosen = await begin(campaign.slug, { preset: '10.00', amount: ' ' })
  const written = await begin(campaign.slug, { preset: '10.00', amount: '31' })
  expect((await db().donation.findUniqueOrThrow({ where: { id: chosen.donationId } })).giftMinor).toBe(1000n)
  expect((await db().donation.findUniqueOrThrow({ where: { id: written.donationId } })).giftMinor).toBe(3100n)
})

test.each(['', 'a', 'a@b', 'Ann <a@b.org>', 'a@b.org, c@d.org', 'a@b.org\r\nBcc: x@y.org', 'аnn@example.org'])(
  'the address %j is refused at its field',
  async (email) => {
    const { campaign } = await makeCampaign()
    const error = await refusal(begin(campaign.slug, { email }))
    expect(Object.keys(error.fieldErrors)).toEqual(['email'])
  },
)

test('a name with a line break, and a name to show that is missing, are refused at the field', async () => {
  const { campaign } = await makeCampaign()
  expect((await refusal(begin(campaign.slug, { name: 'Ann\r\nBcc: x@y.org' }))).fieldErrors).toHaveProperty('name')
  expect((await refusal(begin(campaign.slug, { showName: 'yes' }))).fieldErrors).toHaveProperty('name')
})

test('every wrong field is named at once', async () => {
  const { campaign } = await makeCampaign()
  const error = await refusal(begin(campaign.slug, { amount: '-5', email: 'x', tip: '90' }))
  expect(Object.keys(error.fieldErrors).sort()).toEqual(['amount', 'email', 'tip'])
})

test('tampered price, currency, chapter: the server’s value', async () => {
  const { campaign } = await makeCampaign({ currency: 'EUR' })
  const tampered = {
    currency: 'JPY',
    giftMinor: '1',
    totalMinor: 1,
    coverMinor: 1,
    campaignId: 'x',
    chapterId: 'x',
    chapterCurrency: 'JPY',
    fundId: '1',
    status: 'settled',
    feeMinor: 0,
  }
  const { donationId, checkoutUrl } = await begin(campaign.slug, tampered)
  const session = await stripe().checkout.sessions.retrieve(sessionIdOf(checkoutUrl))
  expect(session).toMatchObject({
    currency: 'eur',
    amount_total: 2500,
    client_reference_id: donationId,
    submit_type: 'donate',
  })
  expect(await db().donation.findUniqueOrThrow({ where: { id: donationId } })).toMatchObject({
    status: 'started',
    currency: 'EUR',
  })
})

test('gift, covered fee and tip stand on lines of their own; without the donor’s wish there is only the gift', async () => {
  const { campaign } = await makeCampaign()
  const plain = await begin(campaign.slug)
  const full = await begin(campaign.slug, { coverFee: 'yes', tip: '10' })
  const linesOf = async (url: string) =>
    (await stripe().checkout.sessions.listLineItems(sessionIdOf(url))).data.map((line) => line.amount_total)
  expect(await linesOf(plain.checkoutUrl)).toEqual([2500])
  expect((await linesOf(full.checkoutUrl)).sort((a, b) => b - a)).toEqual([2500, 250, 106])
})

test('no tip is taken where the chapter keeps its own fund in another currency', async () => {
  const { campaign } = await makeCampaign({ currency: 'EUR', chapterCurrency: 'USD' })
  const { donationId } = await begin(campaign.slug, { tip: '10' })
  expect((await db().donation.findUniqueOrThrow({ where: { id: donationId } })).tipMinor).toBe(0n)
})

test('double click x 20: one donation and one session', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const started = await Promise.all(Array.from({ length: 20 }, () => startDonation(GUEST, form)))
  expect(new Set(started.map((one) => one.checkoutUrl)).size).toBe(1)
  expect(await db().donation.count({ where: { campaignId: campaign.id } })).toBe(1)
  expect(await sessionsOf(started[0]?.donationId ?? '')).toHaveLength(1)
})

test('the same form with another amount is another gift', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const first = await startDonation(GUEST, form)
  const second = await startDonation(GUEST, { ...form, amount: '26.00' })
  expect(second.donationId).not.toBe(first.donationId)
})

test('connection reset after Stripe committed: one object', async () => {
  const { campaign } = await makeCampaign()
  await world.control('PUT', 'faults', {
    rules: [{ method: 'POST', path: '/v1/checkout/sessions', kind: 'reset_after_commit', times: 2 }],
  })
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  await world.control('PUT', 'faults', { rules: [] })
  const sessions = await sessionsOf(donationId)
  expect(sessions.map((session) => session.id)).toEqual([sessionIdOf(checkoutUrl)])
})

test('when Stripe does not answer at all, the same form sent again goes on where the first stopped', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const rules = [{ method: 'POST', path: '/v1/checkout/sessions', kind: 'reset_after_commit', times: 20 }]
  await world.control('PUT', 'faults', { rules })
  const error = await refusal(startDonation(GUEST, form))
  expect(error.code).toBe('payment_provider')
  await world.control('PUT', 'faults', { rules: [] })
  const call = await db().stripeCall.findFirstOrThrow({ where: { objectId: null, finishedAt: null } })
  expect(call.error).not.toBeNull()
  const { donationId } = await startDonation(GUEST, form)
  expect(await sessionsOf(donationId)).toHaveLength(1)
  expect(donationId).toBe(call.subjectId)
}, 90_000)

test('a day later the session is looked up and not made again', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  await db().donation.update({ where: { id: donationId }, data: { checkoutUrl: null, checkoutSessionId: null } })
  const restore = replaceClock(() => new Date(Date.now() + 23.5 * 3_600_000))
  try {
    expect((await openCheckout(donationId)).checkoutUrl).toBe(checkoutUrl)
  } finally {
    restore()
  }
  expect(await sessionsOf(donationId)).toHaveLength(1)
})

test('the recorded call says nothing about the person', async () => {
  const { campaign } = await makeCampaign()
  const { donationId } = await begin(campaign.slug, { name: 'Ann Verysecret', email: 'ann.verysecret@example.org' })
  const call = await db().stripeCall.findFirstOrThrow({ where: { subjectId: donationId } })
  expect(JSON.stringify(call.request).toLowerCase()).not.toContain('verysecret')
  expect(call).toMatchObject({ idempotencyKey: `checkout:${donationId}`, operation: 'checkout.session.create' })
})

test.each(['paused', 'closed'] as const)('a campaign that is %s takes no new gift', async (status) => {
  const { campaign } = await makeCampaign()
  await db().campaign.update({ where: { id: campaign.id }, data: { status } })
  const error = await refusal(begin(campaign.slug))
  expect(error.code).toBe('wrong_state')
  expect(await db().donation.count({ where: { campaignId: campaign.id } })).toBe(0)
})

test('a campaign the public cannot see does not exist', async () => {
  expect((await refusal(begin('no-such-campaign'))).code).toBe('not_found')
  expect((await refusal(begin("x' OR 1=1 --"))).code).toBe('not_found')
})
