import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * Makes the generated code: the Prisma client, and the sandbox's parameter schemas. Each is skipped while what it
 * is made from has not changed. Prisma looks for an engine to download although generating needs none; naming any
 * executable keeps it from the network.
 */
const stamp = 'lib/db/generated/.made-from'
const source = createHash('sha256')
  .update(readFileSync('prisma/schema.prisma'))
  .update(readFileSync('package-lock.json'))
  .digest('hex')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== source) {
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' }
  const result = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    env,
    encoding: 'utf8',
  })
  if (result.status !== 0) {
    process.stderr.write(result.stdout + result.stderr)
    process.exit(result.status ?? 1)
  }
  writeFileSync(stamp, source)
}
