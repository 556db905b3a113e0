import { join, resolve } from 'node:path'
import { startEmbeddedServer } from '#lib/db/embedded-server.ts'
import type { StartEnv } from '#lib/env.ts'
import type { Secrets } from './keep-secrets.ts'
import { isDemoUnfinished, throwAwayDemo } from './make-demo.ts'
import { withAdmin } from './with-admin.ts'

type Stoppable = { stop: () => Promise<unknown> }

/** The administrator's URL of the database to use: the one that was given, or our own server's, started and made. */
export async function bringDatabase(
  settings: StartEnv,
  secrets: Secrets,
  keep: (one: Stoppable) => void,
): Promise<string> {
  const dataDir = resolve(settings.DATA_DIR)
  const unfinished = await isDemoUnfinished(dataDir)
  if (settings.DATABASE_URL) {
    if (unfinished)
      throw new Error(
        'The demo was interrupted while it was made in this database. Give an empty DATABASE_URL and remove DATA_DIR.',
      )
    return settings.DATABASE_URL
  }
  const server = await startEmbeddedServer({
    dataDir: join(dataDir, 'postgres'),
    password: secrets.postgresPassword,
    settings: { max_connections: '100', shared_buffers: '256MB' },
  })
  keep(server)
  await withAdmin(server.adminUrl, async (admin) => {
    if (unfinished) await throwAwayDemo(dataDir, admin)
    const { rowCount } = await admin.query(`SELECT FROM pg_database WHERE datname = 'common_purse'`)
    if (rowCount === 0) await admin.query('CREATE DATABASE common_purse')
  })
  return server.adminUrl.replace(/\/postgres$/, '/common_purse')
}
