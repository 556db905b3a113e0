import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { changePledge } from '#lib/donations/change-pledge.ts'
import { findPledge } from '#lib/donations/find-pledge.ts'
import { pausePledge, resumePledge } from '#lib/donations/pause-pledge.ts'
import { signPledgeToken } from '#lib/donations/sign-pledge-link.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { newId } from '#lib/ids.ts'
import { beginPledge, giftsOf, newsTo, pledgeOf, usePledgeWorld } from './pledge-world.ts'
import { GUEST, giving, makeCampaign, runJobs } from './world.ts'

const world = usePledgeWorld()
const DAY = (at: Date) => at.toISOString().slice(0, 10)
const later = async (days: number) =>
  DAY(new Date(Number(((await world.control('GET', 'clock')) as { now: number }).now) * 1_000 + days * 86_400_000))

test('a guest begins a monthly pledge and its first payment is a gift in the books', async () => {
  const { pledgeId, token, email } = await beginPledge(world, { coverFee: 'yes', tip: '10' })
  const pledge = await pledgeOf(pledgeId)
  expect(pledge).toMatchObject({
    status: 'active',
    kind: 'monthly',
    amountMinor: 2500n,
    coverMinor: 106n,
    tipMinor: 250n,
  })
  expect(pledge.nextChargeMinor).toBe(2856n)
  const [gift, ...others] = await giftsOf(pledgeId)
  expect(others).toEqual([])
  expect(gift).toMatchObject({ status: 'settled', giftMinor: 2500n, coverMinor: 106n, tipMinor: 250n })
  expect(await newsTo(email)).toEqual([expect.stringContaining('$28.56 a month')])
  const receipt = await db().outboundMail.findFirstOrThrow({ where: { recipient: email, kind: 'receipt' } })
  expect(receipt.text).toContain(`/pledges/${token}`)
})

test('once stays once: a monthly pledge needs the word for it', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug, { frequency: 'monthly' })
  const { pledgeId } = await startPledge(GUEST, form)
  expect(await giftsOf(pledgeId)).toEqual([])
  expect((await pledgeOf(pledgeId)).status).toBe('pending')
})

test('a double click, twenty times over, makes one pledge and one page', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const started = await Promise.all(Array.from({ length: 20 }, () => startPledge(GUEST, form)))
  expect(new Set(started.map((one) => one.checkoutUrl)).size).toBe(1)
  expect(await db().pledge.count({ where: { campaignId: campaign.id } })).toBe(1)
})

test('two pledges of one donor have one customer at Stripe, and no name there', async () => {
  const email = `twice-${newId().slice(-8)}@example.org`
  await beginPledge(world, { email, name: 'Ann Verysecret' })
  await beginPledge(world, { email })
  const donor = await db().donor.findUniqueOrThrow({ where: { email }, include: { customers: true } })
  const calls = await db().stripeCall.findMany({ where: { subjectId: donor.id } })
  expect(calls).toHaveLength(1)
  const customer = await world.stripe<{ name: string | null }>(`customers/${donor.customers[0]?.customerId}`)
  expect(customer.name).toBeNull()
  expect(JSON.stringify(await db().stripeCall.findMany())).not.toContain('Verysecret')
})

test('a page that nobody pays on ends the pledge and tells nobody', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const { pledgeId, checkoutUrl } = await startPledge(GUEST, form)
  await world.live(2)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'never_paid' })
  expect(await newsTo(String(form.email))).toEqual([])
  const again = await startPledge(GUEST, form)
  expect(again.pledgeId).not.toBe(pledgeId)
  expect(again.checkoutUrl).not.toBe(checkoutUrl)
})

test('a year of renewals makes one gift for each invoice, each in the books once', async () => {
  const { pledgeId, subscriptionId, email, fundId } = await beginPledge(world)
  for (let month = 0; month < 12; month += 1) {
    await world.advanceDays(31)
    await world.deliver((events) => [...events, ...events].sort(() => (month % 2 ? 1 : -1)))
  }
  const invoices = await world.stripe<{ data: { id: string; status: string }[] }>(
    `invoices?subscription=${subscriptionId}&limit=100`,
  )
  expect(invoices.data.length).toBeGreaterThanOrEqual(13)
  const gifts = await giftsOf(pledgeId)
  expect(gifts.map(({ submissionKey }) => submissionKey).sort()).toEqual(
    invoices.data.map(({ id }) => `invoice:${id}`).sort(),
  )
  expect(gifts.every(({ status, giftMinor }) => status === 'settled' && giftMinor === 2500n)).toBe(true)
  const [booked] = await db().$queryRaw<{ count: bigint; minor: bigint }[]>`
    SELECT count(*) AS count, sum(amount_minor)::bigint AS minor FROM ledger.transfers WHERE fund_id = ${fundId} AND credit_role = 'contributions'`
  expect(booked).toEqual({ count: BigInt(gifts.length), minor: BigInt(gifts.length) * 2500n })
  expect(await db().outboundMail.count({ where: { recipient: email, kind: 'receipt' } })).toBe(gifts.length)
  expect(await newsTo(email)).toHaveLength(1)
}, 120_000)

test('another amount, tip and covered fee count from the next charge on, and nothing is charged for it', async () => {
  const { pledgeId, token, email } = await beginPledge(world, { tip: '10' })
  await changePledge(GUEST, { token, amount: '40.00', coverFee: 'yes', tip: 'none' })
  await changePledge(GUEST, { token, amount: '40.00', coverFee: 'yes', tip: 'none' })
  await world.deliver()
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  const changed = await pledgeOf(pledgeId)
  expect(changed).toMatchObject({ amountMinor: 4000n, tipMinor: 0n })
  expect(changed.coverMinor).toBeGreaterThan(0n)
  expect(changed.steps.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
  await world.live(32)
  const gifts = await giftsOf(pledgeId)
  expect(gifts.map(({ giftMinor, coverMinor, tipMinor }) => ({ giftMinor, coverMinor, tipMinor }))).toEqual([
    { giftMinor: 2500n, coverMinor: 0n, tipMinor: 250n },
    { giftMinor: 4000n, coverMinor: changed.coverMinor, tipMinor: 0n },
  ])
  expect(await newsTo(email)).toEqual([expect.stringContaining('You give'), expect.stringContaining('You now give')])
}, 120_000)

test('an amount below the smallest gift is refused at its field', async () => {
  const { token } = await beginPledge(world)
  await expect(changePledge(GUEST, { token, amount: '4.99' })).rejects.toMatchObject({
    code: 'invalid_input',
    fieldErrors: { amount: [expect.stringContaining('smallest')] },
  })
})

test('paused until resumed, nothing is charged; resumed, the next period is', async () => {
  const { pledgeId, token, email } = await beginPledge(world)
  await pausePledge(GUEST, { token, until: 'resumed' })
  await pausePledge(GUEST, { token, until: 'resumed' })
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'paused', next: null })
  await world.live(65)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  await resumePledge(GUEST, { token })
  await resumePledge(GUEST, { token })
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'active' })
  await world.live(32)
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  const told = await newsTo(email)
  expect(told.map((subject) => subject.replace(/ to .*| Winter.*/, ''))).toEqual([
    'You give $25.00 a month',
    'Your monthly gift',
    'Your monthly gift',
  ])
}, 120_000)

test('paused until a day, it goes on by itself with the first charge after it, which the page foretells', async () => {
  const { pledgeId, token } = await beginPledge(world)
  await pausePledge(GUEST, { token, until: await later(40) })
  const foretold = (await findPledge(GUEST, token))?.next
  expect(foretold).not.toBeNull()
  await world.live(58)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active', pausedAt: null, pausedUntil: null })
  await world.live(7)
  const gifts = await giftsOf(pledgeId)
  expect(gifts).toHaveLength(2)
  expect(DAY(gifts[1]?.settledAt ?? new Date(0))).toBe(DAY(foretold?.at ?? new Date(0)))
}, 120_000)

test('a day that is over is no day to pause until', async () => {
  const { token } = await beginPledge(world)
  for (const until of ['2001-01-01', '', 'tomorrow', '2024-02-31']) {
    await expect(pausePledge(GUEST, { token, until })).rejects.toMatchObject({ code: 'invalid_input' })
  }
})

test('another donor’s token, or one that was not signed, opens nothing', async () => {
  const { token, pledgeId } = await beginPledge(world)
  const forged = [
    token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
    signPledgeToken(newId()),
    pledgeId,
    '',
    'x'.repeat(54),
  ]
  for (const one of forged) {
    expect(await findPledge(GUEST, one)).toBeNull()
    await expect(pausePledge(GUEST, { token: one, until: 'resumed' })).rejects.toMatchObject({ code: 'not_found' })
  }
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active' })
})

test('nothing on the pledge’s page says who gives', async () => {
  const { token, email } = await beginPledge(world, { name: 'Ann Verysecret', showName: 'yes' })
  const view = JSON.stringify(await findPledge(GUEST, token), (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  expect(view).not.toContain('Verysecret')
  expect(view).not.toContain(email)
})

test('events that come twice, late or in the wrong order leave the same pledge', async () => {
  const orders = [
    (events: unknown[]) => [...events],
    (events: unknown[]) => [...events].reverse(),
    (events: unknown[]) => [...events, ...events],
  ]
  const outcomes: unknown[] = []
  for (const order of orders) {
    const { pledgeId, token } = await beginPledge(world)
    await pausePledge(GUEST, { token, until: 'resumed' })
    await resumePledge(GUEST, { token })
    await world.advanceDays(32)
    await world.deliver(order as never)
    await runJobs(world)
    const { status, amountMinor, steps } = await pledgeOf(pledgeId)
    outcomes.push([status, amountMinor, steps.map(({ kind }) => kind), (await giftsOf(pledgeId)).length])
  }
  expect(outcomes[1]).toEqual(outcomes[0])
  expect(outcomes[2]).toEqual(outcomes[0])
}, 120_000)
