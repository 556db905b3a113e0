import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { explainLine } from '#lib/reconciliation/explain-line.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { findStatement, listStatements } from '#lib/reconciliation/queries.ts'
import { bankFigures } from '#lib/reconciliation/reconcile-books.ts'
import { unlinkLines } from '#lib/reconciliation/unlink-lines.ts'
import { withdrawStatement } from '#lib/reconciliation/withdraw-statement.ts'
import { makePerson } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { type Bank, importLines, makeBank, refusal, sides } from './fixture.ts'

const database = useDatabase()
const reason = 'Days and months were read the wrong way round.'

/** A file whose days can be read in two ways. */
async function importCsv(bank: Bank, dateFormat: 'DD/MM/YYYY' | 'MM/DD/YYYY') {
  const text = 'Day,Words,Amount,Balance\n02/03/2026,Gift,25.00,125.00\n04/03/2026,Fee,-5.00,120.00\n'
  const mapping = { date: 'Day', text: 'Words', amount: 'Amount', balance: 'Balance', dateFormat }
  const file = { name: 's.csv', bytes: new TextEncoder().encode(text) }
  return importStatement(bank.treasurer, { bankAccountId: bank.accountId, file, ...mapping })
}

async function figures(bank: Bank) {
  const [own] = await bankFigures([bank.chapter.id])
  return own
}

test('a file that was read wrongly is withdrawn with a reason, counts nowhere, and may be imported again', async () => {
  const bank = await makeBank({ use: 'other' })
  const wrong = await importCsv(bank, 'MM/DD/YYYY')
  expect(await importCsv(bank, 'DD/MM/YYYY')).toMatchObject({ known: true })
  expect((await listStatements(bank.treasurer))[0]).toMatchObject({ canWithdraw: true, withdrawnReason: null })
  await withdrawStatement(bank.treasurer, { statementId: wrong.statementId, reason })
  await withdrawStatement(bank.treasurer, { statementId: wrong.statementId, reason: 'Once more.' })
  const none = { closingMinor: null, writtenUntil: null, openLines: 0, openLinesMinor: 0n, broughtForwardMinor: 0n }
  expect(await figures(bank)).toMatchObject(none)
  expect((await sides(bank)).lines).toEqual([])

  const right = await importCsv(bank, 'DD/MM/YYYY')
  expect(right).toMatchObject({ known: false, newLines: 2 })
  expect(await figures(bank)).toMatchObject({ closingMinor: 12_000n, openLines: 2, openLinesMinor: 2_000n })
  expect((await sides(bank)).lines.map(({ bookedOn }) => bookedOn.toISOString().slice(0, 10))).toEqual([
    '2026-03-02',
    '2026-03-04',
  ])
  expect(await findStatement(bank.treasurer, wrong.statementId)).toMatchObject({
    ...{ withdrawnReason: reason, openCount: 0, canWithdraw: false, fileName: 's.csv', lines: [{}, {}] },
  })
  const [event, ...more] = await db().auditEvent.findMany({ where: { action: 'bank_statement.withdraw' } })
  expect(event).toMatchObject({ subjectId: wrong.statementId, chapterId: bank.chapter.id, reason })
  expect(more).toEqual([])
})

test('the very same lines may come again once their statement is withdrawn', async () => {
  const bank = await makeBank({ use: 'other' })
  const first = await importCsv(bank, 'DD/MM/YYYY')
  await withdrawStatement(bank.treasurer, { statementId: first.statementId, reason })
  expect(await importCsv(bank, 'DD/MM/YYYY')).toMatchObject({ known: false, newLines: 2 })
})

test('a statement with a line that is matched or explained is withdrawn only after that is undone', async () => {
  const bank = await makeBank({ use: 'other' })
  const { statementId } = await importCsv(bank, 'MM/DD/YYYY')
  const [line] = (await sides(bank)).lines
  const explained = { bankAccountId: bank.accountId, lineId: line!.id, how: 'other', reason: 'Not known yet' }
  const matchId = await explainLine(bank.treasurer, explained)
  expect((await listStatements(bank.treasurer))[0]).toMatchObject({ canWithdraw: false })
  expect((await refusal(withdrawStatement(bank.treasurer, { statementId, reason }))).code).toBe('wrong_state')
  await unlinkLines(bank.treasurer, { matchId, reason: 'Read wrongly' })
  await withdrawStatement(bank.treasurer, { statementId, reason })
  expect((await refusal(explainLine(bank.treasurer, explained))).code).toBe('conflict')
})

test('a statement whose lines a later one left out is withdrawn only after that one', async () => {
  const bank = await makeBank({ use: 'other' })
  const lines = [{ on: '2026-03-02', minor: 2_500n, text: 'Gift', reference: 'A' }]
  const first = await importLines(bank, lines, 0n)
  const more = { on: '2026-03-03', minor: 700n, text: 'Gift', reference: 'B' }
  const second = await importLines(bank, [...lines, more], 0n)
  expect(second).toMatchObject({ newLines: 1 })
  const withdrawn = (statementId: string) => withdrawStatement(bank.treasurer, { statementId, reason })
  expect((await refusal(withdrawn(first.statementId))).code).toBe('wrong_state')
  await withdrawn(second.statementId)
  await withdrawn(first.statementId)
  expect((await sides(bank)).lines).toEqual([])
})

test('only a treasurer of the chapter withdraws, and says why', async () => {
  const bank = await makeBank({ use: 'other' })
  const { statementId } = await importCsv(bank, 'MM/DD/YYYY')
  const auditor = await makePerson(bank.chapter.id, 'Ada', 'auditor')
  const stranger = (await makeBank({ use: 'other' })).treasurer
  expect((await refusal(withdrawStatement(auditor, { statementId, reason }))).code).toBe('forbidden')
  expect((await refusal(withdrawStatement(stranger, { statementId, reason }))).code).toBe('not_found')
  expect((await refusal(withdrawStatement(bank.treasurer, { statementId, reason: ' ' }))).fields).toHaveProperty(
    'reason',
  )
  expect((await listStatements(auditor))[0]).toMatchObject({ canWithdraw: false })
  expect(await figures(bank)).toMatchObject({ openLines: 2 })
})

test('the database lets nobody change a statement otherwise, withdraw one with matched lines, or take a withdrawal back', async () => {
  const bank = await makeBank({ use: 'other' })
  const { statementId } = await importCsv(bank, 'MM/DD/YYYY')
  const [line] = (await sides(bank)).lines
  const owner = await database.asOwner()
  const set = (what: string) => owner.query(`UPDATE bank_statement SET ${what} WHERE id = $1`, [statementId])
  const withdrawal = "withdrawn_at = now(), withdrawn_by_id = 'x', withdrawn_reason = 'x'"
  await expect(set('closing_minor = 1')).rejects.toThrow('as the bank wrote it')
  await expect(set(`${withdrawal}, closing_minor = 1`)).rejects.toThrow('as the bank wrote it')
  await expect(owner.query('UPDATE bank_line SET withdrawn = true WHERE id = $1', [line!.id])).rejects.toThrow(
    'a line is withdrawn with its statement',
  )
  const explained = { bankAccountId: bank.accountId, lineId: line!.id, how: 'other', reason: 'Not known yet' }
  const matchId = await explainLine(bank.treasurer, explained)
  await expect(set(withdrawal)).rejects.toThrow('bank_line_withdrawn_unmatched')
  await unlinkLines(bank.treasurer, { matchId, reason: 'Read wrongly' })
  await withdrawStatement(bank.treasurer, { statementId, reason })
  await expect(set('withdrawn_at = NULL, withdrawn_by_id = NULL, withdrawn_reason = NULL')).rejects.toThrow('once')
})
