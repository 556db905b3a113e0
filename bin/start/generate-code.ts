import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'

const STAMP = 'lib/db/generated/.made-from'

/** Makes the generated code: the Prisma client, and the sandbox's request schemas. Each only when its sources changed. */
export async function generateCode(): Promise<void> {
  generateClient()
  await ensureSchemas()
}

// Prisma looks for an engine to download although generating needs none; naming any executable keeps it off the network.
function generateClient(): void {
  const source = createHash('sha256')
    .update(readFileSync('prisma/schema.prisma'))
    .update(readFileSync('package-lock.json'))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === source) return
  const result = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    encoding: 'utf8',
  })
  if (result.status !== 0)
    throw new Error(`The database client could not be generated.\n${result.stdout}${result.stderr}`)
  writeFileSync(STAMP, source)
}
