import type { World } from './world.ts'

/** What the books are compared with. Amounts are whole minor units, signed; currencies upper case. */
export type StripeLine = {
  id: string
  category: string
  source: string
  currency: string
  netMinor: bigint
  payout: string | null
  availableOn: number
}

/** Every account line of the sandbox, oldest first. */
export async function stripeLines(world: World): Promise<StripeLine[]> {
  type Raw = {
    id: string
    reporting_category: string
    source: string
    currency: string
    net: number
    payout: string | null
    available_on: number
  }
  const lines = (await world.control('GET', 'balance_transactions.json')) as Raw[]
  return lines.map((line) => ({
    ...{ id: line.id, category: line.reporting_category, source: line.source, payout: line.payout },
    ...{ currency: line.currency.toUpperCase(), netMinor: BigInt(line.net), availableOn: line.available_on },
  }))
}

type Moved = { id: string; kind: string; key: string; source: string; currency: string; minor: string }

/** What the ledger did to Stripe's two accounts, entry by entry; entries that did nothing to them are among it. */
export async function stripeEntries(world: World): Promise<Moved[]> {
  const { rows } = await world.admin.query<Moved>(`
    SELECT e.id, e.kind, e.idempotency_key AS key, e.source_id AS source, t.currency, sum(
      CASE WHEN t.debit_account_id % 100 IN (1, 2) THEN t.amount_minor ELSE 0 END
      - CASE WHEN t.credit_account_id % 100 IN (1, 2) THEN t.amount_minor ELSE 0 END) AS minor
    FROM ledger.entry e JOIN ledger.transfer t ON t.entry_id = e.id GROUP BY e.id, t.currency ORDER BY e.id`)
  return rows
}

/** The account line or payout that an entry is about, by the name its key carries. */
export function subjectOf(entry: { key: string; source: string; kind: string }): string {
  if (entry.kind === 'available') return ''
  return /txn_\w+/.exec(entry.key)?.[0] ?? /po_\w+/.exec(entry.key)?.[0] ?? ''
}
