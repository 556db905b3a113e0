/**
 * `npm run simulate -- --seeds N --seed S`: N stories beginning with the seed S (random when left out) against a
 * database of its own. Prints the seed first, and each violation as a short story.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'
import { bringPostgres } from '#tests/simulation/bring-postgres.ts'
import { runSeeds, summary, tell } from '#tests/simulation/run-seeds.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '200' }, seed: { type: 'string' }, 'keep-long': { type: 'boolean' } },
})
const firstSeed = Number(values.seed ?? randomInt(1, 1_000_000_000))
const seeds = Number(values.seeds)
if (!Number.isSafeInteger(firstSeed) || !Number.isSafeInteger(seeds) || seeds < 1) {
  process.stderr.write('Usage: npm run simulate -- --seeds N --seed S, both whole numbers.\n')
  process.exit(1)
}

const say = (line: string) => process.stdout.write(`${line}\n`)
say(
  `${seeds} seeds from ${firstSeed}. To run exactly these again: npm run simulate -- --seeds ${seeds} --seed ${firstSeed}`,
)
await ensureSchemas()
const postgres = await bringPostgres()
try {
  const { adminUrl: postgresAdminUrl } = postgres
  const verdict = await runSeeds({ postgresAdminUrl, firstSeed, seeds, say, shrinks: !values['keep-long'] })
  for (const found of verdict.found) say(`\n${tell(found)}`)
  say(`\n${summary(verdict)}`)
  process.exitCode = verdict.found.length > 0 ? 1 : 0
} finally {
  await postgres.stop()
}
