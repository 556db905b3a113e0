import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { BudgetTable } from '#components/campaigns-public/budget-table.tsx'
import { DisbursementList } from '#components/campaigns-public/disbursement-list.tsx'
import { describeCents } from '#components/donations/describe-cents.ts'
import { LedgerTable } from '#components/reports/ledger-table.tsx'
import { RecipientTable, SentTable } from '#components/reports/sent-tables.tsx'
import { now, replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { listPublishedDisbursements } from '#lib/disbursements/list-published.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { listEntries } from '#lib/reports/list-entries.ts'
import { renderStatement } from '#lib/reports/render-statement.ts'
import { openFile } from '#lib/storage/open-file.ts'
import { useDatabase } from '#tests/support/database.ts'
import { disburse, give } from '../reports/world.ts'
import { fillFund, makeWorld, type World } from './fixture.ts'

useDatabase()

const DAYS = 30
const SECRETS = ['Field kitchen', 'group-', 'Food for a month', 'Flour and oil', 'Delivery note', '/files/']
const GUEST = { kind: 'guest' } as const

let putBack: (() => void) | undefined
afterEach(() => {
  putBack?.()
  putBack = undefined
})
const at = (moment: Date) => {
  putBack?.()
  putBack = replaceClock(() => moment)
}

/** Every public place that tells of a campaign's payments: what its page shows, and the data behind it. */
async function everywhere(world: World, gift: bigint): Promise<Record<string, string>> {
  const { campaign } = world
  await inTransaction((tx) => foldFund(tx, campaign.fundId))
  const disbursements = await listPublishedDisbursements(campaign.id)
  const statement = await periodStatement({ scope: { kind: 'federation' }, from: '2000-01-01', to: '2100-01-01' })
  const purse = await campaignPurse({ fundId: campaign.fundId, slug: 'kitchen' })
  const ledger = (await listEntries({ fundIds: [campaign.fundId] }, { forDesk: false })).rows
  const { parts } = await traceGift(db(), gift)
  const text = (data: unknown) =>
    JSON.stringify(data, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  const html = (...elements: Parameters<typeof renderToStaticMarkup>[0][]) =>
    elements.map((one) => renderToStaticMarkup(one)).join('')
  return {
    'campaign page': html(
      createElement(DisbursementList, { disbursements }),
      createElement(BudgetTable, { budget: [], disbursements, currency: 'USD' }),
    ),
    'campaign data': text(disbursements),
    'report page': html(
      createElement(SentTable, { sent: statement.sent }),
      createElement(RecipientTable, { recipients: statement.recipients }),
    ),
    'report.json': text(renderStatement(statement)),
    'purse line': text(purse),
    'receipt trace': text(describeCents(parts, purse)),
    'ledger page': html(createElement(LedgerTable, { caption: 'Ledger', rows: ledger, showCode: false })),
  }
}

describe('a group whose payments become public late', () => {
  let world: World
  let gift: bigint
  let released: Date
  let fileId: string
  beforeAll(async () => {
    world = await makeWorld({ bankMinor: 0n })
    // The oldest cents are spent first: those of this gift.
    gift = await give(world, { giftMinor: 1_111n })
    await fillFund(world.campaign.fundId, 20_000n)
    await db().$executeRaw`UPDATE aid_group SET publish_after_days = ${DAYS} WHERE id = ${world.group.id}::uuid`
    const id = await disburse(world, '150.00', 'confirmed')
    released = (await db().disbursement.findUniqueOrThrow({ where: { id } })).releasedAt!
    fileId = (await db().evidence.findFirstOrThrow({ where: { disbursementId: id } })).fileId
    await disburse(world, '20.00', 'approved')
  })
  const dayAfter = (days: number) => new Date(released.getTime() + days * 86_400_000)

  test('is an amount in a month in every public place until the day, and totals are exact all the while', async () => {
    at(new Date(dayAfter(DAYS).getTime() - 1))
    const places = await everywhere(world, gift)
    const day = released.toISOString().slice(0, 10)
    for (const [place, shown] of Object.entries(places)) {
      for (const secret of SECRETS) expect(shown, `${place} tells ${secret}`).not.toContain(secret)
    }
    for (const place of [
      'campaign page',
      'campaign data',
      'report page',
      'report.json',
      'purse line',
      'receipt trace',
    ]) {
      expect(places[place], place).toContain('Details follow later')
    }
    for (const place of ['campaign page', 'report page', 'ledger page']) {
      const month = released.toLocaleString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
      expect(places[place], place).toContain(month)
    }
    const [wire] = (JSON.parse(places['report.json']!) as { sent: object[] }).sent
    expect(wire).toMatchObject({ on: null, month: day.slice(0, 7), amount: '150.00', recipient: null, lines: [] })
    const [promised, sent] = await listPublishedDisbursements(world.campaign.id)
    expect(sent).toMatchObject({ status: 'released', amountMinor: 15_000n, aidGroupName: null })
    expect(promised).toMatchObject({ status: 'approved', amountMinor: 2_000n, aidGroupName: null })
    expect(places['campaign page']).toContain('$150.00')
  })

  test('is told of everywhere from that day on; what is only promised still waits', async () => {
    at(dayAfter(DAYS))
    const places = await everywhere(world, gift)
    for (const place of [
      'campaign page',
      'campaign data',
      'report page',
      'report.json',
      'purse line',
      'receipt trace',
    ]) {
      expect(places[place], place).toContain('Field kitchen')
      expect(places[place], place).toContain('Flour and oil')
    }
    const [promised, sent] = await listPublishedDisbursements(world.campaign.id)
    expect(sent).toMatchObject({ status: 'confirmed', isPublished: true, purpose: 'Food for a month' })
    expect(promised).toMatchObject({ status: 'approved', isPublished: false, lines: [], aidGroupName: null })
  })

  test('has its evidence shown to nobody outside the chapter until the day, and no cache keeps it', async () => {
    at(new Date(dayAfter(DAYS).getTime() - 1))
    await expect(openFile(GUEST, fileId)).rejects.toMatchObject({ code: 'not_found' })
    expect(await openFile(world.organizer, fileId)).toMatchObject({ isPublic: false, fileName: 'note.pdf' })
    at(dayAfter(DAYS))
    expect(await openFile(GUEST, fileId)).toMatchObject({ isPublic: true })
  })

  test('is not found out by asking the public ledger for a day', async () => {
    at(new Date(dayAfter(DAYS).getTime() - 1))
    const day = released.toISOString().slice(0, 10)
    const first = `${day.slice(0, 7)}-01`
    const releases = async (on: string, forDesk: boolean) =>
      (await listEntries({ fundIds: [world.campaign.fundId], kind: 'release', from: on, to: on }, { forDesk })).rows
    expect(await releases(first, false)).toHaveLength(1)
    expect(await releases(day, false)).toHaveLength(day === first ? 1 : 0)
    expect(await releases(day, true)).toHaveLength(1)
  })

  test('has an evidence file whose typed name is never told', async () => {
    at(dayAfter(DAYS))
    expect((await openFile(GUEST, fileId)).fileName).toBe('evidence-1.pdf')
  })

  test('waits longer at any time, and less only with an approval', async () => {
    const set = (days: number) =>
      db().$executeRaw`UPDATE aid_group SET publish_after_days = ${days} WHERE id = ${world.group.id}::uuid`
    await expect(set(DAYS - 1)).rejects.toThrow(/CP302/)
    await expect(set(366)).rejects.toThrow(/publish_after_days/)
    await set(DAYS + 1)
    at(dayAfter(DAYS))
    expect((await listPublishedDisbursements(world.campaign.id))[1]).toMatchObject({ isPublished: false })
  })
})

test('for everybody else nothing but amount, month and recipient is told before the wire, and all of it after', async () => {
  const world = await makeWorld({ bankMinor: 20_000n })
  await disburse(world, '150.00', 'approved')
  const [promised] = await listPublishedDisbursements(world.campaign.id)
  expect(promised).toMatchObject({
    purpose: 'Details follow later',
    lines: [],
    aidGroupName: expect.stringContaining('Field kitchen'),
  })
  expect(promised?.on.getUTCDate()).toBe(1)
  const purse = await campaignPurse({ fundId: world.campaign.fundId, slug: 'kitchen' })
  const label = purse.find(({ state }) => state === 'promised')?.label
  expect(label).toMatch(/^Details follow later, Field kitchen/)
  await disburse(world, '10.00', 'released')
  const [sent] = await listPublishedDisbursements(world.campaign.id)
  expect(sent).toMatchObject({ purpose: 'Food for a month', isPublished: true })
  expect(sent!.on.getTime()).toBeLessThanOrEqual(now().getTime())
})
