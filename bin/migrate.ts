import { migrateDatabase } from '#lib/db/migrate-database.ts'
import { parseStartEnv } from '#lib/env.ts'

/** `npm run migrate`: brings the database at DATABASE_URL to the newest schema; APP_PASSWORD becomes the app role's. */
const { DATABASE_URL } = parseStartEnv(process.env)
const appPassword = process.env['APP_PASSWORD']
if (!DATABASE_URL || !appPassword) throw new Error('Set DATABASE_URL (a login that may create roles) and APP_PASSWORD.')
const { applied } = await migrateDatabase({ adminUrl: DATABASE_URL, appPassword })
process.stdout.write(
  applied.length === 0 ? 'Nothing to apply.\n' : `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}`,
)
