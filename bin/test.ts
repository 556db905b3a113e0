import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { findChromium } from './install-browser.ts'
import { buildApp } from './start/build-app.ts'
import { generateCode } from './start/generate-code.ts'

/**
 * `npm test [-- vitest arguments]`: everything the tests stand on (a browser, a production build), then all of
 * them. `npm test -- --project rules` leaves the browser tests out and builds nothing.
 */
const args = process.argv.slice(2)
const browserTests = !args.includes('rules')
const report = 'tests/e2e/output/results.json'

await generateCode()
if (browserTests) {
  process.env['CHROMIUM_PATH'] = await findChromium()
  process.stdout.write((await buildApp()) ? 'The app was built.\n' : 'The app is built already.\n')
}
mkdirSync('tests/e2e/output', { recursive: true })
rmSync(report, { force: true })
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts']
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const { status } = spawnSync(process.execPath, ['--import', 'tsx', ...vitest, ...reporters, ...args], {
  stdio: 'inherit',
})

const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
})
const result = resultSchema.parse(JSON.parse(readFileSync(report, 'utf8')))
// A file that could not even be loaded counts as a failure although none of its tests ran.
const failed = Math.max(result.numFailedTests, result.numFailedTestSuites > 0 ? 1 : 0)
process.stdout.write(`${result.numPassedTests} passed, ${failed} failed, ${result.numPendingTests} skipped\n`)
process.exit(status !== 0 || result.numPassedTests === 0 ? 1 : 0)
