import { afterEach, expect, test } from 'vitest'
import { closeCampaign } from '#lib/campaigns/close-campaign.ts'
import { settleCampaign } from '#lib/campaigns/settle-campaign.ts'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { listForeignPurses } from '#lib/donations/list-purses.ts'
import { recordExchange } from '#lib/donations/record-exchange.ts'
import { reverseExchange } from '#lib/donations/reverse-exchange.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { newId } from '#lib/ids.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { formatMoney } from '#lib/money/format.ts'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { campaignFigures, federationFigures } from '#lib/reports/queries.ts'
import { suspendGroup } from '#lib/vetting/end-approval.ts'
import { reapproveByHand } from '#tests/support/plant.ts'
import { expectSound, held, person, refusal, toBank } from './aftermath.ts'
import { begin, makeCampaign, payAt, settleAll, useWorld } from './world.ts'

const world = useWorld()
const TODAY = new Date().toISOString().slice(0, 10)

afterEach(async () => {
  await world.control('PUT', 'settlement', { currencies: [], rates: {} })
  await foldBusyFunds(db())
  await expectSound()
})

type Options = { amounts?: Record<string, unknown>[]; currency?: string; rate?: string; chapterCurrency?: string }

/** A campaign whose gifts Stripe settled in dollars, all of them in the bank, and its treasurer. */
async function makePurse({ amounts = [{}], currency = 'EUR', rate = '1.1', chapterCurrency = currency }: Options = {}) {
  await world.control('PUT', 'settlement', { currencies: ['usd'], rates: { [currency.toLowerCase()]: rate } })
  const { campaign, fundId, chapter } = await makeCampaign({ currency, chapterCurrency })
  const ids: string[] = []
  for (const fields of amounts) {
    const started = await begin(campaign.slug, fields)
    await payAt(started.checkoutUrl)
    await settleAll(world)
    ids.push(started.donationId)
  }
  const gifts = await db().donation.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
  const purseId = gifts[0]?.fundId ?? 0n
  await foldBusyFunds(db())
  const pendingMinor = (await fundHeadroom(db(), purseId)).stripePendingMinor
  await toBank(purseId, pendingMinor)
  const treasurer = await person(chapter.id, 'treasurer')
  return { campaign, chapter, fundId, purseId, gifts, treasurer, hasMinor: pendingMinor }
}

type Purse = Awaited<ReturnType<typeof makePurse>>

const formOf = ({ purseId }: Purse, fields: Record<string, unknown> = {}) => ({
  ...{ fundId: String(purseId), submissionKey: newId().replaceAll('-', ''), left: '20.00', fee: '', arrived: '18.00' },
  ...{ exchangedOn: TODAY, rateSource: 'Statement 48, lines 3 and 4', ...fields },
})

test('what left and what arrived are posted as the bank says, with rate, source and day, and an audit row', async () => {
  const purse = await makePurse()
  const id = await recordExchange(purse.treasurer, formOf(purse, { fee: '1.50' }))
  const row = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
  expect(row).toMatchObject({
    ...{ fromMinor: 2000n, feeMinor: 150n, toMinor: 1800n, fromCurrency: 'USD', toCurrency: 'EUR' },
    ...{ rateSource: 'Statement 48, lines 3 and 4', exchangedOn: new Date(`${TODAY}T00:00:00Z`) },
    ...{ recordedById: purse.treasurer.userId, campaignId: purse.campaign.id, toFundId: purse.fundId },
  })
  expect(Number(row.rate)).toBe(0.9)
  expect((await held(purse.purseId))['bank']).toBe(purse.hasMinor - 2150n)
  expect((await held(purse.fundId))['bank']).toBe(1800n)
  const audit = await db().auditEvent.findFirstOrThrow({ where: { subjectId: id } })
  expect(audit).toMatchObject({ action: 'exchange.record', actorId: purse.treasurer.userId })
})

test('what the gifts lost since they were given is a loss at the exchange, what they gained a gain', async () => {
  // 20.00 of the dollars came as 18.18 euros, at 1.1.
  const lost = await makePurse()
  await recordExchange(lost.treasurer, formOf(lost, { arrived: '18.00' }))
  expect(await held(lost.fundId)).toEqual({ bank: 1800n, exchange: -1818n, exchange_loss: 18n })
  const gained = await makePurse()
  await recordExchange(gained.treasurer, formOf(gained, { arrived: '18.50' }))
  expect(await held(gained.fundId)).toEqual({ bank: 1850n, exchange: -1818n, exchange_loss: -32n })
})

test('money whose rate nobody knows has neither gain nor loss', async () => {
  const purse = await makePurse()
  await world.control('PUT', 'settlement', { currencies: [], rates: {} })
  const { treasurer } = purse
  await db()
    .$queryRaw`SELECT ledger.post_offline_gift(${newId()}, 'test', 'one', now(), 'me', NULL, ${purse.purseId}, 10000)`
  const [gift] = await db().$queryRaw<
    { id: bigint }[]
  >`SELECT max(id) AS id FROM ledger.entries WHERE kind = 'offline_gift'`
  await db()
    .$queryRaw`SELECT ledger.deposit_offline_gift(${newId()}, 'test', 'one', now(), 'me', NULL, ${gift?.id}, 'main')`
  const all = formatMoney(purse.hasMinor, 'USD').replace(/[^\d.]/g, '')
  await recordExchange(treasurer, formOf(purse, { left: all, arrived: '20.00' }))
  await recordExchange(treasurer, formOf(purse, { left: '100.00', arrived: '55.00' }))
  const worth = (
    await db().currencyExchange.findMany({ where: { fromFundId: purse.purseId }, orderBy: { id: 'asc' } })
  ).map(({ toMinor, worthMinor }) => toMinor === worthMinor)
  expect(worth).toEqual([false, true])
})

test('the same form twice is one exchange; with other amounts it is refused', async () => {
  const purse = await makePurse()
  const form = formOf(purse)
  const [first, second] = await Promise.all([
    recordExchange(purse.treasurer, form),
    recordExchange(purse.treasurer, form),
  ])
  expect(second).toBe(first)
  for (const change of [{ arrived: '18.01' }, { left: '19.99' }, { fee: '0.01' }, { rateSource: 'Another' }])
    expect(await refusal(recordExchange(purse.treasurer, { ...form, ...change }))).toMatchObject({
      code: 'idempotency_mismatch',
    })
  expect((await held(purse.fundId))['bank']).toBe(1800n)
})

test('more than the purse has in the bank is refused at its field; money at Stripe does not count', async () => {
  const purse = await makePurse()
  const started = await begin(purse.campaign.slug, { amount: '500.00' })
  await payAt(started.checkoutUrl)
  await settleAll(world)
  await foldBusyFunds(db())
  const posting = { idempotencyKey: newId(), sourceType: 'test', sourceId: 'x', effectiveAt: new Date(), actorId: 'me' }
  await postAvailable(db(), { ...posting, fundId: purse.purseId, amountMinor: 50_000n })
  const refused = await refusal(recordExchange(purse.treasurer, formOf(purse, { left: '27.00' })))
  expect(refused).toMatchObject({ code: 'insufficient_funds', fields: { left: [expect.stringContaining('27.00')] } })
  const all = Number(purse.hasMinor) / 100
  const withFee = formOf(purse, { left: String(all), fee: '0.01' })
  expect(await refusal(recordExchange(purse.treasurer, withFee))).toMatchObject({ code: 'insufficient_funds' })
  expect(await recordExchange(purse.treasurer, formOf(purse, { left: String(all) }))).toBeTruthy()
  expect((await held(purse.purseId))['bank']).toBeUndefined()
})

test('exchanges at the same moment never take more than the purse has', async () => {
  const purse = await makePurse()
  const tries = Array.from({ length: 6 }, () =>
    recordExchange(purse.treasurer, formOf(purse, { left: '10.00', arrived: '9.00' })).then(
      () => 'done',
      (error) => error.code,
    ),
  )
  const outcomes = await Promise.all(tries)
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(2)
  expect(outcomes.filter((outcome) => outcome === 'insufficient_funds')).toHaveLength(4)
  expect((await held(purse.fundId))['bank']).toBe(1800n)
})

test('to another chapter’s treasurer, and to whoever is not a treasurer, there is no such purse', async () => {
  const purse = await makePurse()
  const other = await person((await makeCampaign()).chapter.id, 'treasurer')
  const people = [other, await person(purse.chapter.id, 'organizer'), await person(purse.chapter.id, 'auditor')]
  const id = await recordExchange(purse.treasurer, formOf(purse))
  for (const actor of people) {
    expect(await refusal(recordExchange(actor, formOf(purse)))).toMatchObject({ code: 'not_found' })
    const correction = { exchangeId: id, reason: 'Mine now' }
    expect(await refusal(reverseExchange(actor, correction))).toMatchObject({ code: 'not_found' })
  }
  expect(await refusal(recordExchange({ kind: 'guest' }, formOf(purse)))).toMatchObject({ code: 'not_signed_in' })
  const own = formOf(purse, { fundId: String(purse.fundId) })
  expect(await refusal(recordExchange(purse.treasurer, own))).toMatchObject({ code: 'not_found' })
  expect((await held(purse.fundId))['bank']).toBe(1800n)
})

test('each wrong field is named, all at once, also where the purse is unknown', async () => {
  const purse = await makePurse()
  const wrong = { left: '-3', fee: '1.234', arrived: '', exchangedOn: 'soon', rateSource: ' ' }
  const fields = ['arrived', 'exchangedOn', 'fee', 'left', 'rateSource']
  const refused = await refusal(recordExchange(purse.treasurer, formOf(purse, wrong)))
  expect(Object.keys(refused.fields).sort()).toEqual(fields)
  const nowhere = await refusal(recordExchange(purse.treasurer, formOf(purse, { ...wrong, fundId: 'x' })))
  expect(Object.keys(nowhere.fields).sort()).toEqual(expect.arrayContaining(['arrived', 'fundId', 'left']))
  for (const [field, value] of [
    ['exchangedOn', '2999-01-01'],
    ['fromBank', 'nowhere'],
    ['toBank', 'nowhere'],
    ['arrived', '0'],
  ] as const)
    expect((await refusal(recordExchange(purse.treasurer, formOf(purse, { [field]: value })))).fields).toHaveProperty(
      field,
    )
  expect(await db().currencyExchange.count({ where: { fromFundId: purse.purseId } })).toBe(0)
})

test.each([
  ['JPY', { amount: '5000' }, '0.0066', '4000'],
  ['KWD', { amount: '12.340' }, '3.2512', '6.125'],
] as const)(
  'a currency without decimals, and one with three, arrive exactly: %s',
  async (currency, fields, rate, arrived) => {
    const purse = await makePurse({ currency, amounts: [fields], rate })
    const id = await recordExchange(purse.treasurer, formOf(purse, { left: '20.01', arrived }))
    const { toMinor, worthMinor } = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
    expect(toMinor).toBe(BigInt(arrived.replace('.', '')))
    const balances = await held(purse.fundId)
    expect(balances).toMatchObject({ bank: toMinor, exchange: -worthMinor })
    expect(balances['exchange_loss'] ?? 0n).toBe(worthMinor - toMinor)
    const [gift] = purse.gifts
    const { parts } = await traceGift(db(), gift?.entryId ?? 0n)
    const brought = parts.filter(({ fundId }) => fundId === purse.fundId)
    expect(brought.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(toMinor)
  },
)

test('a gift in one currency is traced to the disbursement that spent it in the other', async () => {
  const purse = await makePurse({ amounts: [{ amount: '30.00' }, { amount: '20.00' }] })
  const all = Number(purse.hasMinor) / 100
  await recordExchange(purse.treasurer, formOf(purse, { left: String(all), arrived: '45.00' }))
  const { aidGroupId } = await db().campaignAidGroup.findFirstOrThrow({ where: { campaignId: purse.campaign.id } })
  const lines = [{ category: 'food', description: 'Flour', amount: '45.00' }]
  const asks = await person(purse.chapter.id, 'organizer')
  const input = { campaignId: purse.campaign.id, aidGroupId, purpose: 'Food', lines }
  const { id: disbursementId } = await requestDisbursement(asks, input)
  await approveDisbursement(purse.treasurer, { disbursementId, version: 1 })
  const releases = await person(purse.chapter.id, 'treasurer')
  const wireReference = `FT-${newId().slice(-8)}`
  await releaseDisbursement(releases, { disbursementId, version: 2, wireReference, transferFee: '' })
  const [line] = await db().disbursementLine.findMany({ where: { disbursementId } })
  const traces = await Promise.all(purse.gifts.map(async ({ entryId }) => (await traceGift(db(), entryId ?? 0n)).parts))
  const sent = traces.flat().filter(({ lineId }) => lineId === line?.id)
  expect(sent.every(({ fundId, kind }) => fundId === purse.fundId && kind === 'disbursement')).toBe(true)
  expect(sent).toHaveLength(2)
  expect(sent.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(4500n)
})

test('figures and reports stay true in both currencies: opening and what came in less what went out is the closing', async () => {
  const purse = await makePurse()
  await recordExchange(purse.treasurer, formOf(purse, { fee: '1.00' }))
  expect(await campaignFigures(purse.campaign.id)).toMatchObject({
    ...{ currency: 'EUR', raisedMinor: 0n, exchangeMinor: 1800n, moneyMinor: 1800n, leftMinor: 1800n },
  })
  expect((await federationFigures()).map(({ currency }) => currency)).toEqual(expect.arrayContaining(['EUR', 'USD']))
  const scope = { kind: 'campaign', campaignId: purse.campaign.id } as const
  const { totals } = await periodStatement({ scope, from: '2020-01-01', to: '2099-12-31' })
  expect(
    totals.map(({ currency, exchangeMinor, transferFeesMinor, closingMinor }) => ({
      ...{ currency, exchangeMinor, transferFeesMinor, closingMinor },
    })),
  ).toEqual([
    { currency: 'EUR', exchangeMinor: 1800n, transferFeesMinor: 0n, closingMinor: 1800n },
    { currency: 'USD', exchangeMinor: -2000n, transferFeesMinor: 100n, closingMinor: purse.hasMinor - 2100n },
  ])
})

test('a wrong exchange is taken back with a reason, once, and the right one entered anew', async () => {
  const purse = await makePurse()
  const id = await recordExchange(purse.treasurer, formOf(purse, { fee: '1.00' }))
  expect((await refusal(reverseExchange(purse.treasurer, { exchangeId: id, reason: '' }))).fields).toHaveProperty(
    'reason',
  )
  await reverseExchange(purse.treasurer, { exchangeId: id, reason: 'Read the wrong line' })
  await reverseExchange(purse.treasurer, { exchangeId: id, reason: 'Twice' })
  expect(await held(purse.fundId)).toEqual({})
  expect((await held(purse.purseId))['bank']).toBe(purse.hasMinor)
  expect(await db().currencyExchange.findUniqueOrThrow({ where: { id } })).toMatchObject({
    reversedReason: 'Read the wrong line',
  })
  const all = Number(purse.hasMinor) / 100
  expect(await recordExchange(purse.treasurer, formOf(purse, { left: String(all) }))).toBeTruthy()
  const purses = await listForeignPurses(purse.treasurer)
  expect(purses).toEqual([])
})

test('the ledger exchanges a chapter’s money only as its treasurers recorded, whoever calls it', async () => {
  const purse = await makePurse()
  const app = await world.database.asApp()
  const call = `SELECT ledger.post_exchange('k', 'test', 'one', now(), 'me', NULL, $1, 'main', 100, 0, $2, 'main', 90, 90)`
  await expect(app.query(call, [purse.purseId, purse.fundId])).rejects.toMatchObject({ code: 'CP361' })
  const id = await recordExchange(purse.treasurer, formOf(purse))
  const { entryId } = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
  const undo = `SELECT ledger.reverse_exchange('u', 'test', 'one', now(), 'me', NULL, $1)`
  await expect(app.query(undo, [entryId])).rejects.toMatchObject({ code: 'CP361' })
  await expect(app.query(`UPDATE currency_exchange SET to_minor = 1 WHERE id = $1`, [id])).rejects.toMatchObject({
    code: 'CP361',
  })
  await expect(app.query(`DELETE FROM currency_exchange WHERE id = $1`, [id])).rejects.toMatchObject({ code: '42501' })
})

test('tips in another currency are exchanged into the chapter’s general fund', async () => {
  const purse = await makePurse({ amounts: [{ tip: '10' }] })
  const tipFundId = purse.gifts[0]?.tipFundId ?? 0n
  const minor = (await fundHeadroom(db(), tipFundId)).stripePendingMinor
  await toBank(tipFundId, minor)
  const amounts = { left: '1.00', arrived: '0.90', fundId: String(tipFundId) }
  const id = await recordExchange(purse.treasurer, formOf(purse, amounts))
  const { toFundId } = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
  const { generalFundId } = await db().chapter.findUniqueOrThrow({ where: { id: purse.chapter.id } })
  expect(generalFundId).toBe(toFundId)
  expect(await held(toFundId)).toMatchObject({ bank: 90n })
})

test('while nobody may be paid from a campaign nothing of it is exchanged, in lib and in the database', async () => {
  const purse = await makePurse()
  const { aidGroupId } = await db().campaignAidGroup.findFirstOrThrow({ where: { campaignId: purse.campaign.id } })
  const reviewer = await person(purse.chapter.id, 'vetting_reviewer')
  await suspendGroup(reviewer, { aidGroupId, reason: 'Something has to be looked at.' })
  // Not only once the worker has heard of it.
  expect(await refusal(recordExchange(purse.treasurer, formOf(purse)))).toMatchObject({ code: 'wrong_state' })
  const row = { chapterId: purse.chapter.id, campaignId: purse.campaign.id, submissionKey: newId().replaceAll('-', '') }
  const sides = { fromFundId: purse.purseId, fromCurrency: 'USD', toFundId: purse.fundId, toCurrency: 'EUR' }
  const banks = { fromBank: 'main', toBank: 'main', fromMinor: 1n, feeMinor: 0n, toMinor: 1n, worthMinor: 1n }
  const rest = { rate: '1', rateSource: 'x', exchangedOn: new Date(), entryId: 1n, recordedById: newId() }
  await expect(db().currencyExchange.create({ data: { ...row, ...sides, ...banks, ...rest } })).rejects.toThrow(
    /nobody may be paid/,
  )
  await handleGroupChange({ aidGroupId })
  expect(await refusal(recordExchange(purse.treasurer, formOf(purse)))).toMatchObject({ code: 'wrong_state' })
  await reapproveByHand(aidGroupId)
  await handleGroupChange({ aidGroupId })
  expect(await recordExchange(purse.treasurer, formOf(purse))).toBeTruthy()
})

test('what was exchanged before a hold is set aside with the rest of the fund', async () => {
  const purse = await makePurse()
  const id = await recordExchange(purse.treasurer, formOf(purse))
  const { aidGroupId } = await db().campaignAidGroup.findFirstOrThrow({ where: { campaignId: purse.campaign.id } })
  const reviewer = await person(purse.chapter.id, 'vetting_reviewer')
  await suspendGroup(reviewer, { aidGroupId, reason: 'Something has to be looked at.' })
  await handleGroupChange({ aidGroupId })
  expect(await fundHeadroom(db(), purse.fundId)).toMatchObject({ headroomMinor: 0n, encumberedMinor: 1800n })
  const correction = { exchangeId: id, reason: 'Wrong' }
  expect(await refusal(reverseExchange(purse.treasurer, correction))).toMatchObject({ code: 'insufficient_funds' })
})

test('books are not closed while money of the campaign lies in another currency', async () => {
  const purse = await makePurse()
  const step = async (write: typeof closeCampaign) => {
    const { version } = await db().campaign.findUniqueOrThrow({ where: { id: purse.campaign.id } })
    return write(purse.treasurer, { campaignId: purse.campaign.id, version, reason: 'It is over.' })
  }
  await step(closeCampaign)
  expect(await refusal(step(settleCampaign))).toMatchObject({
    code: 'wrong_state',
    message: expect.stringContaining('USD'),
  })
})
