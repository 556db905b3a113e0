/** `npm run check`: every rule of the house that is not a test. Prints a line for each and fails if any fails. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkArrows } from './checks/arrows.ts'
import { checkFileSizes } from './checks/file-sizes.ts'
import { checkFileVocabulary } from './checks/file-vocabulary.ts'
import { checkMinimumVersions } from './checks/minimum-versions.ts'
import { checkPortableText } from './checks/portable-text.ts'
import { checkReadmeCommands } from './checks/readme-commands.ts'
import { projectRoot, run, runTool, type Verdict } from './checks/verdict.ts'

const CHECKS: Record<string, () => Promise<Verdict>> = {
  format: () => runTool('@biomejs/biome', ['ci', '--colors=off', '--max-diagnostics=50'], 'Biome has nothing to say'),
  types: checkTypes,
  arrows: () => checkArrows(),
  'dead code': () => runTool('knip', ['--no-progress'], 'knip found none'),
  names: checkFileVocabulary,
  sizes: checkFileSizes,
  versions: checkMinimumVersions,
  portable: checkPortableText,
  commands: checkReadmeCommands,
}

/** The pages' own types (routes, CSS imports) are written by Next and are not committed: a fresh clone lacks them. */
async function checkTypes(): Promise<Verdict> {
  if (existsSync(join(projectRoot, 'next.config.js'))) {
    const { code, output } = await run('next', ['typegen'])
    if (code !== 0) return { ok: false, summary: 'next typegen failed', details: output }
  }
  return runTool('typescript#tsc', ['--noEmit', '--pretty', 'false'], 'tsc has nothing to say')
}

async function main(only: readonly string[]): Promise<void> {
  const chosen = Object.entries(CHECKS).filter(([name]) => only.length === 0 || only.includes(name))
  const running = chosen.map(([name, check]) => ({
    name,
    verdict: check().catch(
      (error: unknown): Verdict => ({ ok: false, summary: 'could not run', details: String(error) }),
    ),
  }))
  const failed: string[] = []
  for (const { name, verdict } of running) {
    const { ok, summary, details } = await verdict
    if (!ok) failed.push(name)
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)} ${summary}`)
    if (!ok && details) console.log(details.trim().replace(/^/gm, '        '))
  }
  const verdictLine = failed.length === 0 ? 'every check holds' : `failed: ${failed.join(', ')}`
  console.log(`${chosen.length - failed.length} of ${chosen.length} checks hold; ${verdictLine}`)
  process.exitCode = failed.length === 0 && chosen.length > 0 ? 0 : 1
}

await main(process.argv.slice(2))
