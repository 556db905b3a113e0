import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { booksMail } from '#lib/email/books-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { type LedgerProof, proveLedger } from '#lib/ledger/verify-ledger.ts'
import { logger } from '#lib/log.ts'
import { listBalanceTransactions } from '#lib/stripe/payout.ts'
import { compareStripe, stripeApartMinor } from './compare-stripe.ts'
import { judgeBooks } from './judge-books.ts'
import { bankFigures } from './reconcile-books.ts'
import type { BooksCheck, StripeFigures } from './types.ts'

/** A gift is in our books within seconds; a line that is younger than this is not late. */
const GRACE_MS = 5 * 60_000
/** However busy a day is, it gets its line: this long after the one before, nothing is waited for. */
const WAIT_MS_MAX = 36 * 3_600_000

/** How many broken rules are kept with a check; the first ones lead to the cause. */
const VIOLATIONS_KEPT = 20

type Comparison = Omit<BooksCheck, 'id' | 'at' | 'proof'>

/**
 * Compares Stripe, ledger and banks, proves the ledger again from its rows, and keeps what it found with the one line
 * that says it. With `mail`, treasurers hear of a day that is not zero.
 */
export async function checkBooks(options: { mail: boolean }): Promise<BooksCheck> {
  return keepCheck(await compareBooks(), options)
}

async function keepCheck(compared: Comparison, options: { mail: boolean }): Promise<BooksCheck> {
  const proof = await proveLedger(db())
  if (proof.violations.length > 0)
    logger().error({ violations: plain(proof.violations) }, 'the ledger breaks its rules')
  const check = { id: newId(), at: now(), ...judgeProof(compared, proof) }
  const mails = options.mail && !check.isZero ? await renderMails(check) : []
  await inTransaction(async (tx) => {
    const { id, at, isZero, sentence, stripe, banks, items } = check
    await tx.reconciliationRun.create({
      data: { id, at, isZero, sentence, figures: plain({ stripe, banks, proof: check.proof }), items: plain(items) },
    })
    for (const mail of mails) await queueMail(tx, mail)
  })
  return check
}

/**
 * The daily job: checks once on each day in UTC, whoever asks and however often. What is apart only by what moved in these
 * minutes waits for the next asking. Answers whether it did.
 */
export async function checkDueBooks(): Promise<boolean> {
  const at = now()
  const day = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))
  const last = await db().reconciliationRun.findFirst({ orderBy: { at: 'desc' }, select: { at: true } })
  if (last && last.at >= day) return false
  const compared = await compareBooks()
  const mayWait = last !== null && at.getTime() - last.at.getTime() < WAIT_MS_MAX
  if (!compared.isZero && mayWait && (await isPassing(compared, at))) return false
  await keepCheck(compared, { mail: true })
  return true
}

/** The comparison of now, without keeping it. */
export async function compareBooks(): Promise<Comparison> {
  const [{ stripe, items }, banks] = [await compareStripe('whole'), await bankFigures('all')]
  return { ...judgeBooks(stripe, banks, items), stripe, banks, items }
}

/** Whether the books would be zero but for what Stripe moved in the last minutes, which two lists cannot both have seen. */
async function isPassing({ stripe, banks, items }: Comparison, at: Date): Promise<boolean> {
  const since = new Date(at.getTime() - GRACE_MS)
  const fresh = new Map(await freshMoves(since))
  for (const item of items) if (item.what === 'transaction' && item.at > since) fresh.set(item.id, item)
  const moved = [...fresh.values()]
  const settled = stripe.map((one) =>
    isWithin(one, moved) ? { ...one, stripeMinor: one.ledgerMinor - one.unlistedMinor } : one,
  )
  return judgeBooks(
    settled,
    banks,
    items.filter(({ id }) => !fresh.has(id)),
    at,
  ).isZero
}

type Move = { currency: string | null; amountMinor: bigint | null }

async function freshMoves(since: Date): Promise<[id: string, Move][]> {
  const lines = await listBalanceTransactions({ createdFrom: since }).catch((error: unknown) => {
    if (error instanceof AppError) return []
    throw error
  })
  return lines.map(({ id, currency, netMinor }) => [id, { currency, amountMinor: netMinor }])
}

/** Not more apart than all that came, or all that went, could make it: each of these may be on one side only. */
function isWithin(figures: StripeFigures, moves: readonly Move[]): boolean {
  const apart = stripeApartMinor(figures)
  if (apart === null) return false
  const own = moves.filter(({ currency }) => currency === figures.currency).map(({ amountMinor }) => amountMinor ?? 0n)
  const sum = (of: readonly bigint[]) => of.reduce((total, minor) => total + minor, 0n)
  const [came, went] = [sum(own.filter((minor) => minor > 0n)), sum(own.filter((minor) => minor < 0n))]
  return apart <= came && apart >= went
}

/** A ledger that breaks a rule comes first: what it says of money is not certain then, equal or not. */
function judgeProof(compared: Comparison, { entries, violations }: LedgerProof) {
  const proof = { entries, violations: violations.slice(0, VIOLATIONS_KEPT), broken: violations.length }
  if (violations.length === 0) return { ...compared, proof }
  const places = violations.length === 1 ? 'one place' : `${violations.length} places`
  const first = `The ledger breaks its own rules in ${places}: ask an administrator before you act on any balance.`
  return { ...compared, proof, isZero: false, sentence: `${first} ${compared.sentence}` }
}

async function renderMails(check: { sentence: string; at: Date }) {
  const treasurers = await db().user.findMany({
    where: { disabledAt: null, roles: { some: { role: 'treasurer', revokedAt: null } } },
    select: { email: true },
    orderBy: { email: 'asc' },
  })
  const deskUrl = `${env().APP_URL.replace(/\/$/, '')}/treasurer/reconciliation`
  return Promise.all(treasurers.map(({ email }) => renderMail(booksMail({ recipient: email, ...check, deskUrl }))))
}

/** JSON has no big integers: they are kept as decimal text. */
function plain(value: unknown) {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)))
}
