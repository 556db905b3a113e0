import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** What one check found: a line for the summary and, when it failed, what to mend. */
export type Verdict = { ok: boolean; summary: string; details?: string }

/** The top folder of the project. */
export const projectRoot = resolve(import.meta.dirname, '../..')

/** Makes a verdict of a list of problems: none is good, and each is one line of the details. */
export function verdictOf(problems: readonly string[], goodSummary: string): Verdict {
  if (problems.length === 0) return { ok: true, summary: goodSummary }
  return { ok: false, summary: `${problems.length} to mend`, details: problems.join('\n') }
}

/** Runs a program of node_modules/.bin under this Node and judges it by its exit code; its output becomes the details. */
export async function runTool(program: string, args: readonly string[], goodSummary: string): Promise<Verdict> {
  const { code, output } = await run(program, args)
  return code === 0 ? { ok: true, summary: goodSummary } : { ok: false, summary: `exit code ${code}`, details: output }
}

/** Runs a program without a shell and without input. Never throws for a bad exit: code 127 is "not found". */
export function run(
  program: string,
  args: readonly string[],
  { cwd = projectRoot, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; output: string }> {
  const [command, ...first] = commandFor(program)
  return new Promise((done) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NEXT_TELEMETRY_DISABLED: '1', ...env },
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.on('error', (error) => done({ code: 127, output: error.message }))
    child.on('close', (code) => done({ code: code ?? 1, output }))
  })
}

/** A package's own bin under this very Node (so that PATH does not matter), or else a program of the machine. */
export function commandFor(program: string): [string, ...string[]] {
  const [name = program, binName = name.replace(/^.*\//, '')] = program.split('#')
  const require = createRequire(join(projectRoot, 'package.json'))
  try {
    const manifestPath = packageManifest(require, name)
    const { bin } = require(manifestPath) as { bin: string | Record<string, string> }
    const file = typeof bin === 'string' ? bin : bin[binName]
    if (file) return [process.execPath, join(dirname(manifestPath), file)]
  } catch {
    // Not a package: a program such as git.
  }
  return [program]
}

function packageManifest(require: NodeJS.Require, name: string): string {
  const folder = require.resolve.paths(name)?.[0] ?? ''
  return require.resolve(join(folder, name, 'package.json'))
}
