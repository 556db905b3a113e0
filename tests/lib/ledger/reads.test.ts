import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { purseLine } from '#lib/ledger/build-purse-line.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { ledgerCopySql } from '#lib/ledger/export-ledger.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { type LedgerFilter, type LedgerRow, pageEntries } from '#lib/ledger/page-entries.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { balancesByRole, flowTotals, fundHeadroom } from '#lib/ledger/queries.ts'
import { returnWire } from '#lib/ledger/return-wire.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { useDatabase } from '#tests/support/database.ts'
import { bank, type Funds, give, openFunds, posting, refusal, send } from './fixture.ts'

// The library brings no types.
const { to: copyTo } = createRequire(import.meta.url)('pg-copy-streams') as {
  to: (sql: string) => pg.Submittable & NodeJS.ReadableStream
}

const database = useDatabase()

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

async function everyPage(filter: LedgerFilter, limit: number): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for (let after: string | undefined; ; ) {
    const page = await pageEntries(db(), { ...filter, limit, after })
    rows.push(...page.rows)
    if (page.next === null) return rows
    after = page.next
  }
}

async function csvOf(filter: LedgerFilter): Promise<string> {
  const client = await database.asApp()
  return text(client.query(copyTo(ledgerCopySql(filter))))
}

describe('a page of the ledger', () => {
  test('lists transfers in the order of posting with a running balance of the fund’s money', async () => {
    const rows = await everyPage({ fundIds: [funds.campaign] }, 100)
    expect(rows.slice(0, 4).map((row) => [row.debitRole, row.creditRole, row.deltaMinor, row.balanceMinor])).toEqual([
      ['stripe_pending', 'contributions', 2500n, 2500n],
      ['processing_fees', 'stripe_pending', -103n, 2397n],
      ['stripe_pending', 'contributions', 5000n, 7397n],
      ['processing_fees', 'stripe_pending', -175n, 7222n],
    ])
    expect(rows.at(-1)?.balanceMinor).toBe(7222n - 3020n)
  })

  test('is the same through pages of any size', async () => {
    const whole = await everyPage({ fundIds: [funds.campaign] }, 1_000)
    for (const limit of [1, 2, 3, 7]) expect(await everyPage({ fundIds: [funds.campaign] }, limit)).toEqual(whole)
  })

  test('starts a period with everything before it', async () => {
    const page = await pageEntries(db(), { fundIds: [funds.campaign], from: NOVEMBER_1, limit: 1 })
    expect([page.openingMinor, page.rows[0]?.entryId, page.rows[0]?.balanceMinor]).toEqual([2397n, second, 7397n])
    const before = await everyPage({ fundIds: [funds.campaign], to: NOVEMBER_1 }, 100)
    expect(before.map((row) => row.entryId)).toEqual([first, first])
  })

  test('follows one account where a role is asked for', async () => {
    const rows = await everyPage({ fundIds: [funds.campaign], accountRole: 'bank' }, 100)
    expect(rows.map((row) => [row.kind, row.deltaMinor, row.balanceMinor])).toEqual([
      ['payout_arrival', 7222n, 7222n],
      ['release', -3000n, 4222n],
      ['release', -20n, 4202n],
    ])
  })

  test('can be narrowed to one kind of entry', async () => {
    const rows = await everyPage({ fundIds: [funds.campaign], kind: 'gift' }, 100)
    expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(['gift']))
  })

  test.each(['', 'x', '1', '1:', '1;2', '-1:5', `${'9'.repeat(30)}:1`])('refuses the cursor %j', async (after) => {
    expect(await refusal(pageEntries(db(), { fundIds: [funds.campaign], limit: 1, after }))).toBe('invalid_input')
  })
})

describe('the export', () => {
  test.each<[string, Omit<LedgerFilter, 'fundIds'>]>([
    ['everything', {}],
    ['one account', { accountRole: 'bank' }],
    ['one kind', { kind: 'gift' }],
    ['a period', { from: NOVEMBER_1, to: new Date('2027-01-01') }],
  ])('has the rows and balances of the pages, as the app’s own role: %s', async (_, filter) => {
    const csv = await csvOf({ ...filter, fundIds: [funds.campaign] })
    const rows = await everyPage({ ...filter, fundIds: [funds.campaign] }, 100)
    const money = (minor: bigint) => (Number(minor) / 100).toFixed(2)
    const lines = csv
      .trimEnd()
      .replace(/"for ""Olena"", with love\nand hope"/g, 'MEMO')
      .split('\n')
    expect(lines[0]).toMatch(/^effective_at,transfer_id,entry_id,kind,/)
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 12))).toEqual(
      rows.map((row) => [
        row.effectiveAt.toISOString(),
        `${row.transferId}`,
        `${row.entryId}`,
        row.kind,
        `${row.fundId}`,
        'Campaign',
        'USD',
        row.debitRole,
        row.creditRole,
        money(row.amountMinor),
        money(row.deltaMinor),
        money(row.balanceMinor),
      ]),
    )
  })

  test('writes a currency’s own decimals', async () => {
    const common = { chapterId: funds.chapterId, campaignId: null, restriction: 'without' } as const
    const yen = await openFund(db(), { ...common, currency: 'JPY', name: 'Yen' })
    const dinar = await openFund(db(), { ...common, currency: 'KWD', name: 'Dinar' })
    await give(yen, 1234n)
    await give(dinar, 1234n)
    expect(await csvOf({ fundIds: [yen] })).toContain(',1234,1234,1234,')
    expect(await csvOf({ fundIds: [dinar] })).toContain(',1.234,1.234,1.234,')
  })

  test('is empty for no funds, and takes no words that are not its own', async () => {
    expect((await csvOf({ fundIds: [] })).trim().split('\n')).toHaveLength(1)
    expect(() => ledgerCopySql({ fundIds: [1n], kind: "gift' OR true --" as 'gift' })).toThrow('Invariant')
  })
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
