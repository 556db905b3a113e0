import { createHash } from 'node:crypto'
import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { storeFile } from '#lib/storage/store-file.ts'
import { digestNumber, maskNumber } from './add-account.ts'
import { numberAgain, numberLines } from './number-lines.ts'
import { requireReconciler } from './policy.ts'
import { detectFormat, readStatements, requireSound } from './read-statement.ts'
import { refusedFile } from './read-text.ts'
import { importSchema, mappingSchema } from './schema.ts'
import type { CsvMapping, NumberedLine, ParsedStatement, StatementFormat } from './types.ts'

const MEDIA = { 'camt.053': 'application/xml', ofx: 'application/x-ofx', csv: 'text/csv' } as const

/** `known`: the very same file was there, and nothing was changed. `leftOut`: statements in it of other accounts. */
export type ImportResult = {
  statementId: string
  known: boolean
  statements: number
  lines: number
  newLines: number
  leftOut: number
}

type Account = {
  id: string
  chapterId: string
  currency: string
  numberDigest: string
  numberMasked: string
  csvMapping: unknown
}

/**
 * Imports a bank's statement: { bankAccountId, file: { name, bytes }, and for a CSV the fields of its mapping, which is
 * remembered }. The same file again, unless it was withdrawn, and the lines of an overlapping one, change nothing. Either all of it is imported
 * or nothing: throws `invalid_input` at the field that is wrong.
 */
export async function importStatement(actor: Actor, input: unknown): Promise<ImportResult> {
  const { bankAccountId, file } = parseInput(importSchema, input)
  const account = await db().bankAccount.findUnique({ where: { id: bankAccountId } })
  const subject = account && { subjectType: 'bank_account', subjectId: account.id, chapterId: account.chapterId }
  const user = await requireReconciler(actor, subject)
  if (!account) throw new Error('a reconciler has an account')
  const format = detectFormat(file.bytes)
  const mapping = format === 'csv' ? parseInput(mappingSchema, input) : null
  const sha256 = createHash('sha256').update(file.bytes).digest('hex')
  const known = await knownFile(db(), account.id, sha256)
  if (known) return { statementId: known, known: true, statements: 0, lines: 0, newLines: 0, leftOut: 0 }

  const { own, leftOut } = ownStatements(readStatements(file.bytes, account.currency, mapping), account)
  for (const statement of own) requireSound(statement, account.currency)
  const stored = {
    bytes: file.bytes,
    fileName: file.name,
    purpose: 'bank_statement' as const,
    chapterId: account.chapterId,
  }
  const fileId = await storeFile(user, { ...stored, readAs: MEDIA[format] })
  return inTransaction((tx) => keep(tx, user, account, { own, leftOut, fileId, sha256, format, mapping }))
}

async function knownFile(client: DbClient, bankAccountId: string, fileSha256: string): Promise<string | null> {
  const found = await client.bankStatement.findFirst({
    where: { bankAccountId, fileSha256, withdrawnAt: null },
    orderBy: { position: 'asc' },
  })
  return found?.id ?? null
}

/** A file may have statements of several accounts; those of others are left out, and a file with none of ours is refused. */
function ownStatements(statements: ParsedStatement[], account: Account): { own: ParsedStatement[]; leftOut: number } {
  const isOwn = ({ account: number }: ParsedStatement) =>
    number === null || digestNumber(number) === account.numberDigest
  const own = statements.filter(isOwn)
  if (own.length === 0) {
    const other = maskNumber(statements[0]?.account ?? '')
    throw refusedFile(`This statement is of another account (${other}); the one you chose is ${account.numberMasked}.`)
  }
  return { own, leftOut: statements.length - own.length }
}

type Batch = {
  own: ParsedStatement[]
  leftOut: number
  fileId: string
  sha256: string
  format: StatementFormat
  mapping: CsvMapping | null
}

async function keep(tx: DbClient, user: UserActor, account: Account, batch: Batch): Promise<ImportResult> {
  // Two imports into one account follow one another, so the second sees what the first knows.
  await tx.$executeRaw`SELECT 1 FROM bank_account WHERE id = ${account.id}::uuid FOR UPDATE`
  const known = await knownFile(tx, account.id, batch.sha256)
  if (known) return { statementId: known, known: true, statements: 0, lines: 0, newLines: 0, leftOut: 0 }
  const result = {
    statementId: '',
    known: false,
    statements: batch.own.length,
    lines: 0,
    newLines: 0,
    leftOut: batch.leftOut,
  }
  for (const [index, statement] of batch.own.entries()) {
    const fresh = await keepStatement(tx, user, account, { ...batch, statement, position: index + 1 })
    result.statementId ||= fresh.id
    result.lines += statement.lines.length
    result.newLines += fresh.newLines
  }
  if (batch.mapping) await tx.bankAccount.update({ where: { id: account.id }, data: { csvMapping: batch.mapping } })
  await recordEvent(tx, user, {
    ...{
      action: 'bank_statement.import',
      subjectType: 'bank_statement',
      subjectId: result.statementId,
      chapterId: account.chapterId,
    },
    detail: {
      format: batch.format,
      sha256: batch.sha256,
      statements: result.statements,
      lines: result.lines,
      newLines: result.newLines,
    },
  })
  return result
}

async function keepStatement(
  tx: DbClient,
  user: UserActor,
  account: Account,
  part: Batch & { statement: ParsedStatement; position: number },
): Promise<{ id: string; newLines: number }> {
  const { statement, position, fileId, sha256: fileSha256, format } = part
  const before = await statementBefore(tx, account.id, statement)
  const numbered = numberLines(statement.lines)
  const known = await knownLines(tx, account.id, numbered)
  const fresh = freshLines(numbered, known, statement, before)
  const { reference, fromOn, toOn, openingMinor, closingMinor } = statement
  const id = newId()
  await tx.bankStatement.create({
    data: {
      ...{ id, bankAccountId: account.id, fileId, fileSha256, position, format, openingMinor, closingMinor },
      ...{ reference: reference?.slice(0, 200) ?? null, fromOn: atMidnight(fromOn), toOn: atMidnight(toOn) },
      gapMinor: await gapOf(tx, account.id, statement, before),
      ...{ lineCount: numbered.length, newLineCount: fresh.length, importedById: user.userId },
    },
  })
  await tx.bankLine.createMany({
    data: fresh.map(({ currency: _, bankReference: __, bookedOn, valuedOn, ...line }) => ({
      ...line,
      ...{ id: newId(), bankAccountId: account.id, statementId: id, bookedOn: atMidnight(bookedOn) },
      valuedOn: valuedOn === null ? null : atMidnight(valuedOn),
    })),
  })
  return { id, newLines: fresh.length }
}

type Before = { id: string; reference: string | null; toOn: Date; closingMinor: bigint }

/** The statement that reaches furthest of those that begin no later than this one. */
async function statementBefore(
  tx: DbClient,
  bankAccountId: string,
  { fromOn }: ParsedStatement,
): Promise<Before | null> {
  const found = await tx.bankStatement.findFirst({
    where: { bankAccountId, withdrawnAt: null, closingMinor: { not: null }, fromOn: { lte: atMidnight(fromOn) } },
    orderBy: [{ toOn: 'desc' }, { importedAt: 'desc' }, { position: 'desc' }],
    select: { id: true, reference: true, toOn: true, closingMinor: true },
  })
  return found && found.closingMinor !== null ? { ...found, closingMinor: found.closingMinor } : null
}

type KnownLine = { identity: string; bookedOn: Date; amountMinor: bigint }

/** Every line of the account that is equal to one of these, whichever of its kind it is. */
async function knownLines(
  tx: DbClient,
  bankAccountId: string,
  lines: readonly NumberedLine[],
): Promise<Map<string, KnownLine>> {
  const digests = [...new Set(lines.map(({ identity }) => identity.slice(0, 32)))]
  const days = lines.map(({ bookedOn }) => bookedOn).sort()
  const found = await tx.$queryRaw<KnownLine[]>`
    SELECT identity, booked_on AS "bookedOn", amount_minor AS "amountMinor" FROM bank_line
    WHERE bank_account_id = ${bankAccountId}::uuid AND NOT withdrawn AND left(identity, 32) = ANY (${digests})
      AND booked_on BETWEEN ${days[0] ?? null}::date AND ${days.at(-1) ?? null}::date`
  return new Map(found.map((line) => [line.identity, line]))
}

/**
 * The lines that no earlier statement had. Equal lines of a day that two statements share are repetitions, unless the
 * bank proves the contrary: the second statement opens with the balance the first one closed with, so nothing in it was
 * in the first, and its equal lines are more of the same.
 */
function freshLines(
  numbered: readonly NumberedLine[],
  known: ReadonlyMap<string, KnownLine>,
  statement: ParsedStatement,
  before: Before | null,
): NumberedLine[] {
  const repeated = numbered.flatMap(({ identity }) => known.get(identity) ?? [])
  const sumMinor = repeated.reduce((sum, line) => sum + line.amountMinor, 0n)
  const continues =
    before !== null &&
    statement.openingMinor === before.closingMinor &&
    (statement.reference === null || statement.reference !== before.reference) &&
    sumMinor !== 0n &&
    repeated.every(({ bookedOn }) => bookedOn.getTime() === before.toOn.getTime())
  if (!continues) return numbered.filter(({ identity }) => !known.has(identity))
  const taken = new Set(known.keys())
  return numbered.map((line) => {
    const again = taken.has(line.identity) ? numberAgain(line, taken) : line
    taken.add(again.identity)
    return again
  })
}

/** Opening balance less what the lines known so far say it must be; an overlap is taken out of it. */
async function gapOf(
  tx: DbClient,
  bankAccountId: string,
  statement: ParsedStatement,
  before: Before | null,
): Promise<bigint | null> {
  const { openingMinor, fromOn } = statement
  if (before === null || openingMinor === null) return null
  if (openingMinor === before.closingMinor) return 0n
  const overlap = await tx.bankLine.aggregate({
    where: { bankAccountId, withdrawn: false, bookedOn: { gte: atMidnight(fromOn), lte: before.toOn } },
    _sum: { amountMinor: true },
  })
  return openingMinor - (before.closingMinor - (overlap._sum.amountMinor ?? 0n))
}

function atMidnight(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}
