import { randomUUID } from 'node:crypto'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { db } from '#lib/db/client.ts'
import { foldBusyFunds, foldFund } from '#lib/ledger/fold-funds.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { postPayout } from '#lib/ledger/post-payout.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { balancesByRole } from '#lib/ledger/queries.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { hasPgbench, runLoad } from './ledger-load.ts'
import { type LedgerStage, startLedgerStage } from './ledger-stage.ts'
import { stressOverdraft } from './ledger-stress.ts'

type Sizes = { clients: number; seconds: number; rounds: number; entries: number; funds: number }
type Line = { what: string; figure: string; bar: string; reached: boolean | null }

/**
 * The ledger beside pgbench's TPC-B on one server, in slices that take turns so that a busy machine disturbs both alike.
 * `--seconds` of a slice, `--rounds` of turns, `--clients`, `--funds` of the spread load, `--entries` to verify.
 */
export async function benchLedger(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { clients: text, seconds: text, rounds: text, entries: text, funds: text } })
  const number = (name: keyof typeof values, otherwise: number) => Number(values[name] ?? otherwise)
  const sizes: Sizes = {
    clients: number('clients', 16),
    seconds: number('seconds', 4),
    rounds: number('rounds', 3),
    entries: number('entries', 250_000),
    funds: number('funds', 200),
  }
  const stage = await startLedgerStage()
  try {
    const hot = await openRichFund()
    const lines = [
      ...(await compareRates(stage, sizes, hot)),
      ...(await measureNode(sizes, hot)),
      await measureBatches(stage, sizes, hot),
      ...(await measureReads(stage, sizes, hot)),
      ...(await stressOverdraft(stage.appUrl, sizes)),
    ]
    print(sizes, lines)
  } finally {
    await stage.stop()
  }
}

/** A fund with ten million in the bank, so that disbursements never lack money. */
async function openRichFund(): Promise<bigint> {
  const fundId = await openFund(db(), {
    ...{ chapterId: randomUUID(), campaignId: randomUUID() },
    ...{ restriction: 'with' as const, currency: 'USD', name: 'Hot' },
  })
  const about = () => ({
    ...{ idempotencyKey: randomUUID(), sourceType: 'bench' },
    ...{ sourceId: '1', actorId: 'bench', effectiveAt: new Date() },
  })
  const amountMinor = 1_000_000_000n
  await postGift(db(), { ...about(), fundId, giftMinor: amountMinor, coverMinor: 0n, feeMinor: 0n })
  await postAvailable(db(), { ...about(), fundId, amountMinor })
  const payout = await postPayout(db(), { ...about(), lines: [{ fundId, amountMinor }] })
  await postPayoutArrival(db(), { ...about(), payoutEntryId: payout.entryId })
  return fundId
}

const TPC_B = String.raw`\set aid random(1, 1600000)
\set bid random(1, 16)
\set tid random(1, 160)
\set delta random(1, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;`

const gifts = (fund: string) => String.raw`\set key random(1, 9000000000000000)
${fund}SELECT ledger.post_gift('gift:' || :key, 'donation', 'one', now(), 'stripe', NULL, :fund, 2500, 0, 103, NULL, 0, 0);`

const disbursement = (fund: bigint) => String.raw`\set key random(1, 9000000000000000)
SELECT ledger.encumber('promise:' || :key, 'disbursement', 'one', now(), 'treasurer', NULL, ${fund}, 1000) AS promise \gset
SELECT ledger.release('wire:' || :key, 'disbursement', 'one', now(), 'treasurer', NULL, :promise, 'main', 20, ARRAY[gen_random_uuid()], ARRAY[1000]);`

async function compareRates(stage: LedgerStage, sizes: Sizes, hot: bigint): Promise<Line[]> {
  const spread: bigint[] = []
  for (let index = 0; index < sizes.funds; index += 1) spread.push(await openSpreadFund())
  const [lowest, highest] = [spread[0], spread.at(-1)]
  const shape = { clients: sizes.clients, seconds: sizes.seconds }
  const load = (name: string, script: string) => ({ name, script, ...shape })
  const toHot = gifts(`\\set fund random(${hot}, ${hot})\n`)
  const toSpread = gifts(`\\set fund random(${lowest}, ${highest})\n`)
  const rates = {
    tpcB: [] as number[],
    hot: [] as number[],
    sends: [] as number[],
    hotWithSends: [] as number[],
    spread: [] as number[],
  }
  await runLoad(stage.appUrl, { ...load('warm up', toHot), seconds: 2 })
  await stage.admin.query('VACUUM ANALYZE')
  for (let round = 0; round < sizes.rounds; round += 1) {
    note(`round ${round + 1} of ${sizes.rounds}`)
    rates.tpcB.push(await runLoad(stage.adminUrl, load('TPC-B', TPC_B)))
    rates.hot.push(await whileFolding(() => runLoad(stage.appUrl, load('gifts to one fund', toHot))))
    rates.tpcB.push(await runLoad(stage.adminUrl, load('TPC-B', TPC_B)))
    const sends = { name: 'disbursements', script: disbursement(hot), clients: 2, seconds: sizes.seconds, rate: 100 }
    const [withSends, sent] = await whileFolding(() =>
      Promise.all([runLoad(stage.appUrl, load('gifts to one fund', toHot)), runLoad(stage.appUrl, sends)]),
    )
    rates.hotWithSends.push(withSends)
    rates.sends.push(sent)
    rates.spread.push(await whileFolding(() => runLoad(stage.appUrl, load('gifts to many funds', toSpread))))
  }
  const [tpcB, one, busy, many] = [mean(rates.tpcB), mean(rates.hot), mean(rates.hotWithSends), mean(rates.spread)]
  return [
    {
      what: `TPC-B (${hasPgbench() ? 'pgbench' : 'equivalent loop'}), ${sizes.clients} clients, prepared`,
      figure: perSecond(tpcB),
      bar: '',
      reached: null,
    },
    ratio('gifts into one fund, folded each second', one, tpcB, 1.25, 'TPC-B'),
    ratio(`the same with ${Math.round(mean(rates.sends))} disbursements a second from it`, busy, tpcB, 1, 'TPC-B'),
    { what: `gifts spread over ${sizes.funds} funds`, figure: perSecond(many), bar: '', reached: null },
    ratio('one fund against spread', one, many, 0.95, 'spread'),
  ]
}

async function openSpreadFund(): Promise<bigint> {
  const names = { chapterId: randomUUID(), campaignId: randomUUID(), name: 'Spread' }
  return openFund(db(), { ...names, restriction: 'with', currency: 'USD' })
}

async function whileFolding<T>(work: () => Promise<T>): Promise<T> {
  let folding = true
  const folds = (async () => {
    while (folding) {
      await sleep(1_000)
      await foldBusyFunds(db())
    }
  })()
  try {
    return await work()
  } finally {
    folding = false
    await folds
  }
}

/** Through Prisma in this one process, twenty calls under way at a time (the pool's size). */
async function measureNode(sizes: Sizes, fundId: bigint): Promise<Line[]> {
  note('through Node')
  const latencies: number[] = []
  const run = async (untilMs: number, keep: boolean) => {
    while (performance.now() < untilMs) {
      const about = {
        idempotencyKey: randomUUID(),
        sourceType: 'donation',
        sourceId: 'one',
        actorId: 'stripe',
        effectiveAt: new Date(),
      }
      const started = performance.now()
      await postGift(db(), { ...about, fundId, giftMinor: 2500n, coverMinor: 0n, feeMinor: 103n })
      if (keep) latencies.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: 20 }, () => run(performance.now() + 1_500, false)))
  const seconds = sizes.seconds * 2
  const until = performance.now() + seconds * 1_000
  const used = process.cpuUsage()
  await whileFolding(() => Promise.all(Array.from({ length: 20 }, () => run(until, true))))
  const { user, system } = process.cpuUsage(used)
  const rate = latencies.length / seconds
  const p99 = percentile(latencies, 0.99)
  const cores = ((user + system) / 1e6 / seconds).toFixed(2)
  return [
    {
      what: `gifts through Prisma in one Node process (${cores} cores of its own)`,
      figure: perSecond(rate),
      bar: '>= 2,500/s',
      reached: rate >= 2_500,
    },
    { what: 'its p99', figure: `${p99.toFixed(1)} ms`, bar: '< 25 ms', reached: p99 < 25 },
  ]
}

async function measureBatches(stage: LedgerStage, sizes: Sizes, fundId: bigint): Promise<Line> {
  note('batches')
  const gift =
    `'key', 'batch:' || :key || ':' || n, 'source_type', 'donation', 'source_id', 'one', 'effective', now(), 'actor', 'stripe',
    'memo', NULL, 'fund', ${fundId}, 'gift', 2500, 'cover', 0, 'fee', 103, 'tip_fund', NULL, 'tip', 0, 'tip_fee', 0`.replaceAll(
      '\n',
      ' ',
    )
  const script = String.raw`\set key random(1, 9000000000000000)
SELECT ledger.post_gifts((SELECT jsonb_agg(jsonb_build_object(${gift})) FROM generate_series(1, 100) AS n));`
  const shape = { clients: 4, seconds: sizes.seconds }
  const rate = 100 * (await whileFolding(() => runLoad(stage.appUrl, { name: 'batches', script, ...shape })))
  return { what: 'gifts in batches of 100', figure: perSecond(rate), bar: '>= 15,000/s', reached: rate >= 15_000 }
}

async function measureReads(stage: LedgerStage, sizes: Sizes, fundId: bigint): Promise<Line[]> {
  const entries = await growTo(stage, sizes.entries, fundId)
  await stage.admin.query('VACUUM ANALYZE')
  const { rows } = await stage.admin.query<{ n: string }>(
    'SELECT count(*) AS n FROM ledger.transfer WHERE fund_id = $1',
    [fundId],
  )
  const balances: number[] = []
  for (let index = 0; index < 300; index += 1) {
    const started = performance.now()
    await balancesByRole(db(), [fundId])
    balances.push(performance.now() - started)
  }
  note('verification')
  const started = performance.now()
  const violations = await verifyLedger(db())
  const seconds = (performance.now() - started) / 1_000
  const median = percentile(balances, 0.5)
  const perMillion = (seconds * 1_000_000) / entries
  return [
    {
      what: `balance over ${count(Number(rows[0]?.n))} transfers of one fund`,
      figure: `${median.toFixed(2)} ms`,
      bar: '< 2 ms',
      reached: median < 2,
    },
    {
      what: `${count(entries)} entries verified again: ${violations.length} violations`,
      figure: `${seconds.toFixed(2)} s (${perMillion.toFixed(2)} s a million)`,
      bar: '< 5 s a million',
      reached: perMillion < 5 && violations.length === 0,
    },
  ]
}

/** Adds gifts until the ledger has as many entries, and numbers them. */
async function growTo(stage: LedgerStage, entries: number, fundId: bigint): Promise<number> {
  const has = async () =>
    Number((await stage.admin.query<{ n: string }>('SELECT count(*) AS n FROM ledger.entry')).rows[0]?.n)
  for (let now = await has(); now < entries; now = await has()) {
    note(`${count(now)} of ${count(entries)} entries`)
    await stage.admin.query(
      `SELECT ledger.post_gifts((SELECT jsonb_agg(jsonb_build_object('key', gen_random_uuid(), 'source_type', 'donation', 'source_id', 'one',
        'effective', now(), 'actor', 'stripe', 'memo', NULL, 'fund', $1::bigint, 'gift', 2500, 'cover', 0, 'fee', 103, 'tip_fund', NULL,
        'tip', 0, 'tip_fee', 0)) FROM generate_series(1, 500) AS n WHERE chunk > 0)) FROM generate_series(1, $2) AS chunk`,
      [fundId, Math.ceil(Math.min(50_000, entries - now) / 500)],
    )
    await foldFund(db(), fundId)
  }
  await foldBusyFunds(db())
  return has()
}

function ratio(what: string, rate: number, base: number, bar: number, name: string): Line {
  const value = rate / base
  return {
    what,
    figure: `${perSecond(rate)}  ${value.toFixed(2)} x ${name}`,
    bar: `>= ${bar} x`,
    reached: value >= bar,
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const count = (value: number): string => Math.round(value).toLocaleString('en-US')
const perSecond = (value: number): string => `${count(value)}/s`

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function note(text: string): void {
  process.stderr.write(`  ${text}\n`)
}

function print(sizes: Sizes, lines: readonly Line[]): void {
  const width = Math.max(...lines.map((line) => line.what.length))
  const figures = Math.max(...lines.map((line) => line.figure.length))
  const rows = lines.map(({ what, figure, bar, reached }) => {
    const verdict = reached === null ? '' : reached ? 'reached' : 'MISSED'
    return `  ${what.padEnd(width)}  ${figure.padEnd(figures)}  ${bar.padEnd(16)} ${verdict}`
  })
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; fsync on; ${sizes.clients} clients; ${sizes.rounds} rounds of ${sizes.seconds} s`
  process.stdout.write(`\nLedger\n  ${machine}\n\n${rows.join('\n')}\n`)
  if (lines.some((line) => line.reached === false))
    process.stdout.write('\n  A busy machine moves every figure; ratios move least.\n')
}
