import { type DbClient, db } from '#lib/db/client.ts'
import { openMovements } from './list-open.ts'
import type { BankFigures } from './types.ts'

const DAY_MS = 86_400_000

/** Each bank account of the ledger beside its statements; of these chapters, or of all. */
export async function bankFigures(chapterIds: readonly string[] | 'all'): Promise<BankFigures[]> {
  const accounts = await db().bankAccount.findMany({
    where: chapterIds === 'all' ? {} : { chapterId: { in: [...chapterIds] } },
    orderBy: [{ currency: 'asc' }, { createdAt: 'asc' }],
  })
  const figures: BankFigures[] = []
  for (const account of accounts) figures.push(await figuresOf(db(), account))
  return figures
}

type Account = {
  id: string
  name: string
  numberMasked: string
  currency: string
  chapterId: string
  externalId: string
}

async function figuresOf(client: DbClient, account: Account): Promise<BankFigures> {
  const { id: bankAccountId, name, numberMasked, currency, chapterId, externalId } = account
  const [ledger] = await client.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances
    WHERE role = 'bank' AND external_id = ${externalId} AND currency = ${currency}`
  const [last] = await client.bankStatement.findMany({
    where: { bankAccountId, closingMinor: { not: null }, withdrawnAt: null },
    orderBy: [{ toOn: 'desc' }, { fromOn: 'desc' }, { importedAt: 'desc' }, { position: 'desc' }],
    take: 1,
  })
  const written = await client.bankStatement.aggregate({
    where: { bankAccountId, withdrawnAt: null },
    _max: { toOn: true },
  })
  const first = await client.bankStatement.findFirst({
    where: { bankAccountId, openingMinor: { not: null }, withdrawnAt: null },
    orderBy: [{ fromOn: 'asc' }, { importedAt: 'asc' }, { position: 'asc' }],
  })
  const open = await client.bankLine.aggregate({
    where: { bankAccountId, matchId: null, withdrawn: false },
    _sum: { amountMinor: true },
    _count: true,
  })
  const explained = await client.bankLine.aggregate({
    where: { bankAccountId, match: { kind: 'other' } },
    _sum: { amountMinor: true },
  })
  const forward = await client.bankMatchMovement.aggregate({
    where: { bankAccountId, active: true, match: { kind: 'brought_forward' } },
    _sum: { amountMinor: true },
  })
  const movements = await openMovements(client, account)
  const endsOn = last?.toOn ?? written._max.toOn
  const endsBefore = endsOn ? endsOn.getTime() + DAY_MS : Number.NEGATIVE_INFINITY
  const later = movements.filter(({ effectiveAt }) => effectiveAt.getTime() >= endsBefore)
  const sum = (of: readonly { amountMinor: bigint }[]) => of.reduce((total, { amountMinor }) => total + amountMinor, 0n)
  return {
    ...{ bankAccountId, name, numberMasked, currency, chapterId, ledgerMinor: ledger?.minor ?? 0n },
    closingMinor: last?.closingMinor ?? null,
    closingOn: last?.toOn ?? null,
    writtenUntil: written._max.toOn,
    ...{ openLines: open._count, openLinesMinor: open._sum.amountMinor ?? 0n },
    ...{ openMovements: movements.length, openMovementsMinor: sum(movements) },
    ...{ laterMovements: later.length, laterMovementsMinor: sum(later) },
    laterPayoutAt: later.find(({ kind }) => kind === 'payout_arrival')?.effectiveAt ?? null,
    broughtForwardMinor: (first?.openingMinor ?? 0n) - (forward._sum.amountMinor ?? 0n),
    explainedMinor: explained._sum.amountMinor ?? 0n,
  }
}

/**
 * How far bank and ledger are apart on the day of the last statement, beyond what is explained; null before the first
 * one. What the ledger did after that day is no difference: the bank has not written about it yet.
 */
export function apartMinor(bank: BankFigures): bigint | null {
  if (bank.closingMinor === null) return null
  const explained = bank.broughtForwardMinor + bank.explainedMinor
  return bank.closingMinor + bank.laterMovementsMinor - bank.ledgerMinor - explained
}
