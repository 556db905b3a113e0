import { describe, expect, test } from 'vitest'
import { judgeFileNames } from '../../bin/checks/file-vocabulary.ts'
import { judgeVersions } from '../../bin/checks/minimum-versions.ts'
import { judgeText } from '../../bin/checks/portable-text.ts'
import { scriptsNamedIn } from '../../bin/checks/readme-commands.ts'

describe('a feature folder of lib', () => {
  test.each([
    'lib/campaigns/schema.ts',
    'lib/campaigns/states.ts',
    'lib/donations/settle-donation.ts',
    'lib/disbursements/approve-disbursement.ts',
    'lib/ledger/post-entry.ts',
    'lib/webhooks/on-checkout-session-completed.ts',
    'lib/auth/session.ts',
    'lib/db/client.ts',
    'components/ui/button.tsx',
    'bin/checks/js-budget.ts',
  ])('may hold %s', (path) => {
    expect(judgeFileNames([path])).toEqual([])
  })

  test.each([
    'lib/campaigns/index.ts',
    'lib/campaigns/service.ts',
    'lib/campaigns/campaign.ts',
    'lib/campaigns/session.ts',
    'lib/campaigns/close.ts',
    'lib/campaigns/frobnicate-campaign.ts',
    'lib/campaigns/on-charge-refunded.ts',
    'lib/campaigns/close-campaign.tsx',
    'lib/campaigns/close/campaign.ts',
    'lib/webhooks/on.ts',
    'lib/db/utils.ts',
    'components/ui/index.tsx',
    'app/helpers.ts',
    'tests/support/misc.ts',
    'sandbox/service.ts',
  ])('may not hold %s', (path) => {
    expect(judgeFileNames([path])).toHaveLength(1)
  })
})

describe('minimum versions', () => {
  const lock = (packages: Record<string, string>) => ({
    packages: Object.fromEntries(Object.entries(packages).map(([path, version]) => [path, { version }])),
  })
  const minimums = { next: { atLeast: '16.3.3', reason: 'hole', or: ['15.5.16'] } }

  test.each([
    ['16.3.3', true],
    ['16.4.0', true],
    ['17.0.0', true],
    ['15.5.16', true],
    ['15.5.20', true],
    ['16.3.2', false],
    ['16.3.3-canary.1', false],
    ['15.5.9', false],
    ['15.6.0', false],
    ['9.9.9', false],
  ])('%s of a package that must be 16.3.3, or 15.5.16 in its line: safe is %s', (version, safe) => {
    expect(judgeVersions(minimums, lock({ 'node_modules/next': version }))).toHaveLength(safe ? 0 : 1)
  })

  test('look at nested copies too, and at nothing of another name', () => {
    const found = judgeVersions(
      minimums,
      lock({
        'node_modules/next': '16.4.6',
        'node_modules/some/node_modules/next': '14.0.0',
        'node_modules/next-auth': '4.24.15',
        'node_modules/@x/next': '1.0.0',
      }),
    )
    expect(found).toEqual(['node_modules/some/node_modules/next 14.0.0: at least 16.3.3 (hole)'])
  })

  test('do not list what is not installed', () => {
    expect(judgeVersions(minimums, lock({}))).toEqual([expect.stringContaining('not installed')])
  })
})

describe('committed text', () => {
  const machine = ['', 'home', 'ada', 'x'].join('/')
  const registry = ['registry', 'npmjs', 'org'].join('.')

  test('names no path of one machine and no registry', () => {
    expect(judgeText('a.md', `see ${machine}`)).toHaveLength(1)
    expect(judgeText('a.json', `"path": "${machine}"`)).toHaveLength(1)
    expect(judgeText('a.md', `https://${registry}/next`)).toHaveLength(1)
    expect(judgeText('a.md', 'in the folder of the day', ['the folder of'])).toHaveLength(1)
  })

  test('may name routes and the system', () => {
    expect(
      judgeText('a.ts', "const path = '/homepage' + '/usr/bin/env' + '/campaigns/root/x'", [
        ['', 'root', ''].join('/'),
      ]),
    ).toEqual([])
  })
})

test('the commands of a text are its npm scripts', () => {
  const text = 'Run `npm ci && npm start`, then `npm cit`. `npm run bench -- ledger`, `npm run check`, npm run check.'
  expect(scriptsNamedIn(text)).toEqual(['start', 'test', 'bench', 'check'])
})
