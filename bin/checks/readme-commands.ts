import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, type Verdict, verdictOf } from './verdict.ts'

/** The scripts a text tells people to run: `npm start`, `npm test`, `npm cit` and every `npm run x`. */
export function scriptsNamedIn(text: string): string[] {
  const named = [...text.matchAll(/\bnpm (?:(start|test|cit|ci|t)\b|run(?:-script)? (?:-s |--silent )?([\w:-]+))/g)]
  const script: Record<string, string | undefined> = {
    start: 'start',
    test: 'test',
    t: 'test',
    cit: 'test',
    ci: undefined,
  }
  return [...new Set(named.map(([, short = '', long]) => long ?? script[short]).filter((name) => name !== undefined))]
}

/** The README and the operator's manual name only commands that package.json has, and the README the two that matter. */
export async function checkReadmeCommands(): Promise<Verdict> {
  const { scripts = {} } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>
  }
  const problems: string[] = []
  for (const path of ['README.md', 'docs/operations.md']) {
    if (!existsSync(join(projectRoot, path))) continue
    for (const name of scriptsNamedIn(readFileSync(join(projectRoot, path), 'utf8'))) {
      if (!Object.hasOwn(scripts, name)) problems.push(`${path}: npm run ${name} is not in package.json`)
    }
  }
  const readme = existsSync(join(projectRoot, 'README.md')) ? readFileSync(join(projectRoot, 'README.md'), 'utf8') : ''
  for (const command of ['npm ci && npm start', 'npm cit']) {
    if (!readme.includes(command)) problems.push(`README.md: does not say "${command}"`)
  }
  return verdictOf(problems, 'every command exists')
}
