import { createHash } from 'node:crypto'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'

const BATCH = 500

type Leg = { id: string; availableOn: Date; fundId: bigint; netMinor: bigint }

/**
 * Moves what Stripe has made available from pending to available in the ledger, a batch at a time, one entry for each
 * fund in a batch. Each account line carries the entry that moved it, written in the same transaction, so it moves
 * once. Answers how many account lines were moved.
 */
export async function postDueAvailable(): Promise<number> {
  let moved = 0
  for (;;) {
    const count = await inTransaction((tx) => moveBatch(tx, { due: now() }))
    moved += count
    if (count < BATCH) return moved
  }
}

/** The same for the account lines that a payout pays out: Stripe has made them available whatever our clock says. */
export async function makeAvailable(tx: DbClient, transactionIds: readonly string[]): Promise<void> {
  await moveBatch(tx, { ids: transactionIds })
}

async function moveBatch(tx: DbClient, which: { due: Date } | { ids: readonly string[] }): Promise<number> {
  const legs = 'due' in which ? await lockDue(tx, which.due) : await lockNamed(tx, which.ids)
  const perFund = Map.groupBy(legs, (leg) => leg.fundId)
  const moved = new Set<string>()
  for (const [fundId, own] of [...perFund].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const amountMinor = own.reduce((sum, leg) => sum + leg.netMinor, 0n)
    const ids = own.map((leg) => leg.id)
    const entryId = amountMinor > 0n ? await post(tx, { fundId, amountMinor, own }) : 0n
    await tx.$executeRaw`UPDATE balance_transaction SET available_entry_id = ${entryId} WHERE id = ANY (${ids}) AND available_entry_id IS NULL`
    for (const id of ids) moved.add(id)
  }
  return moved.size
}

async function post(tx: DbClient, part: { fundId: bigint; amountMinor: bigint; own: Leg[] }): Promise<bigint> {
  const { fundId, amountMinor, own } = part
  const [first] = own
  const effectiveAt = new Date(Math.max(...own.map((leg) => leg.availableOn.getTime())))
  const digest = createHash('sha256')
    .update(own.map((leg) => leg.id).join(' '))
    .digest('base64url')
    .slice(0, 22)
  const sourceId = own.length === 1 ? (first?.id ?? '') : `${first?.id ?? ''} and ${own.length - 1} more`
  const { entryId } = await postAvailable(tx, {
    idempotencyKey: `available:${fundId}:${digest}`,
    sourceType: 'balance_transaction',
    ...{ sourceId, effectiveAt, actorId: 'system:stripe', fundId, amountMinor },
  })
  return entryId
}

function lockDue(tx: DbClient, due: Date): Promise<Leg[]> {
  return tx.$queryRaw<Leg[]>`
    WITH due AS MATERIALIZED (
      SELECT id, available_on FROM balance_transaction
      WHERE available_entry_id IS NULL AND entry_id IS NOT NULL AND available_on <= ${due}
      ORDER BY available_on, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    SELECT due.id, due.available_on AS "availableOn", leg.fund_id AS "fundId", leg.net_minor AS "netMinor"
    FROM due JOIN balance_transaction_leg leg ON leg.balance_transaction_id = due.id ORDER BY due.available_on, due.id, leg.fund_id`
}

function lockNamed(tx: DbClient, ids: readonly string[]): Promise<Leg[]> {
  return tx.$queryRaw<Leg[]>`
    WITH named AS MATERIALIZED (
      SELECT id, available_on FROM balance_transaction
      WHERE id = ANY (${[...ids]}) AND available_entry_id IS NULL AND entry_id IS NOT NULL ORDER BY id FOR UPDATE)
    SELECT named.id, named.available_on AS "availableOn", leg.fund_id AS "fundId", leg.net_minor AS "netMinor"
    FROM named JOIN balance_transaction_leg leg ON leg.balance_transaction_id = named.id ORDER BY named.available_on, named.id, leg.fund_id`
}
