import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { cancelEncumbrance } from '#lib/ledger/cancel-encumbrance.ts'
import { closePeriod } from '#lib/ledger/close-period.ts'
import { confirmGrant } from '#lib/ledger/confirm-grant.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { foldBusyFunds, foldFund } from '#lib/ledger/fold-funds.ts'
import { depositOfflineGift } from '#lib/ledger/match-offline-gift.ts'
import { openBank } from '#lib/ledger/open-bank.ts'
import { openDispute } from '#lib/ledger/open-dispute.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { postGifts } from '#lib/ledger/post-gifts.ts'
import { postOfflineGift } from '#lib/ledger/post-offline-gift.ts'
import { postPayout } from '#lib/ledger/post-payout.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { releaseEncumbrance } from '#lib/ledger/release-encumbrance.ts'
import { setLossReserve } from '#lib/ledger/reserve-losses.ts'
import { winDispute } from '#lib/ledger/resolve-dispute.ts'
import { returnWire } from '#lib/ledger/return-wire.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { settleReceivable } from '#lib/ledger/settle-receivable.ts'
import { transferBetweenFunds } from '#lib/ledger/transfer-between-funds.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { currencies } from '#lib/money/currencies.ts'
import { useDatabase } from '#tests/support/database.ts'
import { bank, centsLeft, type Funds, give, openFunds, posting, refusal, send, transfersOf } from './fixture.ts'

useDatabase()

let funds: Funds
beforeEach(async () => {
  funds = await openFunds()
})

test('a gift books gross and fee, and a tip to the general fund with its own share of the fee', async () => {
  const tip = { fundId: funds.general, tipMinor: 200n, feeMinor: 9n }
  const gift = { ...posting(), fundId: funds.campaign, giftMinor: 2500n, coverMinor: 100n, feeMinor: 103n, tip }
  const { entryId } = await postGift(db(), gift)
  expect(await transfersOf(entryId)).toEqual([
    'stripe_pending>contributions 2500',
    'stripe_pending>fee_cover 100',
    'processing_fees>stripe_pending 103',
    'stripe_pending>tips 200',
    'processing_fees>stripe_pending 9',
  ])
  await foldBusyFunds(db())
  expect([await centsLeft(funds.campaign), await centsLeft(funds.general)]).toEqual([2497n, 191n])
})

test.each<[string, { giftMinor?: bigint; feeMinor?: bigint; tip?: { tipMinor: bigint; feeMinor: bigint } }]>([
  ['nothing given', { giftMinor: 0n }],
  ['a negative amount', { giftMinor: -5n }],
  ['a negative fee', { feeMinor: -1n }],
  ['a fee above the gross', { feeMinor: 2501n }],
  ['an empty tip', { tip: { tipMinor: 0n, feeMinor: 0n } }],
  ['a tip below its fee', { tip: { tipMinor: 10n, feeMinor: 11n } }],
])('a gift whose amounts do not fit is refused: %s', async (_, { tip, ...amounts }) => {
  const gift = { ...posting(), fundId: funds.campaign, giftMinor: 2500n, coverMinor: 0n, feeMinor: 103n, ...amounts }
  const withTip = tip ? { ...gift, tip: { fundId: funds.general, ...tip } } : gift
  expect(await refusal(postGift(db(), withTip))).toBe('invalid_input')
  expect(await refusal(postGifts(db(), [withTip]))).toBe('invalid_input')
})

test('a tip goes to a fund without donor restrictions only', async () => {
  const other = await openFunds()
  const tip = { fundId: other.campaign, tipMinor: 200n, feeMinor: 9n }
  await expect(
    postGift(db(), { ...posting(), fundId: funds.campaign, giftMinor: 2500n, coverMinor: 0n, feeMinor: 1n, tip }),
  ).rejects.toThrow()
})

test('a gift to a fund that does not exist is not found', async () => {
  expect(await refusal(give(999_999n, 100n, 3n))).toBe('not_found')
})

test('the same key with the same contents is the same entry; with other contents it is an error', async () => {
  const gift = { ...posting(), fundId: funds.campaign, giftMinor: 2500n, coverMinor: 0n, feeMinor: 103n }
  const first = await postGift(db(), gift)
  expect(await postGift(db(), gift)).toEqual({ entryId: first.entryId, replayed: true })
  const others = [
    { giftMinor: 2501n },
    { feeMinor: 104n },
    { coverMinor: 1n },
    { fundId: funds.general },
    { memo: '' },
    { actorId: 'other' },
    { sourceId: 'other' },
    { effectiveAt: new Date(gift.effectiveAt.getTime() + 1) },
  ]
  for (const other of others) {
    expect(await refusal(postGift(db(), { ...gift, ...other }))).toBe('idempotency_mismatch')
  }
  expect(
    await refusal(encumberFund(db(), { ...posting(gift.idempotencyKey), fundId: funds.campaign, amountMinor: 1n })),
  ).toBe('idempotency_mismatch')
})

test('a batch answers in order, and counts keys it has seen as replays', async () => {
  const gift = (key: string, giftMinor = 1000n) => ({
    ...posting(key),
    fundId: funds.campaign,
    giftMinor,
    coverMinor: 0n,
    feeMinor: 30n,
  })
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
  const single = await postGift(db(), gift(two))
  const posted = await postGifts(db(), [gift(one), gift(two), gift(three), gift(one)])
  expect(posted.map((row) => row.replayed)).toEqual([false, true, false, true])
  expect([posted[1]?.entryId, posted[3]?.entryId]).toEqual([single.entryId, posted[0]?.entryId])
  expect(await refusal(postGifts(db(), [gift(randomUUID()), gift(two, 1001n)]))).toBe('idempotency_mismatch')
  expect(await postGifts(db(), [])).toEqual([])
})

test('money is spendable only when Stripe has made it available', async () => {
  await give(funds.campaign, 2500n, 103n)
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(0n)
  expect(await refusal(postAvailable(db(), { ...posting(), fundId: funds.campaign, amountMinor: 2398n }))).toBe(
    'insufficient_funds',
  )
  await postAvailable(db(), { ...posting(), fundId: funds.campaign, amountMinor: 2397n })
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(2397n)
})

test('a payout has a line for each fund, keeps the headroom on its way, arrives once, and reverses when it fails', async () => {
  await give(funds.campaign, 1000n)
  await give(funds.general, 500n)
  await postAvailable(db(), { ...posting(), fundId: funds.campaign, amountMinor: 1000n })
  await postAvailable(db(), { ...posting(), fundId: funds.general, amountMinor: 500n })
  const lines = [
    { fundId: funds.campaign, amountMinor: 900n },
    { fundId: funds.general, amountMinor: -20n },
  ]
  const failed = await postPayout(db(), { ...posting(), lines })
  expect(await transfersOf(failed.entryId)).toEqual([
    'in_transit>stripe_available 900',
    'stripe_available>in_transit 20',
  ])
  const onItsWay = await fundHeadroom(db(), funds.campaign)
  expect([onItsWay.headroomMinor, onItsWay.payoutsInTransitMinor]).toEqual([1000n, 900n])
  const reversal = await reverseEntry(db(), { ...posting(), entryId: failed.entryId })
  expect(await transfersOf(reversal.entryId)).toEqual([
    'stripe_available>in_transit 900',
    'in_transit>stripe_available 20',
  ])
  expect(await refusal(postPayoutArrival(db(), { ...posting(), payoutEntryId: failed.entryId }))).toBe('wrong_state')

  const payout = await postPayout(db(), { ...posting(), lines })
  await openBank(db(), { fundId: funds.campaign, externalId: 'second' })
  await openBank(db(), { fundId: funds.general, externalId: 'second' })
  const arrival = await postPayoutArrival(db(), {
    ...posting(),
    payoutEntryId: payout.entryId,
    bankExternalId: 'second',
  })
  expect(await transfersOf(arrival.entryId)).toEqual(['bank>in_transit 900', 'in_transit>bank 20'])
  expect(await refusal(postPayoutArrival(db(), { ...posting(), payoutEntryId: payout.entryId }))).toBe('wrong_state')
  expect(await refusal(reverseEntry(db(), { ...posting(), entryId: payout.entryId }))).toBe('wrong_state')
  expect(await refusal(postPayout(db(), { ...posting(), lines: [] }))).toBe('invalid_input')
})

test('promised money cannot be promised again, and the refusal says how much there is', async () => {
  await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  const promise = await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 700n })
  await expect(encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 301n })).rejects.toThrow(
    'There is 3.00 USD to spend in this fund; 3.01 USD was asked.',
  )
  await cancelEncumbrance(db(), { ...posting(), encumbranceEntryId: promise.entryId })
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(1000n)
  expect(await refusal(cancelEncumbrance(db(), { ...posting(), encumbranceEntryId: promise.entryId }))).toBe(
    'wrong_state',
  )
})

test('a release reverses the promise, leaves the bank with its fee, and numbers its lines first in, first out', async () => {
  await give(funds.campaign, 600n)
  await give(funds.campaign, 600n)
  await bank(funds.campaign, 1200n)
  const promise = await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 1000n })
  const [first, second] = [randomUUID(), randomUUID()]
  const wire = { encumbranceEntryId: promise.entryId, bankExternalId: 'main', transferFeeMinor: 20n }
  const lines = [
    { lineId: first, amountMinor: 400n },
    { lineId: second, amountMinor: 600n },
  ]
  expect(await refusal(releaseEncumbrance(db(), { ...posting(), ...wire, lines: lines.slice(1) }))).toBe(
    'invalid_input',
  )
  const release = { ...posting(), ...wire, lines }
  const sent = await releaseEncumbrance(db(), release)
  expect(await transfersOf(sent.entryId)).toEqual([
    'reserve_for_encumbrances>encumbrances 1000',
    'in_transit>bank 1000',
    'transfer_fees>bank 20',
  ])
  const outflows = await db().$queryRaw`SELECT line_id::text, kind, cents::text FROM ledger.outflows
    WHERE entry_id = ${sent.entryId} ORDER BY id`
  expect(outflows).toEqual([
    { line_id: first, kind: 'disbursement', cents: '[0,400)' },
    { line_id: second, kind: 'disbursement', cents: '[400,1000)' },
    { line_id: null, kind: 'transfer_fee', cents: '[1000,1020)' },
  ])
  expect(await releaseEncumbrance(db(), release)).toEqual({ entryId: sent.entryId, replayed: true })
  expect(await refusal(releaseEncumbrance(db(), { ...release, ...posting() }))).toBe('wrong_state')
  expect(await refusal(cancelEncumbrance(db(), { ...posting(), encumbranceEntryId: promise.entryId }))).toBe(
    'wrong_state',
  )
})

test('a release needs the fund to have its money in that bank account', async () => {
  await give(funds.campaign, 1000n)
  await postAvailable(db(), { ...posting(), fundId: funds.campaign, amountMinor: 1000n })
  expect(await refusal(send(funds.campaign, 500n))).toBe('insufficient_funds')
})

test('a wire needs the money in the bank account as a whole, also where Stripe kept back what another fund owes', async () => {
  const bankExternalId = `whole ${randomUUID()}`
  for (const fundId of [funds.campaign, funds.general]) {
    await openBank(db(), { fundId, externalId: bankExternalId })
    await give(fundId, 1000n)
    await postAvailable(db(), { ...posting(), fundId, amountMinor: 1000n })
  }
  const payOut = async (lines: [bigint, bigint][]) => {
    const { entryId } = await postPayout(db(), {
      ...posting(),
      lines: lines.map(([fundId, amountMinor]) => ({ fundId, amountMinor })),
    })
    await postPayoutArrival(db(), { ...posting(), payoutEntryId: entryId, bankExternalId })
  }
  const wire = async (amountMinor: bigint) => {
    const promise = await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor })
    const lines = [{ lineId: randomUUID(), amountMinor }]
    const sent = { encumbranceEntryId: promise.entryId, bankExternalId, transferFeeMinor: 0n, lines }
    const failed = await refusal(releaseEncumbrance(db(), { ...posting(), ...sent }))
    if (failed !== 'not refused') await cancelEncumbrance(db(), { ...posting(), encumbranceEntryId: promise.entryId })
    return failed
  }
  await payOut([
    [funds.campaign, 1000n],
    [funds.general, -400n],
  ])
  expect(await wire(601n)).toBe('insufficient_funds')
  expect(await wire(600n)).toBe('not refused')
  await payOut([[funds.general, 300n]])
  expect(await wire(301n)).toBe('insufficient_funds')
  await payOut([[funds.general, 100n]])
  expect(await wire(400n)).toBe('not refused')
})

test('a release cannot pay its wire fee out of money promised to another', async () => {
  await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 500n })
  expect(await refusal(send(funds.campaign, 500n, 1n))).toBe('insufficient_funds')
})

test('a confirmed grant releases the donor restriction, and is confirmed once', async () => {
  await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  const { releaseEntryId } = await send(funds.campaign, 800n)
  const confirmed = await confirmGrant(db(), { ...posting(), releaseEntryId })
  expect(await transfersOf(confirmed.entryId)).toEqual([
    'aid_granted>in_transit 800',
    'restricted_net_assets>unrestricted_net_assets 800',
  ])
  expect(await refusal(confirmGrant(db(), { ...posting(), releaseEntryId }))).toBe('wrong_state')
  expect(await refusal(returnWire(db(), { ...posting(), releaseEntryId }))).toBe('wrong_state')
})

test('a returned wire is back under new numbers that name the outflow they came from', async () => {
  await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  const { releaseEntryId } = await send(funds.campaign, 800n, 20n)
  const back = await returnWire(db(), { ...posting(), releaseEntryId })
  expect(await transfersOf(back.entryId)).toEqual(['bank>in_transit 800'])
  const lots = await db().$queryRaw`SELECT l.cents::text, o.cents::text AS was FROM ledger.lots l
    JOIN ledger.outflows o ON o.fund_id = l.fund_id AND o.id = l.from_outflow_id WHERE l.entry_id = ${back.entryId}`
  expect(lots).toEqual([{ cents: '[1000,1800)', was: '[0,800)' }])
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(980n)
  expect(await refusal(returnWire(db(), { ...posting(), releaseEntryId }))).toBe('wrong_state')
  expect(await refusal(confirmGrant(db(), { ...posting(), releaseEntryId }))).toBe('wrong_state')
})

test('a refund takes its own gift’s cents first, and never more than the gift', async () => {
  await give(funds.campaign, 1000n)
  const giftEntryId = await give(funds.campaign, 1000n, 100n)
  await bank(funds.campaign, 1900n)
  const refund = { fundId: funds.campaign, giftEntryId }
  const first = await postRefund(db(), { ...posting(), ...refund, amountMinor: 400n })
  expect(await db().$queryRaw`SELECT cents::text FROM ledger.outflows WHERE entry_id = ${first.entryId}`).toEqual([
    { cents: '[1000,1400)' },
  ])
  expect(await refusal(postRefund(db(), { ...posting(), ...refund, amountMinor: 601n }))).toBe('invalid_input')
  const failed = await postRefund(db(), { ...posting(), ...refund, amountMinor: 600n })
  await reverseEntry(db(), { ...posting(), entryId: failed.entryId })
  await postRefund(db(), { ...posting(), ...refund, amountMinor: 600n })
  expect(await refusal(postRefund(db(), { ...posting(), ...refund, amountMinor: 1n }))).toBe('invalid_input')
})

test('the lost fee of a refund is borne by the reserve fund that is named', async () => {
  const giftEntryId = await give(funds.campaign, 1000n, 100n)
  await give(funds.general, 500n)
  await bank(funds.campaign, 900n)
  await bank(funds.general, 500n)
  const refund = { fundId: funds.campaign, giftEntryId, amountMinor: 1000n, reserveFundId: funds.general }
  const { entryId } = await postRefund(db(), { ...posting(), ...refund })
  expect(await transfersOf(entryId)).toEqual([
    'refunds>stripe_available 900',
    'refunds>interfund 100',
    'interfund>stripe_available 100',
  ])
})

test('a refund of money not yet available is taken from what is pending', async () => {
  const giftEntryId = await give(funds.campaign, 1000n, 100n)
  const { entryId } = await postRefund(db(), { ...posting(), fundId: funds.campaign, giftEntryId, amountMinor: 500n })
  expect(await transfersOf(entryId)).toEqual(['refunds>stripe_available 500'])
})

test('a refund of spent money is never refused: the chapter owes it, and nothing leaves until it pays', async () => {
  const giftEntryId = await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  await send(funds.campaign, 900n)
  const { entryId } = await postRefund(db(), { ...posting(), fundId: funds.campaign, giftEntryId, amountMinor: 1000n })
  expect(await transfersOf(entryId)).toEqual([
    'refunds>stripe_available 100',
    'chapter_receivable>stripe_available 900',
  ])
  const owed = await fundHeadroom(db(), funds.campaign)
  expect([owed.headroomMinor, owed.receivableMinor]).toEqual([0n, 900n])

  await give(funds.campaign, 5000n)
  await bank(funds.campaign, 5000n)
  expect(await refusal(encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 1n }))).toBe(
    'insufficient_funds',
  )
  const payment = { fundId: funds.campaign, fromFundId: funds.general, amountMinor: 900n }
  expect(await refusal(settleReceivable(db(), { ...posting(), ...payment }))).toBe('insufficient_funds')
  await give(funds.general, 900n)
  await bank(funds.general, 900n)
  await settleReceivable(db(), { ...posting(), ...payment })
  await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 5000n })
})

test('a debt of the chapter also stops the release of what was promised before', async () => {
  const giftEntryId = await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  const promise = await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 800n })
  await postRefund(db(), { ...posting(), fundId: funds.campaign, giftEntryId, amountMinor: 1000n })
  const release = { encumbranceEntryId: promise.entryId, bankExternalId: 'main', transferFeeMinor: 0n }
  const lines = [{ lineId: randomUUID(), amountMinor: 800n }]
  expect(await refusal(releaseEncumbrance(db(), { ...posting(), ...release, lines }))).toBe('insufficient_funds')
})

test('a dispute takes amount and fee at once, and a won one brings them back once', async () => {
  const giftEntryId = await give(funds.campaign, 2500n, 103n)
  await give(funds.campaign, 3000n)
  await bank(funds.campaign, 5397n)
  const dispute = { fundId: funds.campaign, giftEntryId, amountMinor: 2500n, feeMinor: 1500n }
  const opened = await openDispute(db(), { ...posting(), ...dispute })
  expect(await transfersOf(opened.entryId)).toEqual([
    'disputes_lost>stripe_available 2500',
    'dispute_fees>stripe_available 1500',
  ])
  const beyond = { ...dispute, amountMinor: 2501n }
  expect(await refusal(openDispute(db(), { ...posting(), ...beyond }))).toBe('invalid_input')
  const won = await winDispute(db(), { ...posting(), disputeEntryId: opened.entryId, feeKeptMinor: 1500n })
  expect(await transfersOf(won.entryId)).toEqual([
    'stripe_available>disputes_lost 2500',
    'stripe_available>dispute_fees 1500',
    'dispute_fees>stripe_available 1500',
  ])
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(3897n)
  expect(await refusal(winDispute(db(), { ...posting(), disputeEntryId: opened.entryId }))).toBe('wrong_state')
})

test('an offline gift waits undeposited until its bank line, and is deposited once', async () => {
  const gift = await postOfflineGift(db(), { ...posting(), fundId: funds.campaign, amountMinor: 5000n })
  expect(await transfersOf(gift.entryId)).toEqual(['undeposited>contributions 5000'])
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(0n)
  const deposit = await depositOfflineGift(db(), { ...posting(), giftEntryId: gift.entryId })
  expect(await transfersOf(deposit.entryId)).toEqual(['bank>undeposited 5000'])
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(5000n)
  expect(await refusal(depositOfflineGift(db(), { ...posting(), giftEntryId: gift.entryId }))).toBe('wrong_state')
})

test('money moves between funds only through the interfund account of each, within one currency', async () => {
  await give(funds.general, 1000n)
  await bank(funds.general, 1000n)
  const move = { fromFundId: funds.general, toFundId: funds.campaign, role: 'bank' } as const
  const moved = await transferBetweenFunds(db(), { ...posting(), ...move, amountMinor: 400n })
  expect(await transfersOf(moved.entryId)).toEqual(['interfund>bank 400', 'bank>interfund 400'])
  expect(await refusal(transferBetweenFunds(db(), { ...posting(), ...move, amountMinor: 601n }))).toBe(
    'insufficient_funds',
  )
  const euros = {
    chapterId: funds.chapterId,
    campaignId: null,
    restriction: 'without',
    currency: 'EUR',
    name: 'Euro',
  } as const
  const toFundId = await openFund(db(), euros)
  expect(await refusal(transferBetweenFunds(db(), { ...posting(), ...move, toFundId, amountMinor: 1n }))).toBe(
    'invalid_input',
  )
})

test('no entry mixes currencies: not by its tip, its payout lines or its reserve', async () => {
  const giftEntryId = await give(funds.campaign, 1000n)
  const common = { chapterId: funds.chapterId, campaignId: null, restriction: 'without' } as const
  const euro = await openFund(db(), { ...common, currency: 'EUR', name: 'Euro' })
  const gift = { fundId: funds.campaign, giftMinor: 1000n, coverMinor: 0n, feeMinor: 0n }
  const tipped = { ...posting(), ...gift, tip: { fundId: euro, tipMinor: 100n, feeMinor: 0n } }
  expect(await refusal(postGift(db(), tipped))).toBe('invalid_input')
  expect(await refusal(postGifts(db(), [tipped]))).toBe('invalid_input')
  const lines = [
    { fundId: funds.campaign, amountMinor: 10n },
    { fundId: euro, amountMinor: 10n },
  ]
  expect(await refusal(postPayout(db(), { ...posting(), lines }))).toBe('invalid_input')
  const refund = { fundId: funds.campaign, giftEntryId, amountMinor: 100n, reserveFundId: euro }
  expect(await refusal(postRefund(db(), { ...posting(), ...refund }))).toBe('invalid_input')
  expect(await refusal(openDispute(db(), { ...posting(), ...refund, feeMinor: 1n }))).toBe('invalid_input')
})

test('an entry is reversed once, and a reversal not at all', async () => {
  const entryId = await give(funds.campaign, 1000n, 30n)
  const reversal = await reverseEntry(db(), { ...posting(), entryId })
  expect(await transfersOf(reversal.entryId)).toEqual([
    'contributions>stripe_pending 1000',
    'stripe_pending>processing_fees 30',
  ])
  expect(await centsLeft(funds.campaign)).toBe(0n)
  expect(await refusal(reverseEntry(db(), { ...posting(), entryId }))).toBe('wrong_state')
  expect(await refusal(reverseEntry(db(), { ...posting(), entryId: reversal.entryId }))).toBe('wrong_state')
})

test('an entry whose money has moved on cannot be reversed', async () => {
  const entryId = await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  expect(await refusal(reverseEntry(db(), { ...posting(), entryId }))).toBe('wrong_state')
})

test.each(['encumbrance', 'release', 'dispute'])('%s has its own word for undoing it', async (kind) => {
  const giftEntryId = await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  const sent = await send(funds.campaign, 300n)
  const dispute = { fundId: funds.campaign, giftEntryId, amountMinor: 100n, feeMinor: 0n }
  const opened = await openDispute(db(), { ...posting(), ...dispute })
  const entries = { encumbrance: sent.encumbranceEntryId, release: sent.releaseEntryId, dispute: opened.entryId }
  expect(await refusal(reverseEntry(db(), { ...posting(), entryId: entries[kind as keyof typeof entries] }))).toBe(
    'wrong_state',
  )
})

test('a fact of a closed period posts to the open one and keeps its own time', async () => {
  const closedBefore = new Date('2026-11-01T00:00:00Z')
  await closePeriod(db(), { chapterId: funds.chapterId, closedBefore, actorId: 'treasurer' })
  const late = new Date('2026-10-30T12:00:00Z')
  const gift = {
    ...posting(),
    fundId: funds.campaign,
    giftMinor: 1000n,
    coverMinor: 0n,
    feeMinor: 30n,
    effectiveAt: late,
  }
  const single = await postGift(db(), gift)
  const [batched] = await postGifts(db(), [{ ...gift, ...posting(), effectiveAt: late }])
  const offline = await postOfflineGift(db(), {
    ...posting(),
    fundId: funds.campaign,
    amountMinor: 5n,
    effectiveAt: late,
  })
  const available = await postAvailable(db(), {
    ...posting(),
    fundId: funds.campaign,
    amountMinor: 5n,
    effectiveAt: late,
  })
  for (const entryId of [single.entryId, batched?.entryId, offline.entryId, available.entryId]) {
    expect(
      await db().$queryRaw`SELECT effective_at, original_effective_at FROM ledger.entries WHERE id = ${entryId}`,
    ).toEqual([{ effective_at: closedBefore, original_effective_at: late }])
  }
  expect(await postGift(db(), gift)).toEqual({ entryId: single.entryId, replayed: true })
  expect(
    await refusal(closePeriod(db(), { chapterId: funds.chapterId, closedBefore: new Date(), actorId: 'treasurer' })),
  ).toBe('invalid_input')
})

test('a loss reserve lowers what may be spent, and cannot exceed it', async () => {
  await give(funds.campaign, 1000n)
  await bank(funds.campaign, 1000n)
  await setLossReserve(db(), { fundId: funds.campaign, amountMinor: 300n })
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(700n)
  expect(await refusal(encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 701n }))).toBe(
    'insufficient_funds',
  )
  expect(await refusal(setLossReserve(db(), { fundId: funds.campaign, amountMinor: 1001n }))).toBe('insufficient_funds')
})

test('the ledger knows the same currencies as lib/money', async () => {
  const rows = await db().$queryRaw<{ code: string; exponent: number; stripe_exponent: number }[]>`
    SELECT code, exponent, stripe_exponent FROM ledger.currencies ORDER BY code`
  expect(rows).toEqual(
    [...currencies.values()].map(({ code, exponent, stripeExponent }) => ({
      code,
      exponent,
      stripe_exponent: stripeExponent,
    })),
  )
  expect(
    await refusal(openFund(db(), { ...funds, campaignId: null, restriction: 'with', currency: 'XXX', name: 'None' })),
  ).toBe('invalid_input')
})

test('after all of this the ledger proves itself', async () => {
  await foldFund(db(), funds.campaign)
  expect(await verifyLedger(db())).toEqual([])
})
