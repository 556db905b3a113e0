import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { purseLine } from '#lib/ledger/build-purse-line.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { balancesByRole, flowTotals, fundHeadroom } from '#lib/ledger/queries.ts'
import { returnWire } from '#lib/ledger/return-wire.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { useDatabase } from '#tests/support/database.ts'
import { bank, type Funds, give, openFunds, posting, refusal, send } from './fixture.ts'

useDatabase()

const OCTOBER = new Date('2026-10-15T08:00:00.000Z')
const NOVEMBER_1 = new Date('2026-11-01T00:00:00.000Z')

let funds: Funds
let first: bigint
let second: bigint
let sent: Awaited<ReturnType<typeof send>>

beforeAll(async () => {
  funds = await openFunds()
  const early = { ...posting(), effectiveAt: OCTOBER, memo: 'for "Olena", with love\nand hope' }
  first = (await postGift(db(), { ...early, fundId: funds.campaign, giftMinor: 2500n, coverMinor: 0n, feeMinor: 103n }))
    .entryId
  second = await give(funds.campaign, 5000n, 175n)
  await bank(funds.campaign, 7222n)
  sent = await send(funds.campaign, 3000n, 20n)
  await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 1000n })
  await foldBusyFunds(db())
})

describe('totals', () => {
  test('opening and flows make the closing, fund by fund', async () => {
    const [total] = await flowTotals(db(), [funds.campaign], { from: NOVEMBER_1, to: new Date('2027-01-01') })
    expect(total).toEqual({
      fundId: funds.campaign,
      currency: 'USD',
      openingMinor: 2397n,
      closingMinor: 4202n,
      flows: [
        { kind: 'gift', role: 'contributions', amountMinor: 5000n },
        { kind: 'gift', role: 'processing_fees', amountMinor: -175n },
        { kind: 'release', role: 'in_transit', amountMinor: -3000n },
        { kind: 'release', role: 'transfer_fees', amountMinor: -20n },
      ],
    })
  })

  test('a fund without movement has totals of zero', async () => {
    expect(await flowTotals(db(), [funds.general])).toEqual([
      { fundId: funds.general, currency: 'USD', openingMinor: 0n, closingMinor: 0n, flows: [] },
    ])
  })

  test('balances are now, at a moment, or the movement of a period', async () => {
    const amount = async (role: string, when = {}) =>
      (await balancesByRole(db(), [funds.campaign], when)).find((row) => row.role === role)?.amountMinor
    expect(await amount('contributions')).toBe(7500n)
    expect(await amount('contributions', { asOf: NOVEMBER_1 })).toBe(2500n)
    expect(await amount('contributions', { from: NOVEMBER_1 })).toBe(5000n)
    expect(await amount('bank', { asOf: NOVEMBER_1 })).toBe(0n)
  })

  test('gifts since the last fold are in every balance at once', async () => {
    const other = await openFunds()
    await give(other.campaign, 100n, 3n)
    expect((await fundHeadroom(db(), other.campaign)).stripePendingMinor).toBe(97n)
  })

  test('a fund that does not exist is not found', async () => {
    expect(await refusal(fundHeadroom(db(), 999_999n))).toBe('not_found')
  })
})

describe('the trace of a gift', () => {
  test('names the line each cent was spent on, and what is left', async () => {
    expect((await traceGift(db(), first)).parts).toEqual([
      {
        fundId: funds.campaign,
        fromCent: 0n,
        toCent: 2397n,
        amountMinor: 2397n,
        state: 'spent',
        kind: 'disbursement',
        lineId: sent.lineId,
        entryId: sent.releaseEntryId,
      },
    ])
    const { parts } = await traceGift(db(), second)
    expect(parts.map((part) => [part.fromCent, part.toCent, part.kind])).toEqual([
      [2397n, 3000n, 'disbursement'],
      [3000n, 3020n, 'transfer_fee'],
      [3020n, 7222n, null],
    ])
  })

  test('says when a gift has no numbers yet', async () => {
    const entryId = await give(funds.general, 100n)
    expect(await traceGift(db(), entryId)).toEqual({ numbered: false, parts: [] })
  })

  test('follows money that came back to where it went next', async () => {
    const other = await openFunds()
    const gifts = [await give(other.campaign, 300n), await give(other.campaign, 300n)]
    await bank(other.campaign, 600n)
    const wire = await send(other.campaign, 500n)
    await returnWire(db(), { ...posting(), releaseEntryId: wire.releaseEntryId })
    const next = await send(other.campaign, 200n)
    await postRefund(db(), { ...posting(), fundId: other.campaign, giftEntryId: gifts[0]!, amountMinor: 50n })
    const parts = await Promise.all(gifts.map(async (entryId) => (await traceGift(db(), entryId)).parts))
    expect(parts.map((list) => list.reduce((sum, part) => sum + part.amountMinor, 0n))).toEqual([300n, 300n])
    expect(
      parts
        .flat()
        .filter((part) => part.lineId === next.lineId)
        .map((part) => [part.fromCent, part.toCent]),
    ).toEqual([
      [600n, 700n],
      [500n, 600n],
    ])
    expect(parts.flat().some((part) => part.lineId === wire.lineId)).toBe(false)
  })
})

describe('the purse line', () => {
  test('is the fund’s cents in order: spent, promised, left', async () => {
    expect(await purseLine(db(), funds.campaign, { maxSegments: 100 })).toEqual([
      { fromCent: 0n, toCent: 3000n, amountMinor: 3000n, state: 'spent', lineId: sent.lineId, kind: 'disbursement' },
      { fromCent: 3000n, toCent: 3020n, amountMinor: 20n, state: 'spent', lineId: null, kind: 'transfer_fee' },
      { fromCent: 3020n, toCent: 4020n, amountMinor: 1000n, state: 'promised', lineId: null, kind: null },
      { fromCent: 4020n, toCent: 7222n, amountMinor: 3202n, state: 'left', lineId: null, kind: null },
    ])
  })

  test('draws neighbours as one where there would be too many, and loses nothing of the sum', async () => {
    const other = await openFunds()
    await give(other.campaign, 10_000n)
    await bank(other.campaign, 10_000n)
    for (let index = 0; index < 12; index += 1) await send(other.campaign, BigInt(100 + index))
    for (const maxSegments of [1, 2, 5, 100]) {
      const line = await purseLine(db(), other.campaign, { maxSegments })
      expect(line.length).toBeLessThanOrEqual(maxSegments)
      expect(line.reduce((sum, segment) => sum + segment.amountMinor, 0n)).toBe(10_000n)
    }
    expect((await purseLine(db(), other.campaign, { maxSegments: 2 })).map((segment) => segment.state)).toEqual([
      'spent',
      'left',
    ])
  })

  test('is empty for a fund without cents', async () => {
    expect(await purseLine(db(), (await openFunds()).campaign, { maxSegments: 10 })).toEqual([])
    expect(await purseLine(db(), BigInt(`${randomUUID().length}99999`), { maxSegments: 10 })).toEqual([])
  })
})
