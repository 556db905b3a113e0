import { AppError, type ErrorCode } from '#lib/errors.ts'
import type { Posted } from './types.ts'

/** The SQLSTATEs of the posting functions that a person can do something about; CP006 and CP007 are broken programs. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  CP001: 'insufficient_funds',
  CP002: 'idempotency_mismatch',
  CP003: 'wrong_state',
  CP004: 'not_found',
  CP005: 'invalid_input',
}
// The constraints are the guarantee behind the functions' own checks, should those ever be wrong.
const CONSTRAINTS: Readonly<Record<string, ErrorCode>> = {
  guard_headroom: 'insufficient_funds',
  outflow_cents: 'insufficient_funds',
  outflow_of_given_cents: 'insufficient_funds',
}
const TRANSIENT = new Set(['40001', '40P01', '55P03'])

type DriverCause = { originalCode?: string; originalMessage?: string }

/** Runs one posting function and reads its answer: the entry's id, negative for a replay. Throws AppError. */
export async function runPosting(call: Promise<{ id: bigint }[]>): Promise<Posted> {
  const [row] = await withLedgerErrors(call)
  if (!row) throw new Error('A posting function answered nothing.')
  return row.id < 0n ? { entryId: -row.id, replayed: true } : { entryId: row.id, replayed: false }
}

/** The one place where the ledger's SQLSTATEs become AppErrors. */
export async function withLedgerErrors<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw translate(error)
  }
}

function translate(error: unknown): unknown {
  const cause = driverCause(error)
  const message = cause?.originalMessage ?? ''
  const state = cause?.originalCode ?? ''
  const code = CODES[state]
  if (code) return new AppError(code, message, { cause: error })
  const constraint = Object.keys(CONSTRAINTS).find((name) => message.includes(`"${name}"`))
  const guarded = constraint === undefined ? undefined : CONSTRAINTS[constraint]
  if (guarded) return new AppError(guarded, 'There is not enough money in this fund.', { cause: error })
  // inTransaction() looks for the state in the cause; a raw query hides it one level deeper.
  if (TRANSIENT.has(state)) return new Error(message, { cause })
  return error
}

function driverCause(error: unknown): DriverCause | undefined {
  if (!(error instanceof Error)) return undefined
  const { meta, cause } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } }; cause?: DriverCause }
  return meta?.driverAdapterError?.cause ?? cause
}
