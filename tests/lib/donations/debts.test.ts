import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { exchangeForDebt, listDebts, payDebt } from '#lib/donations/pay-debt.ts'
import { recordExchange } from '#lib/donations/record-exchange.ts'
import { listHeldForChapters, returnLoss } from '#lib/donations/return-loss.ts'
import { reverseExchange } from '#lib/donations/reverse-exchange.ts'
import { newId } from '#lib/ids.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'

import { addAccount } from '#lib/reconciliation/add-account.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { matchLines } from '#lib/reconciliation/match-lines.ts'
import { listAccounts, openSides } from '#lib/reconciliation/queries.ts'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { fillFund } from '#tests/lib/disbursements/fixture.ts'
import { camtOf } from '#tests/lib/reconciliation/camt-file.ts'
import { expectSound, held, paidGift, person, refusal, spendGift, toBank } from './aftermath.ts'
import { begin, payAt, settleAll, useWorld } from './world.ts'

const world = useWorld()
const TODAY = new Date().toISOString().slice(0, 10)
const dataDir = mkdtempSync(join(tmpdir(), 'common-purse-debts-'))
process.env['DATA_DIR'] = dataDir
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

afterEach(async () => {
  await world.control('PUT', 'settlement', { currencies: [], rates: {} })
  await foldBusyFunds(db())
  await expectSound()
})

const settleInDollars = () => world.control('PUT', 'settlement', { currencies: ['usd'], rates: { eur: '1.1' } })

async function dispute(chargeId: string): Promise<string> {
  const { id } = (await world.control('POST', 'disputes', { charge: chargeId })) as { id: string }
  await settleAll(world)
  return id
}

/** The chapter's general fund with money in the bank, in the chapter's own currency. */
async function fillGeneral(chapter: { id: string; currency: string }, amountMinor = 20_000n): Promise<bigint> {
  const fund = { campaignId: null, restriction: 'without', currency: chapter.currency, name: 'General fund' } as const
  const generalFundId = await openFund(db(), { chapterId: chapter.id, ...fund })
  await db().chapter.update({ where: { id: chapter.id }, data: { generalFundId } })
  await fillFund(generalFundId, amountMinor)
  await foldBusyFunds(db())
  return generalFundId
}

/** A chapter and campaign in euros whose gift came as dollars; those were exchanged, and then the gift was disputed. */
async function owedPurse() {
  await settleInDollars()
  const gift = await paidGift(world, {}, { currency: 'EUR' })
  const purseId = gift.donation.fundId ?? 0n
  await foldBusyFunds(db())
  const { stripePendingMinor: allMinor } = await fundHeadroom(db(), purseId)
  await toBank(purseId, allMinor)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const left = String(Number(allMinor) / 100)
  await recordExchange(treasurer, formOf(purseId, { left, arrived: '22.00' }))
  const disputeId = await dispute(gift.chargeId)
  const owedMinor = (await fundHeadroom(db(), purseId)).receivableMinor
  return { gift, chapter: gift.chapter, purseId, treasurer, disputeId, owedMinor, debt: { fundId: String(purseId) } }
}

/** A campaign in euros of a chapter in dollars, whose gift was spent and then disputed. */
async function owedCampaign() {
  const gift = await paidGift(world, {}, { currency: 'EUR', chapterCurrency: 'USD' })
  await spendGift(gift)
  await dispute(gift.chargeId)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  return { gift, chapter: gift.chapter, treasurer, debt: { fundId: String(gift.fundId) } }
}

function formOf(fundId: bigint | string, fields: Record<string, unknown> = {}) {
  const submissionKey = newId().replaceAll('-', '')
  const form = { fundId: String(fundId), submissionKey, left: '100.00', fee: '', arrived: '105.00' }
  return { ...form, exchangedOn: TODAY, rateSource: 'Advice 9', ...fields }
}

/** Money of the campaign is asked for and promised: what a fund that is owed something refuses. */
async function promise({ id: campaignId, chapterId }: { id: string; chapterId: string }): Promise<void> {
  const { aidGroupId } = await db().campaignAidGroup.findFirstOrThrow({ where: { campaignId } })
  const lines = [{ category: 'food', description: 'Flour', amount: '1.00' }]
  const asks = await person(chapterId, 'organizer')
  const { id: disbursementId } = await requestDisbursement(asks, { campaignId, aidGroupId, purpose: 'Food', lines })
  await approveDisbursement(await person(chapterId, 'treasurer'), { disbursementId, version: 1 })
}

test('a dispute of exchanged money is shown as owed to its purse, and paid with exchanged money of the general fund', async () => {
  const { chapter, purseId, treasurer, owedMinor, debt } = await owedPurse()
  expect(owedMinor).toBeGreaterThan(2_750n)
  const seen = { fundId: purseId, currency: 'USD', receivableMinor: owedMinor, mayPay: true, payableMinor: 0n }
  expect(await listDebts(treasurer)).toMatchObject([{ ...seen, abroad: { currency: 'EUR' } }])
  expect(await refusal(payDebt(treasurer, debt))).toMatchObject({ code: 'insufficient_funds' })
  const generalFundId = await fillGeneral(chapter)
  const id = await exchangeForDebt(treasurer, formOf(purseId, { fee: '2.00' }))
  const exchange = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
  expect(exchange).toMatchObject({ fromFundId: generalFundId, fromMinor: 10_000n, feeMinor: 200n, toMinor: 10_500n })
  expect([exchange.campaignId, exchange.rateSource, Number(exchange.rate)]).toEqual([null, 'Advice 9', 1.05])
  expect(await listDebts(treasurer)).toMatchObject([{ payableMinor: owedMinor }])
  expect(await payDebt(treasurer, debt)).toEqual({ paidMinor: owedMinor, currency: 'USD' })
  expect(await listDebts(treasurer)).toEqual([])
  expect((await held(generalFundId))['bank']).toBe(9_800n)
  expect((await held(exchange.toFundId))['bank']).toBe(10_500n - owedMinor)
  expect(await refusal(payDebt(treasurer, debt))).toMatchObject({ code: 'wrong_state' })
})

test('after the debt is paid, what is given later leaves the purse again and the reports still add up', async () => {
  const { gift, chapter, purseId, treasurer, debt } = await owedPurse()
  await settleInDollars()
  await payAt((await begin(gift.campaign.slug, { amount: '100.00' })).checkoutUrl)
  await settleAll(world)
  await foldBusyFunds(db())
  await toBank(purseId, 8_000n)
  const later = formOf(purseId, { left: '40.00', arrived: '36.00' })
  expect(await refusal(recordExchange(treasurer, later))).toMatchObject({ code: 'insufficient_funds' })
  await fillGeneral(chapter)
  await exchangeForDebt(treasurer, formOf(purseId))
  await payDebt(treasurer, debt)
  expect(await recordExchange(treasurer, later)).toBeTruthy()
  for (const scope of [
    { kind: 'campaign', campaignId: gift.campaign.id },
    { kind: 'chapter', chapterId: chapter.id },
  ] as const) {
    const { totals } = await periodStatement({ scope, from: '2020-01-01', to: '2099-12-31' })
    expect(totals.map(({ currency }) => currency)).toEqual(['EUR', 'USD'])
  }
})

test('a campaign in another currency than its chapter’s is paid as well, and may be sent from again', async () => {
  const { gift, chapter, treasurer, debt } = await owedCampaign()
  const { receivableMinor } = await fundHeadroom(db(), gift.fundId)
  await fillFund(gift.fundId, 500n)
  await foldBusyFunds(db())
  expect(await refusal(promise(gift.campaign))).toMatchObject({ code: 'insufficient_funds' })
  await fillGeneral(chapter)
  expect(await refusal(payDebt(treasurer, debt))).toMatchObject({ code: 'insufficient_funds' })
  await exchangeForDebt(treasurer, formOf(gift.fundId, { arrived: '10.00' }))
  expect(await payDebt(treasurer, debt)).toEqual({ paidMinor: 1_000n, currency: 'EUR' })
  await exchangeForDebt(treasurer, formOf(gift.fundId, { left: '90.00', arrived: '85.00' }))
  expect(await payDebt(treasurer, debt)).toEqual({ paidMinor: receivableMinor - 1_000n, currency: 'EUR' })
  await promise(gift.campaign)
  expect(await held(gift.fundId)).toMatchObject({ encumbrances: 100n })
})

test('what the chapter already has of its own in that currency pays without an exchange, and what it owes that, that bears', async () => {
  const { chapter, treasurer, debt } = await owedCampaign()
  const own = { chapterId: chapter.id, campaignId: null, restriction: 'without', currency: 'EUR', name: 'Own' } as const
  await fillFund(await openFund(db(), own), 50_000n)
  await foldBusyFunds(db())
  expect((await payDebt(treasurer, debt)).paidMinor).toBeGreaterThan(2_500n)
  await settleInDollars()
  const tipped = await paidGift(world, { tip: '10' }, { currency: 'EUR' })
  await foldBusyFunds(db())
  const tipFundId = tipped.donation.tipFundId ?? 0n
  const tipMinor = (await fundHeadroom(db(), tipFundId)).stripePendingMinor
  await toBank(tipFundId, tipMinor)
  const theirs = await person(tipped.chapter.id, 'treasurer')
  await recordExchange(theirs, formOf(tipFundId, { left: String(Number(tipMinor) / 100), arrived: '2.00' }))
  await dispute(tipped.chargeId)
  const owedMinor = (await fundHeadroom(db(), tipFundId)).receivableMinor
  expect(owedMinor).toBeGreaterThan(0n)
  await fillGeneral({ id: tipped.chapter.id, currency: 'EUR' })
  await exchangeForDebt(theirs, formOf(tipFundId))
  expect((await payDebt(theirs, { fundId: String(tipFundId) })).paidMinor).toBe(owedMinor)
})

test('an exchange for a debt is recorded once, for what is owed, by the chapter’s treasurers only', async () => {
  const { chapter, purseId, treasurer } = await owedPurse()
  const form = formOf(purseId)
  expect(await refusal(exchangeForDebt(treasurer, form))).toMatchObject({ code: 'insufficient_funds' })
  const generalFundId = await fillGeneral(chapter)
  for (const actor of [
    await person(chapter.id, 'auditor'),
    await person((await paidGift(world)).chapter.id, 'treasurer'),
  ])
    expect(await refusal(exchangeForDebt(actor, form))).toMatchObject({ code: 'not_found' })
  const [one, two] = await Promise.all([exchangeForDebt(treasurer, form), exchangeForDebt(treasurer, form)])
  expect(two).toBe(one)
  for (const change of [{ fee: '0.01' }, { arrived: '1.00' }, { rateSource: 'Another' }])
    expect(await refusal(exchangeForDebt(treasurer, { ...form, ...change }))).toMatchObject({
      code: 'idempotency_mismatch',
    })
  const tooMuch = formOf(purseId, { left: '100.01' })
  expect(await refusal(exchangeForDebt(treasurer, tooMuch))).toMatchObject({ code: 'insufficient_funds' })
  const wrong = { left: '', arrived: '0', exchangedOn: 'soon', rateSource: '' }
  const { fields } = await refusal(exchangeForDebt(treasurer, formOf(purseId, wrong)))
  expect(Object.keys(fields).sort()).toEqual(['arrived', 'exchangedOn', 'left', 'rateSource'])
  const nowhere = await refusal(exchangeForDebt(treasurer, formOf(purseId, { toBank: 'nowhere' })))
  expect(nowhere.fields).toHaveProperty('toBank')
  await reverseExchange(treasurer, { exchangeId: one, reason: 'Read the wrong line' })
  expect((await held(generalFundId))['bank']).toBe(20_000n)
  const other = await paidGift(world)
  const theirs = await person(other.chapter.id, 'treasurer')
  expect(await refusal(exchangeForDebt(theirs, formOf(other.fundId)))).toMatchObject({ code: 'wrong_state' })
})

test('both bank lines of an exchange for a debt are matched, and its payment leaves nothing open', async () => {
  const { chapter, purseId, treasurer, debt } = await owedPurse()
  const accounts = []
  for (const currency of ['EUR', 'USD']) {
    const number = `NL91ABNA${newId().slice(-10)}`
    const account = { chapterId: chapter.id, name: `Account in ${currency}`, currency, number, use: 'main' }
    accounts.push({ currency, number, id: await addAccount(treasurer, account) })
  }
  await fillGeneral(chapter)
  const id = await exchangeForDebt(treasurer, formOf(purseId, { left: '101.37', arrived: '106.11' }))
  await payDebt(treasurer, debt)
  const { entryId } = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
  for (const [index, { currency, number, id: bankAccountId }] of accounts.entries()) {
    const line = { on: TODAY, minor: index === 0 ? -10_137n : 10_611n, text: 'FX' }
    const text = camtOf({ id: `D${index}`, account: number, currency, openingMinor: 20_000n, lines: [line] })
    const file = { name: 's.xml', bytes: new TextEncoder().encode(text) }
    await importStatement(treasurer, { bankAccountId, file })
    const account = (await listAccounts(treasurer)).find((one) => one.id === bankAccountId)
    if (!account) throw new Error('the account is the treasurer’s')
    const [open] = (await openSides(treasurer, account)).lines
    expect(open?.suggestions[0]).toMatchObject({ kind: 'exchange' })
    await matchLines(treasurer, { bankAccountId, lineIds: [open?.id], keys: open?.suggestions[0]?.keys })
    const after = await openSides(treasurer, account)
    expect(after.lines).toEqual([])
    // The exchange, and after it the payment of the debt.
    expect(after.movements.filter((movement) => movement.entryId >= entryId)).toEqual([])
  }
})

test('a dispute that is won after the debt was paid leaves the purse money that can go back to the chapter’s own', async () => {
  const { chapter, purseId, treasurer, disputeId, owedMinor, debt } = await owedPurse()
  await fillGeneral(chapter)
  const id = await exchangeForDebt(treasurer, formOf(purseId))
  await payDebt(treasurer, debt)
  await world.control('POST', `disputes/${disputeId}/win`, {})
  await settleAll(world)
  const { receivableMinor, headroomMinor } = await fundHeadroom(db(), purseId)
  expect([receivableMinor, headroomMinor]).toEqual([-owedMinor, 0n])
  const { toFundId } = await db().currencyExchange.findUniqueOrThrow({ where: { id } })
  expect(await listHeldForChapters(treasurer)).toMatchObject([{ fundId: purseId, owedMinor, mayReturn: true }])
  expect(await returnLoss(treasurer, debt)).toEqual({ returnedMinor: owedMinor, currency: 'USD' })
  expect(await listHeldForChapters(treasurer)).toEqual([])
  expect((await fundHeadroom(db(), purseId)).receivableMinor).toBe(0n)
  expect((await held(toFundId))['bank']).toBe(10_500n)
})
