import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { freePort } from '#lib/db/embedded-server.ts'
import { type Product, startProduct } from './start-product.ts'

/**
 * A product for one test file alone, which may move its clock or load its lists. It begins with a copy of the demo that
 * this run has made already: making it anew takes longer than most of what the file looks at.
 */
export async function startOwnProduct(env: Record<string, string>): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'common-purse-own-'))
  const demo = inject('demoDir')
  if (demo !== '') await copyDemo(demo, dataDir)
  return startProduct({ dataDir, env })
}

/** The files keep their owners: the database's own user reads its folder. The sandbox gets a port of its own. */
async function copyDemo(demo: string, dataDir: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', `${demo}/.`, dataDir])
  const file = join(dataDir, 'secrets.json')
  const secrets = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...secrets, sandboxPort: await freePort() }))
}
