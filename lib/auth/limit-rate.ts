import { createHash } from 'node:crypto'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { db } from '../db/client.ts'
import { AppError } from '../errors.ts'

export type RateLimit = { name: string; points: number; windowSeconds: number }

/**
 * Counts one try for `key` and throws `rate_limited` when there were too many in the window. The count is kept in
 * Postgres, so it holds across processes and restarts; the key is kept as a hash, since it may be an address.
 */
export async function limitRate(limit: RateLimit, key: string): Promise<void> {
  const limiter = new RateLimiterPostgres({
    storeClient: throughPrisma,
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: limit.name,
    points: limit.points,
    duration: limit.windowSeconds,
  })
  await forgetExpired()
  try {
    await limiter.consume(createHash('sha256').update(key).digest('base64url'))
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    const minutes = Math.max(1, Math.ceil(refused.msBeforeNext / 60_000))
    throw new AppError(
      'rate_limited',
      `Too many tries. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`} and try again.`,
    )
  }
}

/**
 * The same for the network address of somebody who asks. Where nobody's address is known (null, or `unknown` as pages
 * write it) all would share one count, and one person could shut out everybody: then nothing is counted.
 */
export async function limitSender(limit: RateLimit, sender: string | null): Promise<void> {
  if (sender !== null && sender !== 'unknown') await limitRate(limit, sender)
}

/** Keeps the table small; rows that another request is counting on right now are left for the next. */
async function forgetExpired(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM rate_limit WHERE key IN (
      SELECT key FROM rate_limit WHERE expire < ${Date.now()} LIMIT 100 FOR UPDATE SKIP LOCKED)`
}

/** The library speaks to a `pg` client; ours sends its statements through the one Prisma client of this process. */
const throughPrisma = {
  query: async ({ text, values }: { text: string; values: unknown[] }) => {
    const rows = await db().$queryRawUnsafe<{ points: number; expire: bigint | null }[]>(text, ...values)
    return { rows: rows.map((row) => ({ ...row, expire: Number(row.expire) })), rowCount: rows.length }
  },
}
