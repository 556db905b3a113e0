import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { openDispute } from '#lib/ledger/open-dispute.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { winDispute } from '#lib/ledger/resolve-dispute.ts'
import { transferBetweenFunds } from '#lib/ledger/transfer-between-funds.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { controlTotals } from '#lib/reports/export-ledger.ts'
import { listEntries } from '#lib/reports/list-entries.ts'
import { campaignFigures, chapterFigures, federationFigures, figuresOfFunds } from '#lib/reports/queries.ts'
import { fillFund, makeWorld, type World } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { disburse, give, openGeneralFund, posting } from './world.ts'

useDatabase()

const ALL_TIME = { from: '2000-01-01', to: '2100-01-01' }

/** A chapter where everything happened that can happen to money. */
async function busyWorld() {
  const world = await makeWorld({ bankMinor: 100_000n })
  const general = await openGeneralFund(world)
  await fillFund(general, 50_000n)
  const { fundId } = world.campaign
  await give(world, { giftMinor: 2_500n, coverMinor: 106n, feeMinor: 106n, name: 'Ana', showName: true })
  const refunded = await give(world, { giftMinor: 10_000n, feeMinor: 320n })
  const disputed = await give(world, {
    giftMinor: 4_000n,
    feeMinor: 146n,
    tip: { fundId: general, tipMinor: 400n, feeMinor: 12n },
  })
  await inTransaction((tx) => postAvailable(tx, { ...posting(), fundId, amountMinor: 9_000n }))
  await inTransaction((tx) =>
    postRefund(tx, { ...posting(), fundId, giftEntryId: refunded, amountMinor: 3_000n, reserveFundId: general }),
  )
  await inTransaction((tx) =>
    openDispute(tx, { ...posting(), fundId, giftEntryId: disputed, amountMinor: 4_000n, feeMinor: 1_500n }),
  )
  await inTransaction((tx) =>
    transferBetweenFunds(tx, {
      ...posting(),
      fromFundId: general,
      toFundId: fundId,
      amountMinor: 7_000n,
      role: 'bank',
    }),
  )
  await disburse(world, '300.00', 'confirmed', '12.50')
  await disburse(world, '90.00', 'released')
  await disburse(world, '55.00', 'returned', '8.00')
  await disburse(world, '40.00', 'approved')
  return { world, general, disputed }
}

describe('one fact has one total', () => {
  test('campaign page, statement, ledger and export agree to the cent', async () => {
    const { world } = await busyWorld()
    const { id: campaignId, fundId } = world.campaign
    const figures = await campaignFigures(campaignId)
    const statement = await periodStatement({ scope: { kind: 'campaign', campaignId }, ...ALL_TIME })
    const [fund] = statement.funds
    expect(fund).toMatchObject({
      openingMinor: 0n,
      giftsMinor: figures!.raisedMinor,
      coverMinor: figures!.coverMinor,
      stripeFeesMinor: figures!.stripeFeesMinor,
      disputeFeesMinor: figures!.disputeFeesMinor,
      transferFeesMinor: figures!.transferFeesMinor,
      refundsMinor: figures!.refundedMinor,
      disputesMinor: figures!.disputedMinor,
      sentMinor: figures!.sentMinor,
      interfundMinor: figures!.interfundMinor,
      closingMinor: figures!.moneyMinor,
      promisedMinor: figures!.promisedMinor,
    })
    expect(figures).toMatchObject({
      raisedMinor: 100_000n + 2_500n + 10_000n + 4_000n,
      // Of it 30 went back and 40 are disputed: neither counts towards the goal.
      keptMinor: 100_000n + 2_500n + 10_000n + 4_000n - 3_000n - 4_000n,
      coverMinor: 106n,
      sentMinor: 39_000n,
      confirmedMinor: 30_000n,
      promisedMinor: 4_000n,
      transferFeesMinor: 2_050n,
      tipsBesideMinor: 400n,
      donorCount: 3,
    })
    const totals = await controlTotals({ fundIds: [fundId] })
    expect(totals.byCurrency).toEqual([
      {
        currency: 'USD',
        grossMinor: figures!.raisedMinor + figures!.coverMinor,
        feeMinor: figures!.stripeFeesMinor + figures!.disputeFeesMinor + figures!.transferFeesMinor,
        netMinor: figures!.moneyMinor,
      },
    ])
    const page = await listEntries({ fundIds: [fundId] }, { forDesk: false })
    expect(page.rows[0]?.balanceMinor).toBe(figures!.moneyMinor)
  })

  test('chapter and federation are the sums of their funds, and moves between funds cancel out', async () => {
    const { world, general } = await busyWorld()
    const [chapter] = await chapterFigures(world.chapter.id)
    const funds = await figuresOfFunds([general, world.campaign.fundId])
    const sum = (key: 'raisedMinor' | 'moneyMinor' | 'tipsMinor') =>
      [...funds.values()].reduce((total, one) => total + one[key], 0n)
    expect([chapter!.raisedMinor, chapter!.moneyMinor, chapter!.tipsMinor]).toEqual([
      sum('raisedMinor'),
      sum('moneyMinor'),
      sum('tipsMinor'),
    ])
    expect(chapter!.interfundMinor).toBe(0n)
    const federation = await federationFigures()
    const everything = await db().$queryRaw<{ minor: bigint }[]>`
      SELECT sum(money_minor)::bigint AS minor FROM ledger.transfers WHERE currency = 'USD'`
    expect(federation.find(({ currency }) => currency === 'USD')?.moneyMinor).toBe(everything[0]?.minor)
  })

  test('the purse line is as long as what is sent, promised and left', async () => {
    const { world } = await busyWorld()
    await foldFund(db(), world.campaign.fundId)
    const figures = await campaignFigures(world.campaign.id)
    const purse = await campaignPurse({ fundId: world.campaign.fundId, slug: 'kitchen' })
    const sum = (wanted: (one: (typeof purse)[number]) => boolean) =>
      purse.filter(wanted).reduce((total, { amountMinor }) => total + amountMinor, 0n)
    expect(sum(({ state }) => state === 'promised')).toBe(figures!.promisedMinor)
    expect(sum(({ state }) => state === 'left')).toBe(figures!.leftMinor)
    expect(sum(({ state, category }) => state === 'spent' && category !== undefined)).toBe(figures!.sentMinor)
    expect(
      purse.filter(({ state }) => state === 'promised').every(({ label }) => label?.startsWith('Details follow later')),
    ).toBe(true)
  })

  test('a won dispute leaves nothing behind but the fee that was kept', async () => {
    const { world, disputed } = await busyWorld()
    const [entry] = await db().$queryRaw<{ id: bigint }[]>`
      SELECT c.entry_id AS id FROM ledger.gift_claims c JOIN ledger.entries e ON e.id = c.entry_id
      WHERE c.gift_entry_id = ${disputed} AND e.kind = 'dispute'`
    await inTransaction((tx) => winDispute(tx, { ...posting(), disputeEntryId: entry!.id, feeKeptMinor: 1_500n }))
    expect(await campaignFigures(world.campaign.id)).toMatchObject({ disputedMinor: 0n, disputeFeesMinor: 1_500n })
  })
})

describe('a period statement', () => {
  const day = (number: number) => new Date(Date.UTC(2026, 0, number, 12))

  test('opening plus what came in less what went out is the closing, whatever happened and wherever the period ends', async () => {
    const gift = fc.record({
      kind: fc.constant('gift' as const),
      day: fc.integer({ min: 1, max: 28 }),
      minor: fc.bigInt({ min: 100n, max: 90_000n }),
      fee: fc.bigInt({ min: 0n, max: 99n }),
    })
    const back = fc.record({
      kind: fc.constantFrom('refund' as const, 'dispute' as const),
      day: fc.integer({ min: 1, max: 28 }),
      minor: fc.bigInt({ min: 1n, max: 99n }),
    })
    const move = fc.record({
      kind: fc.constant('move' as const),
      day: fc.integer({ min: 1, max: 28 }),
      minor: fc.bigInt({ min: 1n, max: 500n }),
    })
    const steps = fc.array(fc.oneof({ weight: 4, arbitrary: gift }, back, move), { minLength: 1, maxLength: 12 })
    const period = fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 28 }))
    await fc.assert(
      fc.asyncProperty(steps, period, async (events, ends) => {
        const world = await makeWorld({ bankMinor: 0n })
        const general = await openGeneralFund(world)
        await fillFund(general, 100_000n)
        const gifts: { entryId: bigint; leftMinor: bigint }[] = []
        for (const event of events) await play(world, general, gifts, event)
        const [from, to] = [Math.min(...ends), Math.max(...ends)].map((one) => day(one).toISOString().slice(0, 10))
        const scope = { kind: 'chapter' as const, chapterId: world.chapter.id }
        const statement = await periodStatement({ scope, from: from!, to: to! })
        const before = await periodStatement({ scope, from: '2000-01-01', to: previous(from!) })
        for (const [position, fund] of statement.funds.entries()) {
          expect(fund.openingMinor).toBe(before.funds[position]?.closingMinor)
        }
        const whole = await periodStatement({ scope, ...ALL_TIME })
        const [now] = await chapterFigures(world.chapter.id)
        expect(whole.totals[0]?.closingMinor).toBe(now?.moneyMinor)
      }),
      { numRuns: 15 },
    )
  })

  type Event = { kind: 'gift' | 'refund' | 'dispute' | 'move'; day: number; minor: bigint; fee?: bigint }
  type Open = { entryId: bigint; leftMinor: bigint }

  async function play(world: World, general: bigint, gifts: Open[], event: Event) {
    const at = day(event.day)
    const { fundId } = world.campaign
    if (event.kind === 'gift') {
      const entryId = await give(world, { giftMinor: event.minor, feeMinor: event.fee ?? 0n, at })
      gifts.push({ entryId, leftMinor: event.minor })
    } else if (event.kind === 'move') {
      const move = {
        ...posting(at),
        fromFundId: general,
        toFundId: fundId,
        amountMinor: event.minor,
        role: 'bank' as const,
      }
      await inTransaction((tx) => transferBetweenFunds(tx, move))
    } else {
      const gift = gifts.find(({ leftMinor }) => leftMinor >= event.minor)
      if (!gift) return
      gift.leftMinor -= event.minor
      const claim = {
        ...posting(at),
        fundId,
        giftEntryId: gift.entryId,
        amountMinor: event.minor,
        reserveFundId: general,
      }
      if (event.kind === 'refund') await inTransaction((tx) => postRefund(tx, claim))
      else await inTransaction((tx) => openDispute(tx, { ...claim, feeMinor: 15n }))
    }
  }

  const previous = (text: string) => new Date(Date.parse(`${text}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

  test('a day belongs to it from its first to its last moment in UTC', async () => {
    const world = await makeWorld({ bankMinor: 0n })
    await give(world, { giftMinor: 1n, at: new Date('2026-01-09T23:59:59.999Z') })
    await give(world, { giftMinor: 20n, at: new Date('2026-01-10T00:00:00.000Z') })
    await give(world, { giftMinor: 300n, at: new Date('2026-01-11T23:59:59.999Z') })
    await give(world, { giftMinor: 4000n, at: new Date('2026-01-12T00:00:00.000Z') })
    const scope = { kind: 'campaign' as const, campaignId: world.campaign.id }
    const { funds } = await periodStatement({ scope, from: '2026-01-10', to: '2026-01-11' })
    expect(funds[0]).toMatchObject({ openingMinor: 1n, giftsMinor: 320n, closingMinor: 321n })
  })

  test('names the wires, what they bought and the public evidence, and a wire that came back against them', async () => {
    const { world } = await busyWorld()
    const statement = await periodStatement({ scope: { kind: 'chapter', chapterId: world.chapter.id }, ...ALL_TIME })
    expect(statement.sent.map(({ status, amountMinor }) => [status, amountMinor])).toEqual([
      ['confirmed', 30_000n],
      ['released', 9_000n],
      ['returned', 5_500n],
      ['returned', -5_500n],
    ])
    expect(statement.sent.map(({ evidence }) => evidence.length)).toEqual([1, 0, 0, 0])
    expect(statement.recipients).toMatchObject([
      { currency: 'USD', amountMinor: 39_000n, vettedOn: world.group.approvedAt },
    ])
    expect(statement.lastEntryId).toBeGreaterThan(0n)
  })

  test('of a scope that does not exist is not found', async () => {
    const chapterId = '00000000-0000-7000-8000-000000000000'
    await expect(periodStatement({ scope: { kind: 'chapter', chapterId }, ...ALL_TIME })).rejects.toBeInstanceOf(
      AppError,
    )
  })
})
