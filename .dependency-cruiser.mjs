/**
 * Every arrow of docs/architecture.md. What a folder of lib may import stands in one table; the rest are the walls
 * around lib. tests/checks/arrows.test.ts plants a violation of each rule, so that a rule that cannot fail is noticed.
 */
const L0 = ['money/', 'errors.ts', 'env.ts', 'clock.ts', 'ids.ts', 'log.ts', 'parse-input.ts']
const L1 = ['db/', 'stripe/', 'email/', 'jobs/', 'documents/']
const L2 = ['audit/', 'auth/', 'ledger/', 'storage/']
const below3 = [...L0, ...L1, ...L2]
const below4 = [...below3, 'screening/', 'purposes/', 'vetting/', 'campaigns/', 'donations/', 'disbursements/']

/** Folder or file of lib -> what it may import of the rest of lib. A folder that is missing here fails the check. */
export const LIB_ARROWS = {
  // L0
  'errors.ts': [],
  'clock.ts': [],
  'ids.ts': ['clock.ts'],
  'env.ts': ['errors.ts'],
  'log.ts': ['env.ts'],
  'parse-input.ts': ['errors.ts', 'money/'],
  'money/': ['errors.ts'],
  // L1: the database stands below its neighbours, which keep their own tables in it.
  'db/': L0,
  'stripe/': L0,
  'documents/': L0,
  'jobs/': [...L0, 'db/'],
  'email/': [...L0, 'db/', 'jobs/'],
  // L2: whoever acts (auth) leaves a trace (audit), whose rows name the actor; the ledger sees neither.
  'audit/': [...L0, ...L1, 'auth/types.ts'],
  'auth/': [...L0, ...L1, 'audit/'],
  // Storage owns a table whose rows belong to chapters, so it stands with those who know actors (decision 0008).
  'storage/': [...L0, 'db/', 'auth/', 'audit/'],
  'ledger/': ['money/', 'db/', 'errors.ts', 'ids.ts', 'clock.ts'],
  // L3
  'screening/': below3,
  'purposes/': below3,
  'vetting/': [...below3, 'screening/', 'purposes/'],
  'campaigns/': [...below3, 'vetting/', 'purposes/'],
  'donations/': [...below3, 'campaigns/'],
  'disbursements/': [...below3, 'campaigns/', 'vetting/', 'purposes/'],
  // L4
  'holds/': below4,
  'webhooks/': below4,
  'reconciliation/': below4,
  'reports/': below4,
}

const escaped = (path) => path.replace('.', '\\.') + (path.endsWith('/') ? '' : '$')
const inLib = (paths) => `^lib/(${paths.map(escaped).join('|')})`
const npm = (name) => `(^|/)node_modules/${name}/|^${name}(/|$)`

/** `from` must not import `to`; the name is what a broken build shows. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const libRules = Object.entries(LIB_ARROWS).map(([part, allowed]) =>
  forbid(
    `lib-${part.replace(/\/|\.ts/, '')}`,
    `lib/${part} may import of lib only: ${allowed.join(', ') || 'nothing'}`,
    { path: inLib([part]) },
    { path: '^lib/', pathNot: inLib([part, ...allowed]) },
  ),
)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...libRules,
    forbid(
      'lib-known',
      'A new part of lib needs its arrows in .dependency-cruiser.mjs first',
      {},
      { path: '^lib/', pathNot: `${inLib(Object.keys(LIB_ARROWS))}` },
    ),
    forbid(
      'lib-inward',
      'lib imports nothing outside lib',
      { path: '^lib/' },
      { path: '^(app|components|sandbox|bin|tests|prisma)/' },
    ),
    forbid(
      'money-pure',
      'lib/money runs in the browser: no package and no Node module',
      { path: '^lib/money/' },
      { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'] },
    ),
    forbid('app-inward', 'app imports components and lib', { path: '^app/' }, { path: '^(sandbox|bin|tests|prisma)/' }),
    forbid(
      'components-inward',
      'components import lib/money, and only types from the rest of lib',
      { path: '^components/' },
      { path: '^lib/', pathNot: '^lib/money/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'components-walls',
      'components import components and lib',
      { path: '^components/' },
      { path: '^(app|sandbox|bin|tests|prisma)/' },
    ),
    forbid('nothing-imports-app', 'app is the top', { pathNot: '^(app|tests)/' }, { path: '^app/' }),
    forbid(
      'sandbox-alone',
      'The sandbox is a program of its own',
      { path: '^sandbox/' },
      { path: '^(app|components|lib|bin|tests|prisma)/' },
    ),
    forbid(
      'prisma-inward',
      'The seed imports lib',
      { path: '^prisma/' },
      { path: '^(app|components|sandbox|bin|tests)/' },
    ),
    forbid('bin-inward', 'A command calls one function of lib', { path: '^bin/' }, { path: '^components/' }),
    forbid(
      'tests-stay-out',
      'Only the commands that run tests and benchmarks import tests',
      { path: '^bin/', pathNot: '^bin/(test|bench|check|simulat)[^/]*\\.ts$|^bin/checks/' },
      { path: '^tests/' },
    ),
    forbid(
      'next-at-the-edge',
      'next/* belongs to HTTP: app, components, lib/auth/session.ts, proxy.ts and next.config',
      { pathNot: '^(app|components|tests)/|^lib/auth/session\\.ts$|^(proxy|next\\.config)\\.(ts|js|mjs)$|^next-env' },
      { path: npm('next') },
    ),
    forbid(
      'stripe-in-one-place',
      'Only lib/stripe and the sandbox speak Stripe',
      { pathNot: '^(lib/stripe|sandbox|tests)/' },
      { path: npm('stripe') },
    ),
    forbid(
      'prisma-client-in-one-place',
      'The generated client is reached through what lib/db exports',
      { pathNot: '^(lib/db|tests)/' },
      { path: `^lib/db/generated/|${npm('@prisma/client')}` },
    ),
    forbid(
      'no-dev-packages',
      'What runs in production is a dependency',
      { path: '^(app|components|lib|sandbox|prisma)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    forbid('no-circles', 'No module reaches itself', {}, { circular: true }),
    forbid('resolvable', 'Every import leads somewhere', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules|^lib/db/generated/' },
    exclude: { path: '^(\\.next|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'tsc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
}
