import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { startProduct } from './start-product.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    productUrl: string
    sandboxUrl: string
    /** The data folder of a product that has made its demo and was stopped, to be copied; '' where there is none. */
    demoDir: string
  }
}

/**
 * The product that all browser tests look at: `npm start` without a setting but port, data folder, and a sandbox whose
 * money waits for the tests' word before it is available and paid out. RUNNING_DATA_DIR names one that runs already.
 */
export default async function startSharedProduct(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env['RUNNING_DATA_DIR']
  if (running) {
    const { url } = JSON.parse(await readFile(join(running, 'running.json'), 'utf8')) as { url: string }
    await provide(project, { url, dataDir: running }, '')
    return async () => undefined
  }
  const env = { SANDBOX_AVAILABLE_DELAY_SECONDS: '60', SANDBOX_PAYOUT_INTERVAL_SECONDS: '0' }
  const first = await startProduct({ env })
  await first.stop()
  const demoDir = await keepDemo(first.dataDir)
  const product = await startProduct({ dataDir: first.dataDir, env })
  await provide(project, product, demoDir)
  return async () => {
    await product.remove()
    if (demoDir !== '') await rm(demoDir, { recursive: true, force: true })
  }
}

/** A copy of a stopped product's folder. A database that had to lie elsewhere is not in it, so there is none then. */
async function keepDemo(dataDir: string): Promise<string> {
  if (existsSync(join(dataDir, 'postgres.location'))) return ''
  await promisify(execFile)('cp', ['-a', dataDir, `${dataDir}-demo`])
  return `${dataDir}-demo`
}

async function provide(
  project: TestProject,
  product: { url: string; dataDir: string },
  demoDir: string,
): Promise<void> {
  const secrets = JSON.parse(await readFile(join(product.dataDir, 'secrets.json'), 'utf8')) as { sandboxPort: number }
  project.provide('productUrl', product.url)
  project.provide('sandboxUrl', `http://127.0.0.1:${secrets.sandboxPort}`)
  project.provide('demoDir', demoDir)
}
