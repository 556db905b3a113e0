import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { findChromium } from './install-browser.ts'
import { buildApp } from './start/build-app.ts'
import { generateCode } from './start/generate-code.ts'

/**
 * `npm test [-- vitest arguments]`: everything the tests stand on (a browser, a production build), then all of
 * them. `npm test -- --project rules` leaves the browser tests out and builds nothing. Without arguments both projects
 * run side by side, and the build beside the rules: each waits often enough for the other to use the processor.
 */
const args = process.argv.slice(2)
const output = 'tests/e2e/output'

const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
})
type Counts = z.infer<typeof resultSchema>
type Result = Counts & { isWell: boolean }
/** What counts where nothing ran at all: one failure. */
const NOTHING: Counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numFailedTestSuites: 1 }

await generateCode()
if (!args.includes('rules')) process.env['CHROMIUM_PATH'] = await findChromium()
mkdirSync(output, { recursive: true })
const results = await Promise.all(
  args.length > 0
    ? [runBuilt('some', args)]
    : [runVitest('rules', ['--project', 'rules']), runBuilt('browser', ['--project', 'browser'])],
)
const sum = (field: keyof Counts) => results.reduce((all, result) => all + result[field], 0)
// A file that could not even be loaded counts as a failure although none of its tests ran.
const failed = Math.max(sum('numFailedTests'), sum('numFailedTestSuites') > 0 ? 1 : 0)
process.stdout.write(`${sum('numPassedTests')} passed, ${failed} failed, ${sum('numPendingTests')} skipped\n`)
process.exit(results.every(({ isWell }) => isWell) ? 0 : 1)

/** Vitest after the production build, which only the rules can do without. */
async function runBuilt(name: string, options: string[]): Promise<Result> {
  if (!args.includes('rules')) {
    try {
      process.stdout.write((await buildApp()) ? 'The app was built.\n' : 'The app is built already.\n')
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
      return { ...NOTHING, isWell: false }
    }
  }
  return runVitest(name, options)
}

/** Runs vitest and reads its report; a run in which no test passed is not well. */
async function runVitest(name: string, options: string[]): Promise<Result> {
  const report = `${output}/results-${name}.json`
  rmSync(report, { force: true })
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts']
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, ['--import', 'tsx', ...vitest, ...reporters, ...options], { stdio: 'inherit' })
  const status = await new Promise<number | null>((done) => child.once('exit', done))
  const counts = existsSync(report) ? resultSchema.parse(JSON.parse(readFileSync(report, 'utf8'))) : NOTHING
  return { ...counts, isWell: status === 0 && counts.numPassedTests > 0 }
}
