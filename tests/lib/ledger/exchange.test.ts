import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { postExchange } from '#lib/ledger/post-exchange.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { reverseExchange } from '#lib/ledger/reverse-exchange.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { useDatabase } from '#tests/support/database.ts'
import { bank, centsLeft, give, posting, refusal, send, transfersOf } from './fixture.ts'

const database = useDatabase()

afterEach(async () => {
  expect(await verifyLedger(db())).toEqual([])
})

/** A campaign's purse in one currency and its fund in another; no chapter is planted, so only the ledger judges. */
async function openPair(from = 'USD', to = 'EUR') {
  const [chapterId, campaignId] = [randomUUID(), randomUUID()]
  const open = (currency: string, campaign: string | null = campaignId) =>
    openFund(db(), { chapterId, campaignId: campaign, restriction: 'with', currency, name: currency })
  return { chapterId, campaignId, fund: await open(to), purse: await open(from), open }
}

type Pair = { purse: bigint; fund: bigint }

/** What the ledger is asked: everything left in the purse for `arrivedMinor`, unless said otherwise. */
function exchange({ purse, fund }: Pair, amounts: Partial<Parameters<typeof postExchange>[1]>) {
  const input = {
    ...posting(),
    fromFundId: purse,
    fromBankExternalId: 'main',
    toFundId: fund,
    toBankExternalId: 'main',
  }
  return { amountMinor: 1_000n, feeMinor: 0n, arrivedMinor: 900n, worthMinor: 900n, ...input, ...amounts }
}

const post = (pair: Pair, amounts: Partial<Parameters<typeof postExchange>[1]> = {}) =>
  postExchange(db(), exchange(pair, amounts))

/** A purse with gifts in the bank. */
async function filled(gifts: bigint[], from = 'USD', to = 'EUR') {
  const pair = await openPair(from, to)
  const entries = []
  for (const giftMinor of gifts) entries.push(await give(pair.purse, giftMinor))
  await bank(
    pair.purse,
    gifts.reduce((sum, minor) => sum + minor, 0n),
  )
  return { ...pair, entries }
}

test('each side of an exchange goes through its own fund’s exchange account, with fee and loss', async () => {
  const pair = await filled([1_000n])
  const { entryId } = await post(pair, { amountMinor: 950n, feeMinor: 20n, arrivedMinor: 870n, worthMinor: 880n })
  expect(await transfersOf(entryId)).toEqual([
    'exchange>bank 950',
    'transfer_fees>bank 20',
    'bank>exchange 870',
    'exchange_loss>exchange 10',
  ])
  expect(await fundHeadroom(db(), pair.purse)).toMatchObject({ headroomMinor: 30n, bankMinor: 30n })
  expect(await fundHeadroom(db(), pair.fund)).toMatchObject({ headroomMinor: 870n, bankMinor: 870n })
  expect([await centsLeft(pair.purse), await centsLeft(pair.fund)]).toEqual([30n, 870n])
})

test('a gain is the mirror of a loss', async () => {
  const pair = await filled([1_000n])
  const { entryId } = await post(pair, { arrivedMinor: 900n, worthMinor: 860n })
  expect(await transfersOf(entryId)).toEqual(['exchange>bank 1000', 'bank>exchange 900', 'exchange>exchange_loss 40'])
})

test('more than the purse has, in headroom or in that bank account, is refused by the function itself', async () => {
  const pair = await filled([1_000n])
  expect(await refusal(post(pair, { amountMinor: 1_001n }))).toBe('insufficient_funds')
  expect(await refusal(post(pair, { amountMinor: 1_000n, feeMinor: 1n }))).toBe('insufficient_funds')
  // Available at Stripe is headroom, and is in no bank.
  const app = await database.asApp()
  const call = `SELECT ledger.post_exchange('k', 'test', 'one', now(), 'me', NULL, $1, 'main', $2, 0, $3, 'main', 1, 1)`
  await expect(app.query(call, [pair.purse, 1_001, pair.fund])).rejects.toMatchObject({ code: 'CP001' })
  await give(pair.purse, 500n)
  await db().$queryRaw`SELECT ledger.post_available('avail', 't', 't', now(), 'me', NULL, ${pair.purse}, 500)`
  await expect(app.query(call, [pair.purse, 1_001, pair.fund])).rejects.toMatchObject({ code: 'CP001' })
  await expect(app.query(call, [pair.purse, 0, pair.fund])).rejects.toMatchObject({ code: 'CP005' })
  await expect(app.query(call, [pair.purse, -5, pair.fund])).rejects.toMatchObject({ code: 'CP005' })
  await expect(app.query(call, [pair.purse, null, pair.fund])).rejects.toMatchObject({ code: 'CP005' })
  expect(await fundHeadroom(db(), pair.fund)).toMatchObject({ bankMinor: 0n })
})

test('money of one campaign is not exchanged into another one’s fund, nor into the same currency', async () => {
  const pair = await filled([1_000n])
  const others = [
    await pair.open('USD'),
    await pair.open('EUR', randomUUID()),
    await pair.open('EUR', null),
    (await openPair()).fund,
  ]
  for (const fund of others) expect(await refusal(post({ ...pair, fund }))).toBe('invalid_input')
  expect(await refusal(post({ ...pair, fund: pair.purse }))).toBe('invalid_input')
})

test('a key with the same contents is one exchange, with others it is refused', async () => {
  const pair = await filled([2_000n])
  const input = exchange(pair, {})
  const first = await postExchange(db(), input)
  expect(await postExchange(db(), input)).toEqual({ entryId: first.entryId, replayed: true })
  for (const change of [{ arrivedMinor: 901n }, { amountMinor: 999n }, { feeMinor: 1n }, { worthMinor: 1n }])
    expect(await refusal(postExchange(db(), { ...input, ...change }))).toBe('idempotency_mismatch')
  expect((await fundHeadroom(db(), pair.fund)).bankMinor).toBe(900n)
})

test('exchanges at the same moment never take more than there is', async () => {
  const pair = await filled([1_000n])
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => refusal(post(pair, { amountMinor: 300n, arrivedMinor: 7n, worthMinor: 7n }))),
  )
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(3)
  expect(await fundHeadroom(db(), pair.purse)).toMatchObject({ headroomMinor: 100n, bankMinor: 100n })
  expect((await fundHeadroom(db(), pair.fund)).bankMinor).toBe(21n)
})

test('a gift is traced through the exchange to the line that spent it in the other currency', async () => {
  const pair = await filled([300n, 700n])
  await post(pair, { amountMinor: 1_000n, arrivedMinor: 901n, worthMinor: 901n })
  const sent = await send(pair.fund, 500n)
  const [first, second] = await Promise.all(pair.entries.map((entryId) => traceGift(db(), entryId)))
  expect(first?.parts).toEqual([
    // Of 901 for 1,000 the first 300 brought 270, rounded down where the next gift begins.
    expect.objectContaining({ fundId: pair.fund, amountMinor: 270n, kind: 'disbursement', lineId: sent.lineId }),
    expect.objectContaining({ fundId: pair.purse, amountMinor: 300n, state: 'spent', kind: 'exchange' }),
  ])
  expect(second?.parts).toEqual([
    expect.objectContaining({ fundId: pair.fund, amountMinor: 230n, kind: 'disbursement', lineId: sent.lineId }),
    expect.objectContaining({ fundId: pair.fund, amountMinor: 401n, state: 'left' }),
    expect.objectContaining({ fundId: pair.purse, amountMinor: 700n, kind: 'exchange' }),
  ])
})

test.each([
  ['JPY', 'KWD', 1n],
  ['KWD', 'JPY', 99_991n],
  ['USD', 'JPY', 77_777n],
] as const)('what gifts brought adds up exactly, whatever the decimals: %s to %s', async (from, to, arrivedMinor) => {
  const gifts = [7n, 1n, 333n, 59n, 600n]
  const pair = await filled(gifts, from, to)
  await post(pair, { amountMinor: 500n, arrivedMinor, worthMinor: arrivedMinor })
  await post(pair, { amountMinor: 490n, feeMinor: 10n, arrivedMinor: 3n, worthMinor: 3n })
  const traces = await Promise.all(pair.entries.map(async (entryId) => (await traceGift(db(), entryId)).parts))
  const brought = traces.flat().filter(({ fundId }) => fundId === pair.fund)
  expect(brought.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(arrivedMinor + 3n)
  traces.forEach((parts, index) => {
    const own = parts.filter(({ fundId }) => fundId === pair.purse)
    expect(own.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(gifts[index])
  })
})

test('a wrong exchange is taken back once, and only while nothing of it is spent', async () => {
  const pair = await filled([1_000n])
  const wrong = await post(pair, { amountMinor: 900n, feeMinor: 50n, arrivedMinor: 800n, worthMinor: 820n })
  expect(await refusal(reverseEntry(db(), { ...posting(), entryId: wrong.entryId }))).toBe('wrong_state')
  const back = await reverseExchange(db(), { ...posting(), entryId: wrong.entryId })
  expect(await transfersOf(back.entryId)).toEqual([
    'exchange>bank 800',
    'exchange>exchange_loss 20',
    'bank>exchange 900',
    'bank>transfer_fees 50',
  ])
  expect(await refusal(reverseExchange(db(), { ...posting(), entryId: wrong.entryId }))).toBe('wrong_state')
  expect([await centsLeft(pair.purse), await centsLeft(pair.fund)]).toEqual([1_000n, 0n])
  const [entryId = 0n] = pair.entries
  expect((await traceGift(db(), entryId)).parts).toEqual([
    expect.objectContaining({ fundId: pair.purse, amountMinor: 50n, state: 'left' }),
    expect.objectContaining({ fundId: pair.purse, amountMinor: 900n, state: 'left' }),
    expect.objectContaining({ fundId: pair.purse, amountMinor: 50n, state: 'left' }),
  ])
  const right = await post(pair, { amountMinor: 1_000n })
  await send(pair.fund, 1n)
  expect(await refusal(reverseExchange(db(), { ...posting(), entryId: right.entryId }))).toBe('wrong_state')
})
