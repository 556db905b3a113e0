import { beforeAll, expect, inject, test, vi } from 'vitest'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'
import type { PlantedBug } from './planted/bug.ts'
import { dropLock } from './planted/drop-lock.ts'
import { forgetLostFee } from './planted/forget-lost-fee.ts'
import { postCumulativeAmount } from './planted/post-cumulative-amount.ts'
import { skipDedupe } from './planted/skip-dedupe.ts'
import { skipSweep } from './planted/skip-sweep.ts'
import { swallowError } from './planted/swallow-error.ts'
import { storyOf } from './story.ts'

const SEEDS_MAX = 50
const BUGS: readonly PlantedBug[] = [
  ...[skipDedupe, postCumulativeAmount, forgetLostFee, dropLock, swallowError],
  skipSweep,
]

beforeAll(ensureSchemas)

test.each(BUGS)('is found within 50 stories: $sentence', { timeout: 1_200_000 }, async (bug) => {
  const { planted, verdict } = await runPlanted(bug, { shrinks: false })
  const [found] = verdict.found
  expect(found, `not found in ${verdict.seeds} stories`).toBeDefined()
  if (!found) return
  expect(bug.breaks).toContain(found.told.violation?.promise)
  process.stdout.write(`${bug.sentence}\n${planted.tell(found).split('\n').slice(-3).join('\n')}\n`)
  // The same story without the bug is a good one: it was the bug that was found.
  const sound = await simulatorWith({ sentence: '', breaks: [] })
  const { seed: firstSeed } = found
  const postgresAdminUrl = inject('postgresAdminUrl')
  const control = await sound.runSeeds({ postgresAdminUrl, firstSeed, seeds: 1, shrinks: false })
  expect(control.found.map(sound.tell)).toEqual([])
})

/** Each try is a whole story. */
const TRIES_MAX = 30

test('a story with an error that is swallowed shrinks to half of its steps or less', async () => {
  const { verdict, planted } = await runPlanted(swallowError, { triesMax: TRIES_MAX })
  const [found] = verdict.found
  expect(found, `not found in ${verdict.seeds} stories`).toBeDefined()
  if (!found) return
  expect(swallowError.breaks).toContain(found.told.violation?.promise)
  const before = storyOf(found.seed).steps.length
  process.stdout.write(`Shrunk from ${before} steps to ${found.story.steps.length}.\n${planted.tell(found)}\n`)
  expect(found.story.steps.length).toBeGreaterThan(0)
  expect(found.story.steps.length).toBeLessThanOrEqual(before / 2)
})

/** Plays stories with the bug until one breaks a promise. */
async function runPlanted(bug: PlantedBug, shrinking: { shrinks?: boolean; triesMax?: number }) {
  const planted = await simulatorWith(bug)
  const verdict = await planted.runSeeds({
    ...{ postgresAdminUrl: inject('postgresAdminUrl'), firstSeed: 1, seeds: SEEDS_MAX, foundMax: 1, ...shrinking },
    prepare: async ({ admin }) => void (bug.sql && (await admin.query(bug.sql))),
  })
  return { planted, verdict }
}

/** The simulator and the whole product, loaded anew, with one module replaced where the bug is in one. */
async function simulatorWith({ module }: PlantedBug) {
  vi.resetModules()
  for (const bug of BUGS) if (bug.module) vi.doUnmock(bug.module.path)
  if (module) {
    vi.doMock(module.path, async (importReal) => {
      const real = await importReal<object>()
      return { ...real, ...module.replace(real as never) }
    })
  }
  return import('./run-seeds.ts')
}
