import { z } from 'zod'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { findMatches } from './find-matches.ts'
import { openFacts, openLines, openMovements } from './list-open.ts'
import { readableChapterIds, reconcilingChapterIds } from './policy.ts'
import type {
  BankAccountView,
  BankMatchKind,
  CsvMapping,
  OpenFact,
  OpenLine,
  OpenMovement,
  StatementFormat,
  Suggestion,
} from './types.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The bank accounts that the actor may look at, by currency and name. */
export async function listAccounts(actor: Actor): Promise<BankAccountView[]> {
  const accounts = await db().bankAccount.findMany({
    where: { chapterId: { in: readableChapterIds(actor) } },
    include: { chapter: { select: { name: true } } },
    orderBy: [{ currency: 'desc' }, { createdAt: 'asc' }],
  })
  return accounts.map(({ chapter, csvMapping, ...account }) => ({
    ...{ id: account.id, chapterId: account.chapterId, chapterName: chapter.name, externalId: account.externalId },
    ...{ name: account.name, currency: account.currency, numberMasked: account.numberMasked },
    csvMapping: csvMapping as CsvMapping | null,
  }))
}

/** The chapters in which the actor may add bank accounts, with the currencies of their funds. */
export async function listAccountChoices(
  actor: Actor,
): Promise<{ chapters: { id: string; name: string }[]; currencies: string[] }> {
  const chapterIds = reconcilingChapterIds(actor)
  const chapters = await db().chapter.findMany({
    where: { id: { in: chapterIds } },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
  })
  const rows = await db().$queryRaw<{ currency: string }[]>`
    SELECT DISTINCT currency FROM ledger.funds WHERE chapter_id = ANY (${chapterIds}::uuid[]) ORDER BY 1`
  return { chapters, currencies: rows.map(({ currency }) => currency) }
}

export type OpenSides = {
  account: BankAccountView
  canMatch: boolean
  lines: (OpenLine & { suggestions: Suggestion[] })[]
  movements: OpenMovement[]
  facts: OpenFact[]
  /** Entries of the ledger from before the first statement. */
  beforeFirst: number
  /** Who can bear a charge, by name; the chapter's general fund first. */
  funds: { id: string; name: string }[]
}

/** What is open on both sides of an account, with proposals for each line. */
export async function openSides(actor: Actor, account: BankAccountView): Promise<OpenSides> {
  const lines = await openLines(db(), account.id)
  const movements = await openMovements(db(), account, readableChapterIds(actor))
  const facts = await openFacts(db(), account, readableChapterIds(actor))
  const found = findMatches(lines, movements, facts)
  const first = await db().bankStatement.findFirst({
    where: { bankAccountId: account.id, withdrawnAt: null },
    orderBy: { fromOn: 'asc' },
    select: { fromOn: true },
  })
  const funds = await db().$queryRaw<{ id: bigint; name: string }[]>`
    SELECT id, name FROM ledger.funds WHERE currency = ${account.currency} AND chapter_id = ANY (${chapterIdsWith(actor, 'treasurer')}::uuid[])
    ORDER BY chapter_id <> ${account.chapterId}::uuid, campaign_id IS NOT NULL, name, id`
  return {
    account,
    canMatch: hasRole(actor, account.chapterId, 'treasurer'),
    lines: lines.map((line) => ({ ...line, suggestions: found.get(line.id) ?? [] })),
    ...{ movements, facts },
    beforeFirst: first ? movements.filter(({ effectiveAt }) => effectiveAt < first.fromOn).length : 0,
    funds: funds.map(({ id, name }) => ({ id: String(id), name })),
  }
}

export type StatementRow = {
  id: string
  accountName: string
  currency: string
  format: StatementFormat
  reference: string | null
  fromOn: Date
  toOn: Date
  openingMinor: bigint | null
  closingMinor: bigint | null
  gapMinor: bigint | null
  lineCount: number
  newLineCount: number
  openCount: number
  importedAt: Date
  withdrawnReason: string | null
  /** The actor may take it back: a treasurer, and nothing is matched to any line of it. */
  canWithdraw: boolean
}

/** The statements of the actor's accounts, the latest days first; at most 200. */
export async function listStatements(actor: Actor): Promise<StatementRow[]> {
  const rows = await db().bankStatement.findMany({
    where: { bankAccount: { chapterId: { in: readableChapterIds(actor) } } },
    include: {
      bankAccount: { select: { name: true, currency: true, chapterId: true } },
      _count: { select: { lines: { where: { matchId: null, withdrawn: false } } } },
    },
    orderBy: [{ toOn: 'desc' }, { importedAt: 'desc' }, { position: 'desc' }],
    take: 200,
  })
  return rows.map(({ bankAccount, _count, ...row }) => ({
    ...row,
    ...{ accountName: bankAccount.name, currency: bankAccount.currency, openCount: _count.lines },
    format: row.format as StatementFormat,
    canWithdraw: hasRole(actor, bankAccount.chapterId, 'treasurer') && isWhollyOpen(row, _count.lines),
  }))
}

function isWhollyOpen(statement: { withdrawnAt: Date | null; newLineCount: number }, openCount: number): boolean {
  return statement.withdrawnAt === null && statement.newLineCount === openCount
}

export type StatementLine = {
  id: string
  position: number
  bookedOn: Date
  amountMinor: bigint
  counterparty: string | null
  remittance: string
  reference: string | null
  match: {
    id: string
    kind: BankMatchKind
    reason: string | null
    madeAt: Date
    entryIds: bigint[]
    lineCount: number
  } | null
}

export type StatementView = StatementRow & {
  accountId: string
  numberMasked: string
  canMatch: boolean
  fileId: string
  fileName: string
  lines: StatementLine[]
}

/** One statement with the lines that it brought and what each is. Throws `not_found`. */
export async function findStatement(actor: Actor, id: string): Promise<StatementView> {
  const found = UUID.test(id)
    ? await db().bankStatement.findUnique({
        where: { id },
        include: {
          bankAccount: true,
          file: { select: { fileName: true } },
          lines: {
            orderBy: { position: 'asc' },
            include: { match: { include: { movements: true, _count: { select: { lines: true } } } } },
          },
        },
      })
    : null
  const chapterId = found?.bankAccount.chapterId
  if (!found || chapterId === undefined || !readableChapterIds(actor).includes(chapterId)) {
    if (chapterId) await recordRefusedAccess(actor, { subjectType: 'bank_statement', subjectId: id, chapterId })
    throw new AppError('not_found', 'There is no such statement.')
  }
  const { bankAccount, file, lines, ...row } = found
  const openCount = lines.filter(({ match, withdrawn }) => match === null && !withdrawn).length
  return {
    ...row,
    ...{ accountName: bankAccount.name, accountId: bankAccount.id, numberMasked: bankAccount.numberMasked },
    ...{ currency: bankAccount.currency, format: row.format as StatementFormat, fileName: file.fileName },
    canMatch: hasRole(actor, chapterId, 'treasurer'),
    openCount,
    canWithdraw: hasRole(actor, chapterId, 'treasurer') && isWhollyOpen(row, openCount),
    lines: lines.map(({ match, ...line }) => ({
      ...{
        id: line.id,
        position: line.position,
        bookedOn: line.bookedOn,
        amountMinor: line.amountMinor,
        counterparty: line.counterparty,
      },
      ...{ remittance: line.remittance, reference: line.reference },
      match: match && {
        ...{
          id: match.id,
          kind: match.kind,
          reason: match.reason,
          madeAt: match.madeAt,
          lineCount: match._count.lines,
        },
        entryIds: match.movements.map(({ entryId }) => entryId),
      },
    })),
  }
}

export type LastRun = {
  at: Date
  isZero: boolean
  sentence: string
  /** Null of a check of before the ledger was proved daily. */
  proof: { entries: number; broken: number; violations: { rule: string; detail: string }[] } | null
}

const proofSchema = z.object({
  proof: z.object({
    entries: z.number(),
    broken: z.number(),
    violations: z.array(z.object({ rule: z.string(), detail: z.string() })),
  }),
})

/** What the last comparison said; null before the first. Only people with a chapter's books see it. */
export async function lastRun(actor: Actor): Promise<LastRun | null> {
  if (readableChapterIds(actor).length === 0) return null
  const run = await db().reconciliationRun.findFirst({
    orderBy: { at: 'desc' },
    select: { at: true, isZero: true, sentence: true, figures: true },
  })
  if (!run) return null
  const { figures, ...said } = run
  return { ...said, proof: proofSchema.safeParse(figures).data?.proof ?? null }
}
