import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkArrows } from '../../bin/checks/arrows.ts'
import { projectRoot } from '../../bin/checks/verdict.ts'

// A small house in which every arrow is legal; each test adds one file that breaks one rule.
const HOUSE: Record<string, string> = {
  'lib/errors.ts': 'export const errors = 1',
  'lib/clock.ts': 'export const clock = 1',
  'lib/money/split.ts':
    "import { errors } from '#lib/errors.ts'\nexport const split = errors\nexport type Split = number",
  'lib/db/client.ts': "import './generated/client.ts'\nimport '#lib/money/split.ts'\nexport const client = 1",
  'lib/db/generated/client.ts': 'export const generated = 1',
  'lib/jobs/enqueue-job.ts': "import '#lib/db/client.ts'",
  'lib/stripe/create-session.ts': "import Stripe from 'stripe'\nexport const stripe = Stripe",
  'lib/audit/record-event.ts': "import type { Actor } from '#lib/auth/types.ts'\nexport type Event = Actor",
  'lib/auth/types.ts': 'export type Actor = string',
  'lib/auth/session.ts':
    "import { headers } from 'next/headers'\nimport '#lib/audit/record-event.ts'\nexport const session = headers",
  'lib/ledger/post-entry.ts': "import '#lib/db/client.ts'\nimport '#lib/clock.ts'",
  'lib/vetting/queries.ts': "import '#lib/ledger/post-entry.ts'",
  'lib/campaigns/queries.ts': "import '#lib/vetting/queries.ts'",
  'lib/donations/settle-donation.ts': "import '#lib/campaigns/queries.ts'\nexport type Donation = number",
  'lib/disbursements/queries.ts': "import '#lib/campaigns/queries.ts'\nimport '#lib/vetting/queries.ts'",
  'lib/webhooks/on-charge-refunded.ts': "import '#lib/donations/settle-donation.ts'",
  'lib/reports/queries.ts': "import '#lib/ledger/post-entry.ts'",
  'lib/reconciliation/queries.ts': "import '#lib/disbursements/queries.ts'",
  'components/purse/line.tsx':
    "import '#lib/money/split.ts'\nimport type { Donation } from '#lib/donations/settle-donation.ts'\nexport type Line = Donation",
  'app/page.tsx': "import '#components/purse/line.tsx'\nimport '#lib/donations/settle-donation.ts'\nimport 'next/link'",
  'sandbox/main.ts': "import Stripe from 'stripe'\nexport const sandbox = Stripe",
  'bin/start.ts': "import '#lib/db/client.ts'",
  'bin/test.ts': "import '#tests/support/database.ts'",
  'tests/support/database.ts': "import '#lib/db/generated/client.ts'\nimport 'vitest'\nimport '../../app/page.tsx'",
}

let root = ''

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'common-purse-arrows-'))
  cpSync(join(projectRoot, 'package.json'), join(root, 'package.json'))
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
  for (const [path, text] of Object.entries(HOUSE)) plant(path, text)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

test('a house that follows the design passes', async () => {
  const verdict = await checkArrows(root)
  expect(verdict.details).toBeUndefined()
  expect(verdict.summary).toMatch(/^24 modules, \d+ imports/)
})

describe('an import against the design is refused', () => {
  test.each([
    ['lib-ledger', 'lib/ledger/policy.ts', "import '#lib/auth/types.ts'"],
    [
      'lib-ledger',
      'lib/ledger/policy.ts',
      "import type { Event } from '#lib/audit/record-event.ts'\nexport type E = Event",
    ],
    ['lib-auth', 'lib/auth/policy.ts', "import '#lib/ledger/post-entry.ts'"],
    ['lib-audit', 'lib/audit/queries.ts', "import '#lib/auth/session.ts'"],
    ['lib-db', 'lib/db/rows.ts', "import '#lib/jobs/enqueue-job.ts'"],
    ['lib-jobs', 'lib/jobs/types.ts', "import '#lib/auth/types.ts'"],
    ['lib-stripe', 'lib/stripe/types.ts', "import '#lib/donations/settle-donation.ts'"],
    ['lib-vetting', 'lib/vetting/policy.ts', "import '#lib/campaigns/queries.ts'"],
    ['lib-campaigns', 'lib/campaigns/policy.ts', "import '#lib/donations/settle-donation.ts'"],
    ['lib-donations', 'lib/donations/policy.ts', "import '#lib/vetting/queries.ts'"],
    ['lib-donations', 'lib/donations/policy.ts', "import '#lib/disbursements/queries.ts'"],
    ['lib-disbursements', 'lib/disbursements/policy.ts', "import '#lib/donations/settle-donation.ts'"],
    ['lib-disbursements', 'lib/disbursements/policy.ts', "export * from '../donations/settle-donation.ts'"],
    ['lib-reports', 'lib/reports/types.ts', "import '#lib/reconciliation/queries.ts'"],
    ['lib-webhooks', 'lib/webhooks/on-payout-paid.ts', "import '#lib/reconciliation/queries.ts'"],
    ['lib-known', 'lib/mischief/queries.ts', "import './types.ts'"],
    ['lib-inward', 'lib/campaigns/types.ts', "import '#components/purse/line.tsx'"],
    ['lib-inward', 'lib/stripe/types.ts', "import '#sandbox/main.ts'"],
    ['money-pure', 'lib/money/round.ts', "import 'node:fs'"],
    ['money-pure', 'lib/money/round.ts', "import 'zod'"],
    ['lib-money', 'lib/money/round.ts', "import '#lib/clock.ts'"],
    ['components-inward', 'components/ui/form.tsx', "import '#lib/campaigns/queries.ts'"],
    ['components-walls', 'components/ui/form.tsx', "import '../../app/page.tsx'"],
    ['nothing-imports-app', 'bin/dev.ts', "import '../app/page.tsx'"],
    ['app-inward', 'app/about/page.tsx', "import '#sandbox/main.ts'"],
    ['sandbox-alone', 'sandbox/ids.ts', "import '#lib/clock.ts'"],
    ['tests-stay-out', 'bin/seed.ts', "import '#tests/support/database.ts'"],
    ['next-at-the-edge', 'lib/campaigns/open-campaign.ts', "import 'next/cache'"],
    ['stripe-in-one-place', 'lib/donations/types.ts', "import type Stripe from 'stripe'\nexport type S = Stripe"],
    ['stripe-in-one-place', 'app/api/route.ts', "export const stripe = () => import('stripe')"],
    ['prisma-client-in-one-place', 'lib/campaigns/types.ts', "import '#lib/db/generated/client.ts'"],
    ['prisma-client-in-one-place', 'app/api/route.ts', "import '@prisma/client'"],
    ['no-dev-packages', 'lib/campaigns/types.ts', "import 'fast-check'"],
    ['no-circles', 'lib/clock.ts', "import './ids.ts'"],
    ['resolvable', 'app/about/page.tsx', "import '#lib/nowhere.ts'"],
  ])('%s: %s with %s', async (rule, path, text) => {
    plant('lib/ids.ts', "import '#lib/clock.ts'")
    plant('lib/mischief/types.ts', 'export const types = 1')
    plant(path, text)
    const verdict = await checkArrows(root)
    expect(verdict.ok).toBe(false)
    expect(verdict.details).toContain(`${rule}: ${path}`)
  })
})

test('an empty project is not a passing one', async () => {
  for (const path of Object.keys(HOUSE)) rmSync(join(root, path))
  const verdict = await checkArrows(root)
  expect(verdict.details).toContain('saw no TypeScript')
  expect(verdict.details).toContain('followed no #')
})
