import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { exportLedger } from '#lib/reports/export-ledger.ts'
import { type LedgerStage, startLedgerStage } from './ledger-stage.ts'

// The library brings no types.
const { to: copyTo } = createRequire(import.meta.url)('pg-copy-streams') as {
  to: (sql: string) => NodeJS.ReadableStream & pg.Submittable
}

const CHUNK = 500

/**
 * The treasurer's CSV beside a bare `COPY` of the same transfers on the same connection kind, in turns, and the most
 * memory this process held meanwhile. `--rows` transfers, `--rounds` of turns.
 */
export async function benchExport(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { rows: text, rounds: text } })
  const [rows, rounds] = [Number(values.rows ?? 400_000), Number(values.rounds ?? 3)]
  const stage = await startLedgerStage()
  try {
    const actor = await fillLedger(stage, rows)
    const bare: number[] = []
    const ours: number[] = []
    const memoryBefore = process.memoryUsage.rss()
    let memoryMost = memoryBefore
    const watch = setInterval(() => {
      memoryMost = Math.max(memoryMost, process.memoryUsage.rss())
    }, 20)
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await timed(() => copyBare(stage)))
      ours.push(await timed(() => copyOurs(actor)))
    }
    clearInterval(watch)
    print({ rows, bare: best(bare), ours: best(ours), memoryBefore, memoryMost })
  } finally {
    await stage.stop()
  }
}

/** A chapter with one fund and as many transfers as asked, and its treasurer. */
async function fillLedger(stage: LedgerStage, rows: number): Promise<UserActor> {
  const chapter = await db().chapter.create({
    data: { slug: 'bench', name: 'Bench', legalName: 'Bench', city: 'Bench', country: 'DE', currency: 'USD' },
  })
  const fundId = await openFund(db(), {
    ...{ chapterId: chapter.id, campaignId: null, restriction: 'without' as const, currency: 'USD', name: 'General' },
  })
  const gifts = Math.ceil(rows / 2 / CHUNK)
  await stage.admin.query(
    `SELECT ledger.post_gifts((SELECT jsonb_agg(jsonb_build_object('key', gen_random_uuid(), 'source_type', 'balance_transaction', 'source_id', 'txn_' || n,
      'effective', now(), 'actor', 'system:stripe', 'memo', NULL, 'fund', $1::bigint, 'gift', 2500, 'cover', 0, 'fee', 103, 'tip_fund', NULL,
      'tip', 0, 'tip_fee', 0)) FROM generate_series(1, ${CHUNK}) AS n WHERE chunk > 0)) FROM generate_series(1, $2) AS chunk`,
    [fundId, gifts],
  )
  await foldBusyFunds(db())
  await stage.admin.query('VACUUM ANALYZE')
  const roles = [{ chapterId: chapter.id, role: 'treasurer' as const }]
  return { kind: 'user', userId: randomUUID(), name: 'Bench', isAdmin: false, roles }
}

async function copyBare(stage: LedgerStage): Promise<void> {
  const client = new pg.Client({ connectionString: stage.appUrl })
  await client.connect()
  const sql =
    'COPY (SELECT t.*, e.* FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id ORDER BY t.id) TO STDOUT CSV'
  await pipeline(client.query(copyTo(sql)), nowhere())
  await client.end()
}

async function copyOurs(actor: UserActor): Promise<void> {
  const { csv } = await exportLedger(actor, {}, 'machine')
  await pipeline(csv, nowhere())
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}

const best = (seconds: readonly number[]): number => Math.min(...seconds)

type Figures = { rows: number; bare: number; ours: number; memoryBefore: number; memoryMost: number }

function print({ rows, bare, ours, memoryBefore, memoryMost }: Figures): void {
  const rate = (seconds: number) => `${Math.round(rows / seconds).toLocaleString('en-US')} rows/s`
  const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`
  process.stdout.write(`
Export of ${rows.toLocaleString('en-US')} transfers (best of the rounds)

  \\copy of the transfers and their entries       ${rate(bare)}
  the treasurer's CSV, balances and totals in it  ${rate(ours)}  ${(bare / ours).toFixed(2)} x
  memory before and at most                       ${megabytes(memoryBefore)}, ${megabytes(memoryMost)}
`)
}
