import { PrismaPg } from '@prisma/adapter-pg'
import { env } from '../env.ts'
import { Prisma, PrismaClient } from './generated/client.ts'

/** A Prisma client or the client of a transaction on it: what every read and write in lib is handed. */
export type DbClient = Prisma.TransactionClient
export { Prisma }

type Connected = { url: string; client: PrismaClient }
// Next reloads modules in development; the connection outlives them.
const holder = globalThis as typeof globalThis & { commonPurseDb?: Connected }

/** The one Prisma client of this process, logged in as the app's own role. */
export function db(): PrismaClient {
  const url = env().DATABASE_URL
  if (holder.commonPurseDb?.url !== url) holder.commonPurseDb = { url, client: connect(url) }
  return holder.commonPurseDb.client
}

/** Ends the connections of this process. */
export async function disconnectDb(): Promise<void> {
  const connected = holder.commonPurseDb
  delete holder.commonPurseDb
  await connected?.client.$disconnect()
}

function connect(url: string): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    application_name: 'common-purse',
  })
  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}
