import { createHash } from 'node:crypto'
import type pg from 'pg'

/** Something that answers a query of plain text with rows: a client of `pg`, or a pool. */
type Asked = Pick<pg.Client, 'query'>

// Row ids, times of recording, and how many entries a fact took are left out: they differ between two ways to one state.
// A fund is named by its campaign or chapter, money by Stripe's own ids.
const FACTS: Readonly<Record<string, string>> = {
  balances: `
    SELECT coalesce('campaign ' || c.slug, 'chapter ' || h.slug) AS fund, b.currency, b.role, b.external_id AS place, b.balance_minor::text AS minor
    FROM ledger.balances b JOIN ledger.funds f ON f.id = b.fund_id
    LEFT JOIN campaign c ON c.id = f.campaign_id JOIN chapter h ON h.id = f.chapter_id WHERE b.balance_minor <> 0`,
  donations: `
    SELECT d.submission_key AS key, d.status, d.charge_id AS charge, d.balance_transaction_id AS line, d.fee_minor::text AS fee, d.settled_at AS at
    FROM donation d WHERE d.status <> 'started'`,
  refunds: `
    SELECT r.stripe_id AS id, r.status, r.amount_minor::text AS minor, r.currency, r.balance_transaction_id AS line,
      r.failure_transaction_id AS back FROM refund r WHERE r.stripe_id IS NOT NULL`,
  disputes: `
    SELECT d.stripe_id AS id, d.status, d.amount_minor::text AS minor, d.withdrawn_minor::text AS withdrawn,
      d.reinstated_minor::text AS reinstated, d.fee_minor::text AS fee FROM dispute d`,
  pledges: `
    SELECT coalesce(p.subscription_id, d.key) AS key, p.kind, p.status FROM pledge p
    LEFT JOIN LATERAL (SELECT min(submission_key) AS key FROM donation WHERE pledge_id = p.id) d ON true WHERE p.status <> 'pending'`,
  payouts: `SELECT id, status, amount_minor::text AS minor, currency, entry_id IS NOT NULL AS booked FROM stripe_payout`,
  legs: `
    SELECT l.balance_transaction_id AS line, coalesce('campaign ' || c.slug, 'chapter ' || h.slug) AS fund, l.net_minor::text AS minor,
      t.payout_id AS payout FROM balance_transaction_leg l JOIN balance_transaction t ON t.id = l.balance_transaction_id
    JOIN ledger.funds f ON f.id = l.fund_id LEFT JOIN campaign c ON c.id = f.campaign_id JOIN chapter h ON h.id = f.chapter_id`,
}

/**
 * The state of the money as one hash: what every account of every fund holds, and where donations, refunds, disputes,
 * pledges, payouts and Stripe's account lines stand. Two databases that were told the same facts in any order have the
 * same hash. Fold and make available what is due before you ask.
 */
export async function stateHash(database: Asked): Promise<string> {
  return createHash('sha256')
    .update(await stateText(database))
    .digest('hex')
}

/** What is hashed, a line for each fact: for saying what differs. */
export async function stateText(database: Asked): Promise<string> {
  const lines: string[] = []
  for (const [what, sql] of Object.entries(FACTS)) {
    const { rows } = await database.query(sql)
    lines.push(...rows.map((row) => `${what} ${JSON.stringify(row)}`).sort())
  }
  return lines.join('\n')
}
