import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, type Verdict, verdictOf } from './verdict.ts'

type Minimum = { atLeast: string; reason: string; or?: string[] }
type Lock = { packages: Record<string, { version?: string; link?: boolean }> }

/**
 * Every installed copy of a package in docs/minimum-versions.json is at a version known to be safe. `or` names the
 * mended releases of older lines ("15.5.10" allows 15.5.10 and above within 15.5).
 */
export function judgeVersions(minimums: Record<string, Minimum>, lock: Lock): string[] {
  const copies = Object.entries(lock.packages).flatMap(([path, { version }]) => {
    const name = path.split('node_modules/').at(-1) ?? ''
    const minimum = Object.hasOwn(minimums, name) ? minimums[name] : undefined
    return path.includes('node_modules/') && version && minimum ? [{ path, name, version, minimum }] : []
  })
  const unsafe = copies
    .filter(({ version, minimum }) => !isSafe(version, minimum))
    .map(({ path, version, minimum }) => `${path} ${version}: at least ${minimum.atLeast} (${minimum.reason})`)
  const seen = new Set(copies.map(({ name }) => name))
  const absent = Object.keys(minimums).filter((name) => !seen.has(name))
  return [
    ...unsafe,
    ...absent.map((name) => `${name}: in docs/minimum-versions.json but not installed; remove the line`),
  ]
}

/** The lock file against docs/minimum-versions.json; it needs no network, where `npm audit` does. */
export async function checkMinimumVersions(): Promise<Verdict> {
  const { packages } = readJson<{ packages: Record<string, Minimum> }>('docs/minimum-versions.json')
  const problems = judgeVersions(packages, readJson<Lock>('package-lock.json'))
  return verdictOf(problems, `${Object.keys(packages).length} packages at safe versions`)
}

function isSafe(version: string, minimum: Minimum): boolean {
  if (compareVersions(version, minimum.atLeast) >= 0) return true
  return (minimum.or ?? []).some((mended) => {
    const line = mended.split('.').slice(0, -1).join('.')
    return version.startsWith(`${line}.`) && compareVersions(version, mended) >= 0
  })
}

/** Numeric order of x.y.z; a prerelease stands below its release. */
function compareVersions(a: string, b: string): number {
  const [numbersA, preA] = parts(a)
  const [numbersB, preB] = parts(b)
  for (const position of [0, 1, 2]) {
    const difference = (numbersA[position] ?? 0) - (numbersB[position] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(preB) - Number(preA)
}

function parts(version: string): [number[], boolean] {
  const [release = '', prerelease] = version.split('+')[0]?.split(/-(.*)/) ?? []
  return [release.split('.').map(Number), prerelease !== undefined]
}

function readJson<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(join(projectRoot, path), 'utf8')) as Shape
}
