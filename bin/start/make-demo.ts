import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { logTail, runProgram } from './run-program.ts'
import { withAdmin } from './with-admin.ts'

type Options = { dataDir: string; logDir: string; env: Record<string, string>; adminUrl: string }

/** Makes the demo federation in an empty database, once. Answers what was made, in words. */
export async function makeDemo({ dataDir, logDir, env, adminUrl }: Options): Promise<string> {
  const chapters = await withAdmin(adminUrl, (admin) => admin.query('SELECT FROM chapter LIMIT 1'))
  if (chapters.rowCount === 1) return 'it was there already'
  // The mark stands while the demo is being made: a start killed meanwhile leaves half a federation behind.
  await writeFile(markOf(dataDir), '')
  const seed = runProgram({ name: 'seed', args: ['--import', 'tsx', 'prisma/seed.ts'], env, logDir })
  if ((await seed.ended) !== 0) throw new Error(`The demo could not be made.\n${logTail(logDir, 'seed', 30)}`)
  // Plans made on empty tables are slow until the tables have been looked at.
  await withAdmin(adminUrl, (admin) => admin.query('ANALYZE'))
  await rm(markOf(dataDir))
  return logTail(logDir, 'seed', 1)
}

export async function isDemoUnfinished(dataDir: string): Promise<boolean> {
  return stat(markOf(dataDir)).then(
    () => true,
    () => false,
  )
}

/** Removes what an interrupted demo left, so that the next one begins with nothing. */
export async function throwAwayDemo(dataDir: string, admin: pg.Client): Promise<void> {
  await admin.query('DROP DATABASE IF EXISTS common_purse WITH (FORCE)')
  for (const part of ['sandbox', 'files']) await rm(join(dataDir, part), { recursive: true, force: true })
  await rm(markOf(dataDir))
}

function markOf(dataDir: string): string {
  return join(dataDir, 'demo-unfinished')
}
