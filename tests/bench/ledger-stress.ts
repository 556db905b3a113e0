import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { db } from '#lib/db/client.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'

type Line = { what: string; figure: string; bar: string; reached: boolean | null }

/** Calls that all want the same money, and more of it than there is. Amounts and order are random, keys partly repeat. */
const ATTACKS: readonly ((fund: string, other: string) => string)[] = [
  (fund) => `SELECT ledger.encumber($1, 's', 's', '2026-01-01', 'a', NULL, ${fund}, 1 + (random() * 900)::int)`,
  (fund) => `WITH p AS MATERIALIZED (SELECT ledger.encumber($1, 's', 's', '2026-01-01', 'a', NULL, ${fund}, 700) AS id)
    SELECT ledger.release($1 || ':r', 's', 's', '2026-01-01', 'a', NULL, abs(p.id), 'main', 5, ARRAY[gen_random_uuid()], ARRAY[700]) FROM p`,
  (fund, other) =>
    `SELECT ledger.post_interfund($1, 's', 's', '2026-01-01', 'a', NULL, ${fund}, ${other}, 1 + (random() * 800)::int, 'bank', 'main')`,
  (fund) => `SELECT ledger.post_refund($1, 's', 's', '2026-01-01', 'a', NULL, ${fund},
    (SELECT entry_id FROM ledger.lots WHERE fund_id = ${fund} AND from_outflow_id IS NULL ORDER BY random() LIMIT 1), 1 + (random() * 300)::int, NULL, true)`,
  (fund) => `SELECT ledger.cancel_encumbrance($1, 's', 's', '2026-01-01', 'a', NULL,
    (SELECT id FROM ledger.entries WHERE kind = 'encumbrance' ORDER BY id DESC LIMIT 1)) WHERE ${fund} > 0`,
  (fund) => `SELECT ledger.post_gift($1, 's', 's', '2026-01-01', 'a', NULL, ${fund}, 400, 0, 12, NULL, 0, 0)`,
  (fund) => `SELECT ledger.post_available($1, 's', 's', '2026-01-01', 'a', NULL, ${fund}, 388)`,
]

/**
 * Clients that do nothing but try to take more than there is from two funds, moving money between them, for a while;
 * then the ledger is verified. What counts: how often any fund was below zero at any moment, and what verification finds.
 */
export async function stressOverdraft(appUrl: string, sizes: { clients: number; seconds: number }): Promise<Line[]> {
  process.stderr.write('  adversarial stress\n')
  const [fund, other] = await richPair()
  const until = performance.now() + sizes.seconds * 2_000
  let done = 0
  let refused = 0
  const attack = async () => {
    const client = new pg.Client({ connectionString: appUrl })
    // One finding ends the run and the server with it; what was found is the error to show, not the lost connections.
    client.on('error', () => undefined)
    await client.connect()
    while (performance.now() < until) {
      const call = ATTACKS[Math.floor(Math.random() * ATTACKS.length)]
      const [from, to] = Math.random() < 0.5 ? [fund, other] : [other, fund]
      const key = Math.random() < 0.1 ? `again:${Math.floor(Math.random() * 50)}` : randomUUID()
      await client.query(call?.(from, to) ?? 'SELECT 1', call ? [key] : []).then(
        () => {
          done += 1
        },
        (error: { code?: string }) => {
          // Refusals are the point; anything else (a deadlock, a broken constraint) is a finding.
          if (!/^CP00[1-5]$/.test(error.code ?? '')) throw error
          refused += 1
        },
      )
    }
    await client.end()
  }
  let overdrafts = 0
  const watch = async () => {
    while (performance.now() < until) {
      const below = await db().$queryRaw<unknown[]>`SELECT 1 FROM ledger.guards WHERE headroom_minor < 0`
      overdrafts += below.length
      await foldBusyFunds(db())
      await sleep(50)
    }
  }
  await Promise.all([...Array.from({ length: sizes.clients }, attack), watch()])
  await foldBusyFunds(db())
  overdrafts += (await db().$queryRaw<unknown[]>`SELECT 1 FROM ledger.guards WHERE headroom_minor < 0`).length
  const violations = await verifyLedger(db())
  const what = `stress: ${done} postings, ${refused} refusals, ${violations.length} violations`
  return [{ what, figure: `${overdrafts} overdrafts`, bar: '0', reached: overdrafts === 0 && violations.length === 0 }]
}

async function richPair(): Promise<[string, string]> {
  const chapterId = randomUUID()
  const funds: string[] = []
  for (const name of ['Fought over', 'Also']) {
    const opened = await db().$queryRaw<
      { id: bigint }[]
    >`SELECT ledger.open_fund(${chapterId}::uuid, ${randomUUID()}::uuid, 'with', 'USD', ${name}) AS id`
    const id = opened[0]?.id ?? 0n
    for (let gift = 0; gift < 20; gift += 1) {
      await db()
        .$queryRaw`SELECT ledger.post_gift(${randomUUID()}, 's', 's', now(), 'a', NULL, ${id}, 1000, 0, 30, NULL, 0, 0)`
    }
    await db().$queryRaw`SELECT ledger.post_available(${randomUUID()}, 's', 's', now(), 'a', NULL, ${id}, 19400)`
    await db()
      .$queryRaw`WITH p AS MATERIALIZED (SELECT ledger.post_payout(${randomUUID()}, 's', 's', now(), 'a', NULL, ARRAY[${id}::bigint], ARRAY[19400::bigint]) AS id)
      SELECT ledger.post_payout_arrival(${randomUUID()}, 's', 's', now(), 'a', NULL, p.id, 'main') FROM p`
    funds.push(String(id))
  }
  return [funds[0] ?? '0', funds[1] ?? '0']
}
