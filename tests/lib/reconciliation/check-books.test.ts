import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { resetEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { acceptMatches } from '#lib/reconciliation/accept-matches.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { checkBooks, checkDueBooks, compareBooks } from '#lib/reconciliation/check-books.ts'
import { explainLine } from '#lib/reconciliation/explain-line.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { matchLines } from '#lib/reconciliation/match-lines.ts'
import { lastRun, listAccounts, openSides } from '#lib/reconciliation/queries.ts'
import { apartMinor } from '#lib/reconciliation/reconcile-books.ts'
import { stripe } from '#lib/stripe/client.ts'
import { settlePayout } from '#lib/webhooks/settle-payout.ts'
import { makePerson } from '#tests/lib/disbursements/fixture.ts'
import { begin, makeCampaign, payAt, settleAll, useWorld } from '#tests/lib/donations/world.ts'
import { camtOf } from './camt-file.ts'

const world = useWorld()
const WORKER = { kind: 'system', name: 'worker' } as const
const DAY = 86_400
const NUMBER = 'NL26VAYB8060476890'
const ONE = /^Stripe = ledger = bank, 0\.00 apart\. Current account: last statement of \d+ \w+( \d{4})?\.$/

let campaign: Awaited<ReturnType<typeof makeCampaign>>
let treasurer: Awaited<ReturnType<typeof makePerson>>
let accountId = ''

test('before any bank account: Stripe = ledger', async () => {
  campaign = await makeCampaign()
  treasurer = await makePerson(campaign.chapter.id, 'Tomas', 'treasurer')
  for (const amount of ['25.00', '40.00']) await payAt((await begin(campaign.campaign.slug, { amount })).checkoutUrl)
  await settleAll(world)
  const { isZero, sentence, stripe } = await compareBooks()
  expect({ isZero, sentence }).toEqual({
    isZero: true,
    sentence: 'Stripe = ledger, 0.00 apart. No bank account is known yet.',
  })
  expect(stripe).toMatchObject([{ currency: 'USD', stripeMinor: stripe[0]!.ledgerMinor }])
})

test('a gift that no webhook told of is apart, with the account line that explains it', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  await payAt((await begin(campaign.campaign.slug, { amount: '10.00' })).checkoutUrl)
  await world.sandbox.delivered()
  await world.control('PUT', 'delivery', { mode: 'normal' })
  const { isZero, sentence, items } = await compareBooks()
  expect(isZero).toBe(false)
  expect(sentence).toMatch(
    /^Stripe has \$\d+\.\d\d more than the ledger: 1 of its account lines is not in our books yet/,
  )
  expect(items).toMatchObject([{ what: 'transaction', label: expect.stringMatching(/^charge/) }])
})

test('a payout and its bank line, brought to zero', async () => {
  world.sandbox.advance(3 * DAY)
  await world.control('POST', 'payouts/run')
  await settleAll(world)
  await settleAll(world)
  // The bank gets what Stripe sent, whatever our books say of it.
  const [sent, ...others] = (await stripe().payouts.list({ limit: 100 })).data
  if (!sent) throw new Error('the sandbox paid out')
  expect(others).toEqual([])
  const payout = await db().stripePayout.findUniqueOrThrow({ where: { id: sent.id } })
  await settlePayout(WORKER, payout.id)
  accountId = await addAccount(treasurer, {
    ...{ chapterId: campaign.chapter.id, name: 'Current account', currency: 'USD', number: NUMBER, use: 'main' },
  })
  const on = payout.arrivalAt.toISOString().slice(0, 10)
  const lines = [{ on, minor: BigInt(sent.amount), text: 'STRIPE' }]
  await importText(camtOf({ id: 'S1', account: NUMBER, openingMinor: 0n, lines }))
  const before = await compareBooks()
  expect(before).toMatchObject({ isZero: false, sentence: expect.stringContaining('1 line and 1 entry not matched') })
  expect(await acceptMatches(treasurer, { bankAccountId: accountId })).toBe(1)
  const after = await compareBooks()
  expect(after).toMatchObject({ isZero: true, sentence: expect.stringMatching(ONE) })
  expect(after.stripe).toMatchObject([{ stripeMinor: 0n, ledgerMinor: 0n, inTransitMinor: 0n }])
})

async function importText(text: string) {
  const file = { name: 's.xml', bytes: new TextEncoder().encode(text) }
  return importStatement(treasurer, { bankAccountId: accountId, file })
}

test('a payout that the bank has before Stripe says so is in the bank once, whatever comes later', async () => {
  await payAt((await begin(campaign.campaign.slug, { amount: '50.00' })).checkoutUrl)
  await settleAll(world)
  world.sandbox.advance(3 * DAY)
  await world.control('POST', 'payouts/run')
  await settleAll(world)
  await settleAll(world)
  const payout = (await db().stripePayout.findMany({ orderBy: { createdAt: 'desc' } }))[0]!
  const sent = await stripe().payouts.retrieve(payout.id)
  // As if the arrival had not been told: what posted it is undone, and the payout is on its way again.
  const owner = await world.database.asOwner()
  await owner.query(`SELECT ledger.reverse_entry('test-undo', 'test', 'x', now(), 'test', NULL, $1::bigint)`, [
    String(payout.arrivalEntryId),
  ])
  await db().stripePayout.update({ where: { id: payout.id }, data: { arrivalEntryId: null, status: 'in_transit' } })
  const before = await compareBooks()
  expect(before.stripe[0]?.inTransitMinor).toBe(payout.amountMinor)
  const [first] = await db().bankStatement.findMany({ orderBy: { toOn: 'desc' } })
  const on = new Date(payout.arrivalAt.getTime() + DAY * 1_000).toISOString().slice(0, 10)
  await importText(
    camtOf({
      id: 'S2',
      account: NUMBER,
      openingMinor: first!.closingMinor!,
      lines: [{ on, minor: BigInt(sent.amount), text: payout.id }],
    }),
  )
  const account = (await listAccounts(treasurer))[0]!
  const { lines } = await openSides(treasurer, account)
  expect(lines[0]?.suggestions[0]).toMatchObject({ kind: 'payout', keys: [`payout:${payout.id}`] })
  await matchLines(treasurer, { bankAccountId: accountId, lineIds: [lines[0]!.id], keys: [`payout:${payout.id}`] })
  await settlePayout(WORKER, payout.id)
  const after = await compareBooks()
  expect(after).toMatchObject({ isZero: true, sentence: expect.stringMatching(ONE) })
  expect(after.stripe[0]?.inTransitMinor).toBe(0n)
})

test('an explained line is no difference, and stays in sight', async () => {
  const [last] = await db().bankStatement.findMany({ orderBy: { toOn: 'desc' } })
  const on = last!.toOn.toISOString().slice(0, 10)
  await importText(
    camtOf({
      id: 'S3',
      account: NUMBER,
      openingMinor: last!.closingMinor!,
      lines: [{ on, minor: 99n, text: 'Whose?' }],
    }),
  )
  expect((await compareBooks()).sentence).toContain('Current account has $0.99 more than the ledger')
  const { lines } = await openSides(treasurer, (await listAccounts(treasurer))[0]!)
  await explainLine(treasurer, {
    bankAccountId: accountId,
    lineId: lines[0]!.id,
    how: 'other',
    reason: 'The bank’s mistake',
  })
  const { isZero, banks } = await compareBooks()
  expect(isZero).toBe(true)
  expect(banks[0]).toMatchObject({ explainedMinor: 99n })
  expect(apartMinor(banks[0]!)).toBe(0n)
})

test('the daily check runs once a day, keeps its line, and mails treasurers when it is not zero', async () => {
  const mails = () => db().outboundMail.count({ where: { kind: 'notice', recipient: { contains: '@example.org' } } })
  expect(await checkDueBooks()).toBe(true)
  expect(await checkDueBooks()).toBe(false)
  expect(await mails()).toBe(0)
  expect(await lastRun(treasurer)).toMatchObject({ isZero: true })
  expect(await lastRun({ kind: 'guest' })).toBeNull()
  await db().stripeEvent.create({
    data: {
      id: `evt_${newId()}`,
      type: 'charge.succeeded',
      objectId: 'ch_x',
      payload: {},
      status: 'quarantined',
      lastError: 'Of another gift',
    },
  })
  const restore = replaceClock(() => new Date(Date.now() + DAY * 1_000))
  try {
    expect(await checkDueBooks()).toBe(true)
  } finally {
    restore()
  }
  expect(await lastRun(treasurer)).toMatchObject({
    isZero: false,
    sentence: expect.stringContaining('1 event is put aside'),
  })
  expect(await mails()).toBeGreaterThan(0)
})

test('the daily check proves the ledger again, and a row that somebody above the owner changed comes before every balance', async () => {
  const sound = await checkBooks({ mail: false })
  expect(sound.proof).toMatchObject({ broken: 0, violations: [] })
  expect(sound.proof.entries).toBeGreaterThan(3)
  const owner = await world.database.asOwner()
  const change = (minor: string) =>
    owner.query(`ALTER TABLE ledger.transfer DISABLE TRIGGER append_only;
      UPDATE ledger.transfer SET amount_minor = amount_minor ${minor} WHERE kind = 'gift' AND debit_account_id % 100 = 1;
      ALTER TABLE ledger.transfer ENABLE ALWAYS TRIGGER append_only`)
  await change('+ 1')
  const restore = replaceClock(() => new Date(Date.now() + 2 * DAY * 1_000))
  try {
    const { isZero, proof } = await checkBooks({ mail: true })
    expect(isZero).toBe(false)
    expect(proof.broken).toBeGreaterThan(0)
    const run = await lastRun(treasurer)
    expect(run).toMatchObject({ isZero: false, proof: { entries: proof.entries, broken: proof.broken } })
    expect(run?.sentence).toMatch(/^The ledger breaks its own rules in \d+ places: ask an administrator/)
    expect(run?.proof?.violations.map(({ rule }) => rule)).toContain('balance is the sum of its transfers')
    const mail = await db().outboundMail.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
    expect(mail.text).toContain('The ledger breaks its own rules')
  } finally {
    restore()
    await change('- 1')
  }
  expect((await checkBooks({ mail: false })).proof.broken).toBe(0)
})

test('where Stripe does not answer, the check says so and does not guess', async () => {
  const base = process.env['STRIPE_API_BASE']
  process.env['STRIPE_API_BASE'] = 'http://127.0.0.1:1'
  resetEnv()
  try {
    const check = await checkBooks({ mail: false })
    expect(check).toMatchObject({ isZero: false, sentence: expect.stringContaining('Stripe did not answer') })
    expect(check.stripe.every(({ stripeMinor }) => stripeMinor === null)).toBe(true)
  } finally {
    process.env['STRIPE_API_BASE'] = base
    resetEnv()
  }
})
