import { setTimeout as sleep } from 'node:timers/promises'
import { type DbClient, db } from './client.ts'

const TRIES = 8

/**
 * Runs `work` in one READ COMMITTED transaction (the ledger's locks are built for that level) and tries again,
 * jittered, when the database lost the race and not the argument. `work` must touch nothing but the database:
 * it may run more than once.
 */
export async function inTransaction<T>(work: (tx: DbClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db().$transaction(work, { isolationLevel: 'ReadCommitted', maxWait: 10_000, timeout: 20_000 })
    } catch (error) {
      if (attempt >= TRIES || !isTransient(error)) throw error
      await sleep(Math.random() * Math.min(1_000, 10 * 2 ** attempt))
    }
  }
}

/**
 * Conflicts and lost connections, in each of the shapes Prisma 7 reports them: P2034 for a conflict it recognised,
 * a raw DriverAdapterError for two thirds of the real ones, P2028 and P1001 for a pool or a server that was busy.
 */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, cause } = error as { code?: string; cause?: { kind?: string; originalCode?: string } }
  if (code === 'P2034' || code === 'P2028' || code === 'P1001' || code === 'P1017') return true
  if (cause?.kind === 'TransactionWriteConflict') return true
  if (cause?.originalCode === '40001' || cause?.originalCode === '40P01') return true
  return error.message.includes('Connection terminated unexpectedly')
}
