import fc from 'fast-check'
import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { judgeBooks } from '#lib/reconciliation/judge-books.ts'
import { findStatement, listAccounts, listStatements } from '#lib/reconciliation/queries.ts'
import { bankFigures } from '#lib/reconciliation/reconcile-books.ts'
import { openFile } from '#lib/storage/open-file.ts'
import { makeWorld } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { camtOf } from './camt-file.ts'
import { importLines, makeBank, ofxOf, refusal } from './fixture.ts'

const database = useDatabase()
const bytesOf = (text: string) => new TextEncoder().encode(text)
const day = (n: number) => `2026-10-${String(n).padStart(2, '0')}`

async function lineCount(bankAccountId: string) {
  return db().bankLine.count({ where: { bankAccountId } })
}

test('a statement is kept with its lines, its balances and its file, byte for byte', async () => {
  const bank = await makeBank({ use: 'other' })
  const text = camtOf({
    id: 'S-1',
    account: bank.number,
    openingMinor: 10_000n,
    lines: [{ on: day(2), minor: 2500n, text: 'Gift' }],
  })
  const result = await importStatement(bank.treasurer, {
    bankAccountId: bank.accountId,
    file: { name: '../../s.xml', bytes: bytesOf(text) },
  })
  expect(result).toMatchObject({ known: false, statements: 1, lines: 1, newLines: 1, leftOut: 0 })
  const view = await findStatement(bank.treasurer, result.statementId)
  expect(view).toMatchObject({
    openingMinor: 10_000n,
    closingMinor: 12_500n,
    gapMinor: null,
    reference: 'S-1',
    fileName: 's.xml',
    openCount: 1,
  })
  const kept = await openFile(bank.treasurer, view.fileId)
  expect(kept.bytes.toString()).toBe(text)
  expect(kept.mediaType).toBe('application/xml')
})

test('the same file twice changes nothing', async () => {
  const bank = await makeBank({ use: 'other' })
  const file = {
    name: 'a.ofx',
    bytes: bytesOf(ofxOf({ lines: [{ on: day(2), amount: '5.00' }], closing: '5.00', account: bank.number })),
  }
  const first = await importStatement(bank.treasurer, { bankAccountId: bank.accountId, file })
  const second = await importStatement(bank.treasurer, { bankAccountId: bank.accountId, file })
  expect(second).toMatchObject({ known: true, newLines: 0, statementId: first.statementId })
  expect(await lineCount(bank.accountId)).toBe(1)
  expect(
    (await listStatements(bank.treasurer)).filter(({ accountName }) => accountName === 'Current account'),
  ).toHaveLength(1)
})

test('two imports of one file at the same moment are one', async () => {
  const bank = await makeBank({ use: 'other' })
  const file = {
    name: 'a.ofx',
    bytes: bytesOf(ofxOf({ lines: [{ on: day(2), amount: '5.00' }], closing: '5.00', account: bank.number })),
  }
  const both = await Promise.all(
    [1, 2].map(() => importStatement(bank.treasurer, { bankAccountId: bank.accountId, file })),
  )
  expect(both.filter(({ known }) => known)).toHaveLength(1)
  expect(await lineCount(bank.accountId)).toBe(1)
})

test('equal lines of one day are as many as the bank wrote, and an overlapping statement adds none', async () => {
  const bank = await makeBank({ use: 'other' })
  const coffee = { on: day(3), minor: -300n, text: 'Coffee' }
  await importLines(bank, [{ on: day(2), minor: 1_000n }, coffee, coffee], 0n)
  const again = await importLines(bank, [coffee, coffee, { on: day(4), minor: 50n }], 1_000n)
  expect(again).toMatchObject({ lines: 3, newLines: 1 })
  expect((await findStatement(bank.treasurer, again.statementId)).gapMinor).toBe(0n)
})

test('a second statement of the same day that goes on from the first is not taken for a repetition', async () => {
  const bank = await makeBank({ use: 'other' })
  const cash = { on: day(3), minor: 2_000n, text: 'Cash' }
  await importLines(bank, [cash], 0n)
  expect(await importLines(bank, [cash, cash], 2_000n)).toMatchObject({ newLines: 2 })
  expect(await importLines(bank, [cash], 6_000n)).toMatchObject({ newLines: 1 })
  expect(await lineCount(bank.accountId)).toBe(4)
})

test('a statement that is missing in between shows as a gap', async () => {
  const bank = await makeBank({ use: 'other' })
  await importLines(bank, [{ on: day(2), minor: 1_000n }], 0n)
  const later = await importLines(bank, [{ on: day(9), minor: 5n }], 1_700n)
  expect((await findStatement(bank.treasurer, later.statementId)).gapMinor).toBe(700n)
})

test('whatever statements overlap, and in whatever order they come, each line of the bank is there once', async () => {
  const lineOf = fc.record({
    day: fc.integer({ min: 1, max: 9 }),
    minor: fc.constantFrom(-300n, 300n, 500n),
    text: fc.constantFrom('Coffee', 'Gift'),
  })
  const windowOf = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)
  await fc.assert(
    fc.asyncProperty(
      fc.array(lineOf, { minLength: 1, maxLength: 14 }),
      fc.array(windowOf, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (made, windows, referenced) => {
        const bank = await makeBank({ use: 'other' })
        const history = made
          .map((line, index) => ({
            on: day(line.day),
            minor: line.minor,
            text: line.text,
            ...(referenced ? { reference: `R${index}` } : {}),
          }))
          .sort((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0))
        const covered = new Set<number>()
        for (const [from, to] of windows) {
          const inside = history.filter(({ on }) => on >= day(from) && on <= day(to))
          if (inside.length === 0) continue
          const openingMinor = history
            .filter(({ on }) => on < inside[0]!.on)
            .reduce((sum, { minor }) => sum + minor, 0n)
          await importLines(bank, inside, openingMinor)
          for (const [index, line] of history.entries()) if (inside.includes(line)) covered.add(index)
        }
        const kept = await db().bankLine.findMany({ where: { bankAccountId: bank.accountId } })
        const key = (on: string, minor: bigint) => `${on} ${minor}`
        const expected = [...covered].map((index) => key(history[index]!.on, history[index]!.minor)).sort()
        expect(
          kept.map(({ bookedOn, amountMinor }) => key(bookedOn.toISOString().slice(0, 10), amountMinor)).sort(),
        ).toEqual(expected)
      },
    ),
    { numRuns: 40 },
  )
})

test('a file of another account, of another currency, or that does not add up leaves nothing behind', async () => {
  const bank = await makeBank({ use: 'other' })
  const files = await db().storedFile.count()
  const good = { id: 'S', account: bank.number, openingMinor: 0n, lines: [{ on: day(2), minor: 100n }] }
  const attempts = [
    camtOf({ ...good, account: 'DE02120300000000202051' }),
    camtOf({ ...good, currency: 'EUR' }),
    camtOf(good).replace(
      '<Amt Ccy="USD">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>',
      '<Amt Ccy="USD">1.01</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>',
    ),
    camtOf(good).slice(0, 400),
    '',
  ]
  for (const text of attempts) {
    const refused = await refusal(
      importStatement(bank.treasurer, { bankAccountId: bank.accountId, file: { name: 's.xml', bytes: bytesOf(text) } }),
    )
    expect(refused.code).toBe('invalid_input')
    expect(refused.fields['file']?.[0] ?? refused.fields['file.bytes']).toBeTruthy()
  }
  expect(await db().storedFile.count()).toBe(files)
  expect(await lineCount(bank.accountId)).toBe(0)
})

test('a CSV asks for its mapping once and remembers it', async () => {
  const bank = await makeBank({ use: 'other' })
  const file = { name: 'x.csv', bytes: bytesOf('Day;What;Sum\n02.10.2026;Gift;5,00\n') }
  const asked = await refusal(importStatement(bank.treasurer, { bankAccountId: bank.accountId, file }))
  expect(Object.keys(asked.fields)).toEqual(['date', 'text', 'amount'])
  const mapping = { delimiter: ';', decimal: ',', dateFormat: 'DD.MM.YYYY', date: 'Day', text: 'What', amount: 'Sum' }
  expect(await importStatement(bank.treasurer, { bankAccountId: bank.accountId, file, ...mapping })).toMatchObject({
    newLines: 1,
  })
  const [account] = (await listAccounts(bank.treasurer)).filter(({ id }) => id === bank.accountId)
  expect(account?.csvMapping).toMatchObject({ delimiter: ';', date: 'Day', decimal: ',' })
})

test('another chapter’s account and statement are not found, and asking leaves an audit row', async () => {
  const bank = await makeBank({ use: 'other' })
  const { statementId } = await importLines(bank, [{ on: day(2), minor: 100n }], 0n)
  const stranger = (await makeWorld({ bankMinor: 0n })).approver
  const file = { name: 'a.csv', bytes: bytesOf('x') }
  expect((await refusal(importStatement(stranger, { bankAccountId: bank.accountId, file }))).code).toBe('not_found')
  expect((await refusal(findStatement(stranger, statementId))).code).toBe('not_found')
  const fileId = (await findStatement(bank.treasurer, statementId)).fileId
  expect((await refusal(openFile(stranger, fileId))).code).toBe('not_found')
  expect((await refusal(openFile(bank.organizer, fileId))).code).toBe('not_found')
  const refused = await db().auditEvent.findMany({ where: { action: 'access.refuse', actorId: stranger.userId } })
  expect(refused.map(({ subjectType }) => subjectType).sort()).toEqual(['bank_account', 'bank_statement', 'file'])
})

test('an auditor reads statements and changes nothing', async () => {
  const bank = await makeBank({ use: 'other' })
  const { statementId } = await importLines(bank, [{ on: day(2), minor: 100n }], 0n)
  expect((await findStatement(bank.auditor, statementId)).canMatch).toBe(false)
  const file = { name: 'a.csv', bytes: bytesOf('x') }
  expect((await refusal(importStatement(bank.auditor, { bankAccountId: bank.accountId, file }))).code).toBe('forbidden')
})

test('an account is known once, and Stripe pays out to one of each currency', async () => {
  const bank = await makeBank({ use: 'other' })
  const other = { chapterId: bank.chapter.id, name: 'B', currency: 'USD', number: bank.number, use: 'other' }
  expect((await refusal(addAccount(bank.treasurer, other))).fields).toHaveProperty('number')
  await addAccount(bank.treasurer, { ...other, number: 'GB33BUKB20201555555555', use: 'main' })
  expect(
    (await refusal(addAccount(bank.treasurer, { ...other, number: 'GB33BUKB20201555555556', use: 'main' }))).fields,
  ).toHaveProperty('use')
  const [row] = await db().bankAccount.findMany({ where: { externalId: 'main' } })
  expect(row).toMatchObject({ numberMasked: 'GB33 … 5555' })
  expect(JSON.stringify(row)).not.toContain('20201555')
})

test('nobody changes a bank’s line or deletes a statement, whatever program asks', async () => {
  const bank = await makeBank({ use: 'other' })
  await importLines(bank, [{ on: day(2), minor: 100n }], 0n)
  const app = await database.asApp()
  await expect(app.query('UPDATE bank_line SET amount_minor = 1')).rejects.toThrow(/stays as the bank wrote it/)
  await expect(app.query('DELETE FROM bank_line')).rejects.toThrow(/permission denied/)
  await expect(app.query('UPDATE bank_statement SET closing_minor = 1')).rejects.toThrow(/permission denied/)
  const owner = await database.asOwner()
  await expect(owner.query('DELETE FROM bank_statement')).rejects.toThrow(/append-only/)
})

test('a CSV without balances says until when the bank has written, and its lines are no zero until each is matched', async () => {
  const bank = await makeBank({ use: 'other' })
  const csv = 'Day,Words,Amount\n2026-03-02,Gift,25.00\n2026-03-04,Fee,-5.00\n'
  const mapping = { date: 'Day', text: 'Words', amount: 'Amount' }
  await importStatement(bank.treasurer, {
    bankAccountId: bank.accountId,
    file: { name: 's.csv', bytes: bytesOf(csv) },
    ...mapping,
  })
  const figures = await bankFigures([bank.chapter.id])
  expect(figures).toMatchObject([{ closingMinor: null, writtenUntil: new Date('2026-03-04'), openLines: 2 }])
  const { isZero, sentence } = judgeBooks([], figures, [])
  expect({ isZero, sentence }).toEqual({
    isZero: false,
    sentence: 'Current account: 2 lines not matched. Current account has no statement with balances yet.',
  })
})
