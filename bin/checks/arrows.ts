import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractConfiguration from 'dependency-cruiser/config-utl/extract-depcruise-config'
import extractTypeScriptConfiguration from 'dependency-cruiser/config-utl/extract-ts-config'
import { projectRoot, type Verdict, verdictOf } from './verdict.ts'

const TOP = [
  'app',
  'bin',
  'components',
  'lib',
  'prisma',
  'sandbox',
  'tests',
  'next.config.js',
  'next.config.ts',
  'proxy.ts',
]

/**
 * The arrows of the design, by dependency-cruiser. It also fails when the tool saw no TypeScript, or followed no
 * `#lib/…` import: it is silent, and green, when the installed TypeScript is too new for it.
 */
export async function checkArrows(root = projectRoot): Promise<Verdict> {
  const configuration = await extractConfiguration(join(projectRoot, '.dependency-cruiser.mjs'))
  const { forbidden = [], options = {} } = configuration
  const reported = await cruise(
    TOP.filter((path) => existsSync(join(root, path))),
    { ...options, baseDir: root, validate: true, ruleSet: { forbidden } },
    { bustTheCache: true } as never,
    { tsConfig: extractTypeScriptConfiguration(join(projectRoot, 'tsconfig.json')) },
  )
  return judge(reported.output as ICruiseResult)
}

function judge({ modules, summary }: ICruiseResult): Verdict {
  const ours = modules.filter((module) =>
    /^(app|bin|components|lib|prisma|sandbox|tests)\/.*\.tsx?$/.test(module.source),
  )
  const arrows = ours.flatMap((module) => module.dependencies)
  const subpaths = arrows.filter(({ module, resolved }) => module.startsWith('#') && /\.tsx?$/.test(resolved))
  const problems = summary.violations.map(({ rule, from, to, comment }) => {
    const why = comment ? ` (${comment})` : ''
    return `${rule.name}: ${from} -> ${to}${why}`
  })
  if (ours.length === 0) problems.push('dependency-cruiser saw no TypeScript file: does it support this TypeScript?')
  if (subpaths.length === 0) problems.push('dependency-cruiser followed no #… import: are subpath imports resolved?')
  return verdictOf(
    problems,
    `${ours.length} modules, ${arrows.length} imports, ${summary.ruleSetUsed?.forbidden?.length} rules`,
  )
}
