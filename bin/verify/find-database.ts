import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseStartEnv } from '#lib/env.ts'
import { keepSecrets } from '../start/keep-secrets.ts'

/** The database of this installation: DATABASE_URL, or the embedded one, which must be running. */
export async function findDatabase(): Promise<string> {
  const { DATABASE_URL, DATA_DIR } = parseStartEnv(process.env)
  if (DATABASE_URL) return DATABASE_URL
  const dataDir = resolve(DATA_DIR)
  const moved = await readFile(join(dataDir, 'postgres.location'), 'utf8').catch(() => undefined)
  const place = moved?.trim() ?? join(dataDir, 'postgres')
  // PostgreSQL writes its port in the fourth line.
  const port = (await readFile(join(place, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[3]
  if (!port) throw new Error('The database does not run here. Run npm start first, or set DATABASE_URL.')
  const { postgresPassword } = await keepSecrets(dataDir)
  return `postgresql://postgres:${encodeURIComponent(postgresPassword)}@127.0.0.1:${port}/common_purse`
}
