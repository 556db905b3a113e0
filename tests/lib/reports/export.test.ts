import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { postOfflineGift } from '#lib/ledger/post-offline-gift.ts'
import { controlTotals, exportLedger } from '#lib/reports/export-ledger.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { makePerson, makeWorld } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { disburse, give, openGeneralFund, posting } from './world.ts'

const database = useDatabase()

/** A reader of the CSV the way RFC 4180 writes it: quoted fields, doubled quotes. */
function parseCsv(csv: string): Record<string, string>[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '\n') rows.push([])
    if (end === '') break
  }
  const [header, ...lines] = rows.filter((row) => row.length > 1)
  return lines.map((line) => Object.fromEntries(header!.map((name, position) => [name, line[position] ?? ''])))
}

const cents = (decimal: string) => BigInt(decimal.replace('.', ''))

describe('the ledger as CSV', () => {
  test('has a line for each transfer, whose sums and last balance are those of the page', async () => {
    const world = await makeWorld({ bankMinor: 100_000n })
    const general = await openGeneralFund(world)
    await give(world, {
      giftMinor: 2_500n,
      coverMinor: 106n,
      feeMinor: 106n,
      tip: { fundId: general, tipMinor: 99n, feeMinor: 3n },
    })
    await disburse(world, '120.00', 'released', '7.77')
    const { csv, totals } = await exportLedger(world.approver, { fund: String(world.campaign.fundId) }, 'machine')
    const lines = parseCsv(await text(csv))
    const sum = (column: string) => lines.reduce((total, line) => total + cents(line[column]!), 0n)
    const figures = await campaignFigures(world.campaign.id)
    expect(BigInt(lines.length)).toBe(totals.rowCount)
    expect(sum('net')).toBe(figures!.moneyMinor)
    expect(cents(lines.at(-1)!['balance']!)).toBe(figures!.moneyMinor)
    expect(sum('gross')).toBe(figures!.raisedMinor + figures!.coverMinor)
    expect(sum('fee')).toBe(figures!.stripeFeesMinor + figures!.transferFeesMinor)
    expect(totals).toEqual(await controlTotals({ fundIds: [world.campaign.fundId] }))
    expect(Object.keys(lines[0]!)).toEqual(
      expect.arrayContaining([
        'effective_at',
        'entry_id',
        'transfer_id',
        'kind',
        'currency',
        'debit_account',
        'credit_account',
        'memo',
      ]),
    )
  })

  test('the balance of a filtered line is still the balance of the fund after it', async () => {
    const world = await makeWorld({ bankMinor: 100_000n })
    await disburse(world, '120.00', 'released')
    const { csv } = await exportLedger(world.approver, { kind: 'release', role: 'bank' }, 'machine')
    expect(parseCsv(await text(csv)).map((line) => [line['net'], line['balance']])).toEqual([['-120.00', '880.00']])
  })

  test('for programs: ISO times, amounts with a point, no byte order mark, nothing escaped', async () => {
    const world = await makeWorld({ bankMinor: 0n })
    const at = new Date('2026-02-03T04:05:06.789Z')
    const memo = '=1+1, "quoted"\nand a second line'
    await inTransaction((tx) =>
      postOfflineGift(tx, { ...posting(at, memo), fundId: world.campaign.fundId, amountMinor: 123_456_789n }),
    )
    const { csv } = await exportLedger(world.approver, {}, 'machine')
    const raw = await text(csv)
    expect(raw.startsWith('effective_at,')).toBe(true)
    expect(parseCsv(raw)).toMatchObject([{ effective_at: '2026-02-03T04:05:06.789Z', amount: '1234567.89', memo }])
  })

  test('for a spreadsheet: no text is a formula, and negative amounts stay numbers', async () => {
    const world = await makeWorld({ bankMinor: 100_000n })
    const { fundId } = world.campaign
    const hostile = ['=HYPERLINK("http://evil.example","x")', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '|cmd', '%0A=1']
    for (const memo of [...hostile, 'Cash box']) {
      await inTransaction((tx) => postOfflineGift(tx, { ...posting(new Date(), memo), fundId, amountMinor: 100n }))
    }
    await disburse(world, '120.00', 'released')
    const { csv } = await exportLedger(world.approver, {}, 'spreadsheet')
    const raw = Buffer.concat(await Readable.from(csv).toArray())
    expect([...raw.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = parseCsv(raw.subarray(3).toString())
    const memos = lines.map((line) => line['memo']!)
    for (const memo of hostile) expect(memos).toContain(`'${memo}`)
    expect(memos).toContain('Cash box')
    expect(lines.filter(({ net }) => net!.startsWith('-')).map(({ net }) => net)).toEqual(['-120.00'])
  })

  test('carries currencies with no and with three decimals exactly', async () => {
    const { minor } = (
      await db().$queryRaw<{ minor: string }[]>`
      SELECT string_agg(round(1234567::numeric / 10::numeric ^ exponent, exponent)::text, ' ' ORDER BY code) AS minor
      FROM ledger.currencies WHERE code IN ('JPY', 'KWD', 'USD')`
    )[0]!
    expect(minor).toBe('1234567 1234.567 12345.67')
  })
})

describe('who may export', () => {
  test('a treasurer and an auditor of the chapter; for everybody else it is not found', async () => {
    const world = await makeWorld()
    const other = await makeWorld()
    const wanted = { chapter: world.chapter.slug }
    for (const person of [world.approver, world.auditor]) {
      const { csv } = await exportLedger(person, wanted, 'machine')
      expect(parseCsv(await text(csv)).length).toBeGreaterThan(0)
    }
    const organizer = await makePerson(world.chapter.id, 'Ola', 'organizer')
    const admin = { ...organizer, isAdmin: true }
    for (const person of [other.approver, other.auditor, organizer, admin, { kind: 'guest' } as const]) {
      await expect(exportLedger(person, wanted, 'machine')).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  test('a fund of another chapter is refused at the filter, as one that does not exist', async () => {
    const world = await makeWorld()
    const other = await makeWorld()
    for (const fund of [String(other.campaign.fundId), '999999999']) {
      const refused = exportLedger(world.approver, { fund }, 'machine')
      await expect(refused).rejects.toMatchObject({
        code: 'invalid_input',
        fieldErrors: { fund: ['There is no such fund'] },
      })
    }
  })

  test('hostile filters are refused at their field or find nothing, and harm nothing', async () => {
    const world = await makeWorld()
    const hostile = [
      "'; DROP TABLE chapter; --",
      '1); COPY chapter TO PROGRAM $$id$$; --',
      '\\',
      '%',
      '\u0000',
      'x'.repeat(5_000),
    ]
    for (const value of hostile) {
      for (const name of ['fund', 'role', 'kind', 'from', 'to', 'before', 'campaign']) {
        await expect(exportLedger(world.approver, { [name]: value }, 'machine')).rejects.toBeInstanceOf(AppError)
      }
    }
    for (const value of hostile.slice(0, 4)) {
      const { csv } = await exportLedger(world.approver, { text: value }, 'machine')
      expect(parseCsv(await text(csv))).toEqual([])
    }
    expect(await db().chapter.count()).toBeGreaterThan(0)
  })

  test('days out of order and days that do not exist are told at the field', async () => {
    const world = await makeWorld()
    const days: [Record<string, string>, string][] = [
      [{ from: '2026-02-30' }, 'from'],
      [{ to: '2026-13-01' }, 'to'],
      [{ from: '2026-02-02', to: '2026-02-01' }, 'to'],
      [{ from: '0001-01-01' }, 'from'],
    ]
    for (const [query, field] of days) {
      const refused = exportLedger(world.approver, query, 'machine')
      await expect(refused).rejects.toMatchObject({ fieldErrors: { [field]: [expect.any(String)] } })
    }
  })
})

describe('long exports', () => {
  test('100,000 lines stream without being held in memory, and a reader who leaves ends the query', async () => {
    const world = await makeWorld({ bankMinor: 0n })
    const { fundId } = world.campaign
    // Written by the owner in two statements: what is tested is the way out.
    const owner = await database.asOwner()
    await owner.query('BEGIN')
    await owner.query(`INSERT INTO ledger.entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, actor_id)
      SELECT 'gift', 'long:' || n, sha256(''), 'test', 'test', '2026-03-01Z', 'system:seed' FROM generate_series(1, 50000) AS n`)
    await owner.query(
      `INSERT INTO ledger.transfer (entry_id, fund_id, debit_account_id, credit_account_id, amount_minor, kind, currency)
       SELECT e.id, $1::bigint, $1::bigint * 100 + leg.debit, $1::bigint * 100 + leg.credit, leg.amount, 'gift', 'USD'
       FROM ledger.entry e, (VALUES (1, 11, 2500), (21, 1, 103)) AS leg (debit, credit, amount)
       WHERE e.idempotency_key LIKE 'long:%' ORDER BY e.id`,
      [fundId],
    )
    await owner.query('COMMIT')
    const { csv, totals } = await exportLedger(world.approver, {}, 'machine')
    expect(totals.rowCount).toBe(100_000n)
    let lines = 0
    let bytes = 0
    let heldMax = 0
    for await (const chunk of csv as AsyncIterable<Buffer>) {
      for (const byte of chunk) if (byte === 10) lines += 1
      bytes += chunk.length
      heldMax = Math.max(heldMax, csv.readableLength)
    }
    expect(lines).toBe(100_001)
    expect(bytes).toBeGreaterThan(10_000_000)
    // What waits in our process is a few chunks, not the file.
    expect(heldMax).toBeLessThan(1_000_000)

    const second = await exportLedger(world.approver, {}, 'machine')
    for await (const _ of second.csv) break
    await expect
      .poll(async () => {
        const { rows } = await owner.query(
          "SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'common-purse-export'",
        )
        return rows[0].open
      })
      .toBe(0)
  })
})
