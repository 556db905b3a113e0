import { afterEach, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { listForeignPurses } from '#lib/donations/list-purses.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { givingView } from '#lib/donations/queries.ts'
import { worthWhenGiven } from '#lib/donations/read-rate.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { newId, newToken } from '#lib/ids.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { money } from '#lib/money/arithmetic.ts'
import { rateBetween } from '#lib/money/exchange-rate.ts'
import { fromStripeAmount } from '#lib/money/stripe-amount.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { plantCampaign } from '#tests/support/plant.ts'
import { begin, makeCampaign, payAt, settleAll, useWorld } from './world.ts'

const world = useWorld()
const WORKER = { kind: 'system', name: 'worker' } as const
const DAY = 86_400

afterEach(async () => {
  await settlesIn([])
  await foldBusyFunds(db())
  expect(await verifyLedger(db())).toEqual([])
})

function settlesIn(currencies: string[], rates: Record<string, string> = {}) {
  return world.control('PUT', 'settlement', { currencies, rates })
}

/** A gift that settled; `beside` is another one to the same purse, which then can bear a loss. */
async function settledGift(currency: string, fields: Record<string, unknown> = {}, beside?: string) {
  const { campaign, fundId } = await makeCampaign({ currency })
  const started = await begin(campaign.slug, fields)
  if (beside !== undefined) await payAt((await begin(campaign.slug, { amount: beside })).checkoutUrl)
  await payAt(started.checkoutUrl)
  await settleAll(world)
  const donation = await db().donation.findUniqueOrThrow({ where: { id: started.donationId } })
  const line = await db().balanceTransaction.findUniqueOrThrow({
    where: { id: donation.balanceTransactionId ?? '' },
    include: { legs: true },
  })
  return { campaign, campaignFundId: fundId, donation, line }
}

/** What a fund's accounts hold, by role; zero ones are left out. */
async function balancesOf(fundId: bigint | null): Promise<Record<string, bigint>> {
  const rows = await db().$queryRaw<{ role: string; minor: bigint }[]>`
    SELECT role, sum(balance_minor)::bigint AS minor FROM ledger.balances WHERE fund_id = ${fundId} AND balance_minor <> 0 GROUP BY role`
  return Object.fromEntries(rows.map(({ role, minor }) => [role, minor]))
}

/** Each currency's money at Stripe: the ledger's funds in it against Stripe's own lines. */
async function expectEqualToStripe(): Promise<void> {
  const booked = await db().$queryRaw<{ currency: string; minor: bigint }[]>`
    SELECT currency, sum(balance_minor)::bigint AS minor FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available')
    GROUP BY currency HAVING sum(balance_minor) <> 0`
  const stripe = new Map<string, bigint>()
  for (const line of await world.transactions()) {
    const code = line.currency.toUpperCase()
    stripe.set(code, (stripe.get(code) ?? 0n) + fromStripeAmount(line.net, code))
  }
  for (const [code, minor] of stripe)
    expect([code, booked.find((row) => row.currency === code)?.minor ?? 0n]).toEqual([code, minor])
}

test('money in another currency than its campaign’s is shown to the chapter’s treasurers, and to nobody else', async () => {
  await settlesIn(['usd'], { eur: '1.1' })
  const { campaign, donation, line } = await settledGift('EUR')
  const treasurer = (chapterId: string) => ({
    ...{ kind: 'user' as const, userId: newId(), name: 'Ida', isAdmin: false },
    roles: [{ chapterId, role: 'treasurer' as const }],
  })
  const { chapterId } = campaign
  expect(await listForeignPurses(treasurer(chapterId))).toMatchObject([
    {
      ...{ fundId: donation.fundId, currency: 'USD', neededCurrency: 'EUR', campaignTitle: campaign.title },
      stripePendingMinor: line.netMinor,
    },
  ])
  const other = (await makeCampaign()).campaign.chapterId
  expect(await listForeignPurses(treasurer(other))).toEqual([])
  const organizer = { ...treasurer(chapterId), roles: [{ chapterId, role: 'organizer' as const }] }
  expect(await listForeignPurses(organizer)).toEqual([])
})

test('a gift in euros that Stripe settles in dollars is booked in dollars, with Stripe’s rate and time', async () => {
  await settlesIn(['usd'], { eur: '1.1' })
  const { donation, line, campaignFundId } = await settledGift('EUR')
  expect(donation).toMatchObject({
    status: 'settled',
    currency: 'EUR',
    giftMinor: 2500n,
    settledCurrency: 'USD',
    settledMinor: 2750n,
  })
  expect(line).toMatchObject({
    currency: 'USD',
    amountMinor: 2750n,
    presentmentCurrency: 'EUR',
    presentmentMinor: 2500n,
    rateSource: 'stripe',
  })
  expect(Number(line.exchangeRate)).toBeCloseTo(1.1, 6)
  expect(line.rateAt).toEqual(line.createdAt)
  expect(donation.fundId).not.toBe(campaignFundId)
  const [fund] = await db().$queryRaw<{ currency: string; campaign: string }[]>`
    SELECT currency, campaign_id AS campaign FROM ledger.funds WHERE id = ${donation.fundId}`
  expect(fund).toEqual({ currency: 'USD', campaign: donation.campaignId })
  expect(await balancesOf(donation.fundId)).toEqual({
    stripe_pending: line.netMinor,
    contributions: -2750n,
    processing_fees: line.feeMinor,
  })
  expect(await db().stripeEvent.count({ where: { status: 'quarantined' } })).toBe(0)
  await expectEqualToStripe()
})

test('a gift in euros to a fund in dollars goes into that fund, at what Stripe made of it', async () => {
  await settlesIn(['usd'], { eur: '1.2' })
  const { campaign, fundId } = await makeCampaign({ currency: 'USD' })
  const donor = await db().donor.create({ data: { email: `${newId()}@example.org` } })
  const pledge = await db().pledge.create({
    data: { campaignId: campaign.id, donorId: donor.id, amountMinor: 5000n, currency: 'EUR' },
  })
  const { id } = await db().donation.create({
    data: {
      ...{ campaignId: campaign.id, donorId: donor.id, pledgeId: pledge.id, currency: 'EUR', giftMinor: 5000n },
      ...{ submissionKey: newToken(), receiptToken: newToken() },
    },
  })
  const charges = [
    { amount: 5000, currency: 'eur', created: Math.floor(Date.now() / 1_000) - 5, metadata: { donation_id: id } },
  ]
  const [charge] = (await world.control('POST', 'charges/bulk', charges)) as { charge: string }[]
  expect(await settleDonation(WORKER, { chargeId: charge?.charge ?? '' })).toMatchObject({ state: 'settled' })
  expect(await db().donation.findUniqueOrThrow({ where: { id } })).toMatchObject({
    fundId,
    settledCurrency: 'USD',
    settledMinor: 6000n,
  })
  expect((await balancesOf(fundId))['contributions']).toBe(-6000n)
})

test('a campaign that also takes euros lets the giver choose; any other currency a form names is not read', async () => {
  await settlesIn(['usd'], { eur: '1.1' })
  const { chapter, campaign: plain } = await makeCampaign({ currency: 'USD' })
  const campaign = await plantCampaign({ chapterId: chapter.id, alsoCurrency: 'EUR' })
  const { fundId } = campaign
  // What was reviewed stays as it was reviewed.
  const late = { where: { id: plain.id }, data: { alsoCurrency: 'EUR' } }
  await expect(db().campaign.update(late)).rejects.toThrow(/only a draft/)
  const inEuros = await begin(campaign.slug, { currency: 'EUR', amount: '30' })
  const tampered = await begin(campaign.slug, { currency: 'JPY', amount: '30' })
  await payAt(inEuros.checkoutUrl)
  await settleAll(world)
  const euros = await db().donation.findUniqueOrThrow({ where: { id: inEuros.donationId } })
  expect(euros).toMatchObject({
    currency: 'EUR',
    giftMinor: 3000n,
    settledCurrency: 'USD',
    settledMinor: 3300n,
    fundId,
  })
  expect(await db().donation.findUniqueOrThrow({ where: { id: tampered.donationId } })).toMatchObject({
    currency: 'USD',
  })
  expect(await givingView(campaign.slug, 'EUR')).toMatchObject({
    currency: 'EUR',
    otherCurrency: 'USD',
    offersTip: false,
  })
  expect(await givingView(campaign.slug, 'JPY')).toMatchObject({ currency: 'USD', otherCurrency: 'EUR' })
  expect(await campaignFigures(campaign.id)).toMatchObject({ currency: 'USD', raisedMinor: 3300n })
})

test('gift, covered fee and tip are divided as they were given, and both purses are of the settled currency', async () => {
  await settlesIn(['usd'], { eur: '1.0777' })
  const { donation, line } = await settledGift('EUR', { coverFee: 'yes', tip: '10' })
  expect(line.legs).toHaveLength(2)
  expect(line.legs.reduce((sum, leg) => sum + leg.netMinor, 0n)).toBe(line.netMinor)
  const currencies = await db().$queryRaw<{ currency: string }[]>`
    SELECT DISTINCT currency FROM ledger.funds WHERE id = ANY (${line.legs.map((leg) => leg.fundId)})`
  expect(currencies).toEqual([{ currency: 'USD' }])
  expect(donation.settledMinor).toBe(line.amountMinor)
  await expectEqualToStripe()
})

test.each([
  ['JPY', { amount: '5000' }, { jpy: '0.0066' }],
  ['KWD', { amount: '12.340' }, { kwd: '3.2512' }],
])('a currency without decimals, and one with three, settle exactly: %s', async (currency, fields, rates) => {
  await settlesIn(['usd'], rates)
  const { donation, line } = await settledGift(currency, fields)
  expect(donation).toMatchObject({ status: 'settled', currency, settledCurrency: 'USD' })
  expect(line.presentmentMinor).toBe(donation.giftMinor)
  await expectEqualToStripe()
})

test.each(['JPY', 'KWD', 'ISK'])('gifts that stay in %s are exact as well', async (currency) => {
  const amount = currency === 'KWD' ? '7.250' : '1500'
  const { donation, line, campaignFundId } = await settledGift(currency, { amount })
  expect(donation).toMatchObject({ status: 'settled', settledCurrency: currency, fundId: campaignFundId })
  expect(line).toMatchObject({ exchangeRate: null, rateSource: null, amountMinor: donation.giftMinor })
})

test('a full refund at a worse rate is a loss by exchange, at a better one a gain; the gift itself is given back as it came', async () => {
  for (const [rate, difference] of [
    ['1.2', 250n],
    ['1.0', -250n],
  ] as const) {
    await settlesIn(['usd'], { eur: '1.1' })
    const { donation, line } = await settledGift('EUR', {}, '100.00')
    await settlesIn(['usd'], { eur: rate })
    await world.control('POST', 'refunds', { charge: donation.chargeId })
    await settleAll(world)
    const balances = await balancesOf(donation.fundId)
    expect(balances['refunds']).toBe(2750n)
    expect(balances['exchange_loss']).toBe(difference)
    const refund = await db().balanceTransaction.findFirstOrThrow({
      where: { reportingCategory: 'refund', legs: { some: { fundId: donation.fundId ?? 0n } } },
    })
    expect(refund).toMatchObject({ presentmentCurrency: 'EUR', presentmentMinor: 2500n, rateSource: 'stripe' })
    expect(line.amountMinor + refund.amountMinor).toBe(-difference)
    await expectEqualToStripe()
  }
})

test('parts refunded one after another add up to the whole, whatever the rate of each day', async () => {
  await settlesIn(['usd'], { eur: '1.0777' })
  const { donation } = await settledGift('EUR', { amount: '25.01' }, '100.00')
  for (const [amount, eur] of [
    [333, '1.01'],
    [667, '1.13'],
    [1501, '1.0555'],
  ] as const) {
    await settlesIn(['usd'], { eur })
    await world.control('POST', 'refunds', { charge: donation.chargeId, amount })
    await settleAll(world)
  }
  expect((await balancesOf(donation.fundId))['refunds']).toBe(donation.settledMinor)
  await expectEqualToStripe()
  const gift = { askedMinor: 2501n, settledMinor: 2695n }
  const parts = [
    worthWhenGiven(gift, { beforeMinor: 0n, returnedMinor: 333n }),
    worthWhenGiven(gift, { beforeMinor: 333n, returnedMinor: 2501n }),
  ]
  expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(2695n)
})

test('of a dispute in another currency that is decided in part, the part that stays lost is lost and no exchange', async () => {
  await settlesIn(['usd'], { eur: '1.1' })
  const { donation } = await settledGift('EUR', {}, '100.00')
  await settlesIn(['usd'], { eur: '1.2' })
  const { id } = (await world.control('POST', 'disputes', { charge: donation.chargeId })) as { id: string }
  await settleAll(world)
  await world.control('POST', `disputes/${id}/win`, { amount: 1000, fee_returned: true })
  await settleAll(world)
  // 15 of 25 euros stay lost, at what they were worth when they were given.
  expect(await balancesOf(donation.fundId)).toMatchObject({ disputes_lost: 1650n, exchange_loss: 150n })
  expect(await db().dispute.findFirst({ where: { stripeId: id } })).toMatchObject({
    ...{ status: 'won', amountMinor: 2500n, returnedMinor: 1000n, withdrawnMinor: 3000n, reinstatedMinor: 1200n },
  })
  await expectEqualToStripe()
  await world.control('POST', `disputes/${id}/appeal`)
  await world.control('POST', `disputes/${id}/win`)
  await settleAll(world)
  const balances = await balancesOf(donation.fundId)
  expect([balances['disputes_lost'], balances['exchange_loss']]).toEqual([undefined, undefined])
  await expectEqualToStripe()
})

test('a payout of money that was changed pays out of the purse in its currency', async () => {
  await settlesIn(['usd'], { eur: '1.1' })
  const { donation, line } = await settledGift('EUR')
  await world.control('POST', 'clock/advance', { seconds: 3 * DAY })
  const restore = replaceClock(() => new Date(Date.now() + 3 * DAY * 1_000))
  try {
    await postDueAvailable()
    await world.control('POST', 'payouts/run')
    await sweepStripe()
  } finally {
    restore()
  }
  expect((await balancesOf(donation.fundId))['bank']).toBe(line.netMinor)
})

test('a campaign’s own figures stay in its currency; the purse beside it is not mixed in', async () => {
  await settlesIn(['usd'], { eur: '1.1' })
  const { campaign } = await settledGift('EUR')
  expect(await campaignFigures(campaign.id)).toMatchObject({ currency: 'EUR', raisedMinor: 0n })
})

test('a rate between two amounts is a decimal of whole units', () => {
  expect(rateBetween(money(1000n, 'JPY'), money(670n, 'USD'))).toBe('0.006700000000')
  expect(rateBetween(money(2500n, 'EUR'), money(2750n, 'USD'))).toBe('1.100000000000')
  expect(rateBetween(money(1000n, 'KWD'), money(325n, 'USD'))).toBe('3.250000000000')
})
