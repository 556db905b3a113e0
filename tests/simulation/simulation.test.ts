import { expect, inject, test } from 'vitest'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'
import { runSeeds, summary, tell } from './run-seeds.ts'

/** SIMULATION_SEED=$RANDOM SIMULATION_SEEDS=2000 hunts for new stories; without them each run tells the same ones. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 200)
const FIRST = Number(process.env['SIMULATION_SEED'] ?? 1)

test(`no promise is broken in ${SEEDS} stories of accidents`, { timeout: 3_600_000 }, async () => {
  await ensureSchemas()
  const postgresAdminUrl = inject('postgresAdminUrl')
  const verdict = await runSeeds({ postgresAdminUrl, firstSeed: FIRST, seeds: SEEDS })
  process.stdout.write(`Simulation: ${summary(verdict)}\n`)
  expect(verdict.found.map(tell)).toEqual([])
  expect(verdict.seeds).toBe(SEEDS)
  // Stories without accidents would prove nothing.
  expect(verdict.faults - verdict.lost).toBeGreaterThan(SEEDS / 2)
  expect(verdict.lost).toBeGreaterThan(SEEDS / 4)
})
