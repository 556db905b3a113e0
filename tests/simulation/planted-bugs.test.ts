import { beforeAll, expect, inject, test, vi } from 'vitest'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'
import type { PlantedBug } from './planted/bug.ts'
import { dropLock } from './planted/drop-lock.ts'
import { forgetLostFee } from './planted/forget-lost-fee.ts'
import { postCumulativeAmount } from './planted/post-cumulative-amount.ts'
import { skipDedupe } from './planted/skip-dedupe.ts'
import { swallowError } from './planted/swallow-error.ts'

const SEEDS_MAX = 50
const BUGS: readonly PlantedBug[] = [skipDedupe, postCumulativeAmount, forgetLostFee, dropLock, swallowError]

beforeAll(ensureSchemas)

test.each(BUGS)('is found within 50 stories: $sentence', { timeout: 600_000 }, async (bug) => {
  const { runSeeds, tell } = await simulatorWith(bug)
  const verdict = await runSeeds({
    ...{ postgresAdminUrl: inject('postgresAdminUrl'), firstSeed: 1, seeds: SEEDS_MAX, foundMax: 1, shrinks: false },
    prepare: async ({ admin }) => void (bug.sql && (await admin.query(bug.sql))),
  })
  const [found] = verdict.found
  expect(found, `not found in ${verdict.seeds} stories`).toBeDefined()
  if (found) process.stdout.write(`${bug.sentence}\n${tell(found).split('\n').slice(-3).join('\n')}\n`)
})

/** The simulator and the whole product, loaded anew with one module replaced. */
async function simulatorWith({ module }: PlantedBug) {
  vi.resetModules()
  vi.doUnmock('#lib/webhooks/receive-event.ts')
  vi.doUnmock('#lib/donations/order-movements.ts')
  if (module) {
    vi.doMock(module.path, async (importReal) => {
      const real = await importReal<object>()
      return { ...real, ...module.replace(real as never) }
    })
  }
  return import('./run-seeds.ts')
}
