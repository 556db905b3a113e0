import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startProduct } from './start-product.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    productUrl: string
    sandboxUrl: string
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
    await provide(project, { url, dataDir: running })
    return async () => undefined
  }
  const product = await startProduct({
    env: { SANDBOX_AVAILABLE_DELAY_SECONDS: '60', SANDBOX_PAYOUT_INTERVAL_SECONDS: '0' },
  })
  await provide(project, product)
  return product.remove
}

async function provide(project: TestProject, product: { url: string; dataDir: string }): Promise<void> {
  const secrets = JSON.parse(await readFile(join(product.dataDir, 'secrets.json'), 'utf8')) as { sandboxPort: number }
  project.provide('productUrl', product.url)
  project.provide('sandboxUrl', `http://127.0.0.1:${secrets.sandboxPort}`)
}
