import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'

/** These start a product of their own, and so need not wait for anybody. */
const OWN_PRODUCT = ['lifecycle', 'month', 'pledge', 'vetting']
const PATIENCE_MS = 2_400_000

/** One folder for each run: whoever could make it has the product that all others look at. */
const lock = join(tmpdir(), `common-purse-looking-${process.ppid}`)
const file = expect.getState().testPath ?? ''
const shares = !OWN_PRODUCT.some((name) => file.endsWith(`/${name}.test.ts`))

if (shares) {
  beforeAll(async () => {
    for (;;) {
      const isOurs = await mkdir(lock).then(
        () => true,
        () => false,
      )
      if (isOurs) return
      await sleep(200)
    }
  }, PATIENCE_MS)
  afterAll(() => rm(lock, { recursive: true, force: true }))
}
