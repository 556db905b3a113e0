import { type StripeLine, stripeEntries, stripeLines, subjectOf } from './stripe-truth.ts'
import { promiseThat } from './violation.ts'
import type { World } from './world.ts'

/** What must hold after every step, whatever has gone wrong before. Throws a Violation. */
export async function checkSafety(world: World, seen: Seen): Promise<void> {
  await checkLetters(world)
  const mark = await booksMark(world)
  if (mark === seen.mark) return
  await checkLedger(world)
  await checkStripeEffects(world, await stripeLines(world))
  await checkFunds(world)
  await checkBanks(world)
  await checkGifts(world)
  await checkDisbursements(world)
  seen.mark = mark
}

/** The books as they were when they were looked at last; unchanged books need no second look. */
export type Seen = { mark: string }

async function booksMark(world: World): Promise<string> {
  const { rows } = await world.admin.query<{ mark: string }>(`
    SELECT concat_ws(' ', (SELECT max(id) FROM ledger.entry), (SELECT sum(version) FROM ledger.guard),
      (SELECT sum(version) FROM disbursement), (SELECT string_agg(status::text, ',' ORDER BY id) FROM donation),
      (SELECT count(*) FROM balance_transaction), (SELECT string_agg(status, ',' ORDER BY id) FROM stripe_payout)) AS mark`)
  return rows[0]?.mark ?? ''
}

async function checkLetters(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ id: string }>('SELECT id FROM stripe_event')
  const kept = new Set(rows.map(({ id }) => id))
  const letters = world.postman.letters()
  promiseThat(
    'What was acknowledged is committed.',
    letters.filter((letter) => letter.kept && !kept.has(letter.id)).map(({ type, id }) => `${type} ${id} is lost`),
  )
  const sent = new Set(letters.map(({ id }) => id))
  promiseThat('Only events that Stripe made are kept, each once.', [
    ...[...kept].filter((id) => !sent.has(id)).map((id) => `${id} is none of Stripe's`),
    ...(rows.length > kept.size ? [`${rows.length - kept.size} of them are kept twice`] : []),
  ])
}

async function checkLedger(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ rule: string; detail: string; fund_id: string | null }>(
    'SELECT rule, detail, fund_id FROM ledger.verify()',
  )
  promiseThat(
    'The ledger proves itself.',
    rows.map(({ rule, detail, fund_id }) => `not so in fund ${fund_id}: ${rule} (${detail})`),
  )
}

/** Each account line of Stripe has one effect, of exactly its net; nothing else moves what we hold at Stripe. */
async function checkStripeEffects(world: World, lines: readonly StripeLine[]): Promise<void> {
  const lineOf = new Map(lines.map((line) => [line.id, line]))
  const effects = new Map<string, bigint>()
  for (const entry of await stripeEntries(world)) {
    const key = `${subjectOf(entry)} ${entry.currency}`
    effects.set(key, (effects.get(key) ?? 0n) + BigInt(entry.minor))
  }
  const broken: string[] = []
  for (const [key, minor] of effects) {
    const [subject = '', currency = ''] = key.split(' ')
    const line = lineOf.get(subject)
    if (subject.startsWith('po_')) broken.push(...payoutFaults(subject, minor, lines))
    else if (subject === '' && minor !== 0n) broken.push(`${minor} ${currency} moved without an account line`)
    else if (subject !== '' && !line) broken.push(`${subject} is not Stripe's`)
    else if (line && (line.netMinor !== minor || line.currency !== currency)) {
      broken.push(`a ${line.category} of ${line.netMinor} ${line.currency} is ${minor} ${currency} in the books`)
    }
  }
  promiseThat('Every account line of Stripe has one effect, of its net.', broken)
}

/** A payout is either not in the books, or undone, or exactly its transactions. */
function payoutFaults(id: string, minor: bigint, lines: readonly StripeLine[]): string[] {
  const net = lines
    .filter((line) => line.payout === id && line.source !== id)
    .reduce((sum, line) => sum + line.netMinor, 0n)
  return minor === 0n || minor === -net ? [] : [`payout ${id} has transactions of ${net} and is ${minor} in the books`]
}

type Purse = { name: string; bank: string; pending: string; stripe: string; money: string; owed: string }

/**
 * No fund is below zero, except by what its chapter owes it in the open. Its share of the bank alone may be short by that
 * and by what is its own at Stripe, because Stripe takes losses out of a payout before it sends it (decision 0023).
 */
async function checkFunds(world: World): Promise<void> {
  const { rows } = await world.admin.query<Purse>(`
    SELECT f.name, sum(b.balance_minor) FILTER (WHERE b.role = 'bank') AS bank, sum(b.balance_minor) FILTER (WHERE b.role = 'stripe_pending') AS pending,
      sum(b.balance_minor) FILTER (WHERE b.role IN ('stripe_pending', 'stripe_available') OR b.external_id = 'payouts') AS stripe,
      sum(b.balance_minor) FILTER (WHERE b.role = 'chapter_receivable') AS owed,
      sum(b.balance_minor) FILTER (WHERE ledger.is_money(b.account_id)) AS money
    FROM ledger.balances b JOIN ledger.fund f ON f.id = b.fund_id GROUP BY f.id, f.name`)
  const isBelow = ({ bank, pending, stripe, money, owed }: Purse) =>
    [BigInt(bank) + BigInt(owed) + BigInt(stripe), BigInt(pending), BigInt(money), BigInt(owed)].some(
      (minor) => minor < 0n,
    )
  promiseThat(
    'No fund is below zero except by a debt that is shown.',
    rows
      .filter(isBelow)
      .map(
        ({ name, bank, pending, money, owed }) =>
          `${name}: bank ${bank}, pending ${pending}, owed ${owed}, in all ${money}`,
      ),
  )
}

/** Wires never take more out of a bank account than it holds; only a payout that Stripe takes back may leave it short. */
async function checkBanks(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ fact: string }>(`
    SELECT format('%s in %s is %s', b.external_id, b.currency, sum(b.balance_minor)) AS fact FROM ledger.balances b WHERE b.role = 'bank'
    GROUP BY b.external_id, b.currency HAVING sum(b.balance_minor)
      + (SELECT coalesce(sum(p.amount_minor), 0) FROM stripe_payout p WHERE p.currency = b.currency AND p.status = 'failed') < 0`)
  promiseThat(
    'No bank account is overdrawn.',
    rows.map(({ fact }) => fact),
  )
}

async function checkGifts(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ fact: string }>(`
    SELECT format('%s of %s is settled and has %s entries over %s', d.id, d.gift_minor + d.cover_minor + d.tip_minor, x.entries, x.gross) AS fact
    FROM donation d LEFT JOIN LATERAL (
      SELECT count(DISTINCT e.id) AS entries, sum(t.amount_minor) FILTER (WHERE t.debit_account_id % 100 = 1) AS gross
      FROM ledger.entry e JOIN ledger.transfer t ON t.entry_id = e.id
      WHERE e.kind = 'gift' AND e.idempotency_key = 'gift:' || d.balance_transaction_id) x ON true
    WHERE d.status = 'settled' AND d.balance_transaction_id IS NOT NULL
      AND (x.entries <> 1 OR x.gross <> coalesce((SELECT b.amount_minor FROM balance_transaction b
        WHERE b.id = d.balance_transaction_id AND b.presentment_currency IS NOT NULL), d.gift_minor + d.cover_minor + d.tip_minor)
        OR EXISTS (SELECT FROM balance_transaction b WHERE b.id = d.balance_transaction_id AND b.presentment_currency IS NOT NULL
          AND (b.presentment_currency, b.presentment_minor) IS DISTINCT FROM (d.currency, d.gift_minor + d.cover_minor + d.tip_minor)))
    UNION ALL SELECT format('%s is not settled and has the entry %s', id, entry_id) FROM donation WHERE status <> 'settled' AND entry_id IS NOT NULL
    UNION ALL SELECT format('charge %s settled %s gifts', charge_id, count(*)) FROM donation WHERE charge_id IS NOT NULL GROUP BY charge_id HAVING count(*) > 1`)
  promiseThat(
    'A gift is settled once, with what was paid.',
    rows.map(({ fact }) => fact),
  )
}

/** Disbursed is approved, approved is there: the promise and the wires of each fund are those of its disbursements. */
async function checkDisbursements(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ fact: string }>(`
    SELECT format('%s: %s promised for %s approved, %s on the way for %s released, %s granted for %s confirmed', f.name,
      b.promised, coalesce(d.approved, 0), b.wired, coalesce(d.released, 0), b.granted, coalesce(d.confirmed, 0)) AS fact
    FROM ledger.fund f JOIN (
      SELECT fund_id, sum(balance_minor) FILTER (WHERE role = 'encumbrances') AS promised,
        sum(balance_minor) FILTER (WHERE role = 'in_transit' AND external_id = 'wires') AS wired,
        sum(balance_minor) FILTER (WHERE role = 'aid_granted') AS granted FROM ledger.balances GROUP BY fund_id) b ON b.fund_id = f.id
    LEFT JOIN (
      SELECT fund_id, sum(amount_minor) FILTER (WHERE status = 'approved') AS approved, sum(amount_minor) FILTER (WHERE status = 'released') AS released,
        sum(amount_minor) FILTER (WHERE status = 'confirmed') AS confirmed FROM disbursement GROUP BY fund_id) d ON d.fund_id = f.id
    WHERE (b.promised, b.wired, b.granted) IS DISTINCT FROM (coalesce(d.approved, 0), coalesce(d.released, 0), coalesce(d.confirmed, 0))
    UNION ALL SELECT format('disbursement %s was sent by %s, approved by %s, requested by %s', number, released_by_id, approved_by_id, requested_by_id)
    FROM disbursement WHERE status IN ('released', 'confirmed', 'returned')
      AND (approved_by_id IS NULL OR approved_by_id = requested_by_id OR released_by_id = requested_by_id)`)
  promiseThat(
    'Disbursed is approved, and approved was there.',
    rows.map(({ fact }) => fact),
  )
}
