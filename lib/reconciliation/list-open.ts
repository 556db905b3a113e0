import { type DbClient, Prisma } from '#lib/db/client.ts'
import type { OpenFact, OpenLine, OpenMovement } from './types.ts'

type Account = { id: string; externalId: string; currency: string }

/** The lines of an account that nothing is matched to, oldest first. */
export async function openLines(client: DbClient, bankAccountId: string): Promise<OpenLine[]> {
  return client.bankLine.findMany({
    where: { bankAccountId, matchId: null, withdrawn: false },
    orderBy: [{ bookedOn: 'asc' }, { position: 'asc' }],
    omit: { identity: true, matchId: true, position: true, valuedOn: true, withdrawn: true },
  })
}

type MovementRow = {
  entryId: bigint
  part: 'whole' | 'fee'
  kind: string
  amountMinor: bigint
  effectiveAt: Date
  sourceId: string
  number: number | null
  disbursementId: string | null
  wireReference: string | null
  groupName: string | null
  chapterId: string | null
  offlineReference: string | null
  paidReference: string | null
}

/**
 * What the ledger did to an account that no bank line says, oldest first. An entry and the reversal of it are nothing
 * to the bank as long as neither was matched. Of a disbursement of a chapter that is not among `chapterIds` only the
 * wire's reference is told, which the bank's own statement shows.
 */
export async function openMovements(
  client: DbClient,
  account: Account,
  chapterIds: readonly string[] = [],
): Promise<OpenMovement[]> {
  const rows = await client.$queryRaw<MovementRow[]>`
    SELECT v.entry_id AS "entryId", v.part, v.kind, v.amount_minor AS "amountMinor", v.effective_at AS "effectiveAt",
      v.source_id AS "sourceId", d.number, d.id AS "disbursementId", d.wire_reference AS "wireReference",
      CASE WHEN g.chapter_id = c.chapter_id THEN g.name ELSE coalesce(g.public_alias, g.name) END AS "groupName", c.chapter_id AS "chapterId", o.offline_reference AS "offlineReference",
      r.paid_reference AS "paidReference"
    FROM ledger.bank_movements v
    LEFT JOIN disbursement d ON v.source_type = 'disbursement' AND d.id::text = v.source_id
    LEFT JOIN campaign c ON c.id = d.campaign_id
    LEFT JOIN aid_group g ON g.id = d.aid_group_id
    LEFT JOIN donation o ON v.kind = 'offline_deposit' AND o.deposit_entry_id = v.entry_id
    LEFT JOIN refund r ON v.source_type = 'hand_refund' AND r.id::text = v.source_id
    WHERE v.external_id = ${account.externalId} AND v.currency = ${account.currency}
      AND NOT EXISTS (SELECT FROM bank_match_movement m
        WHERE m.bank_account_id = ${account.id}::uuid AND m.entry_id = v.entry_id AND m.part = v.part AND m.active)
      AND NOT (v.kind = 'reversal' AND ${isUnmatched(account.id, Prisma.sql`v.reverses_entry_id`)})
      AND NOT EXISTS (SELECT FROM ledger.entries r
        WHERE r.reverses_entry_id = v.entry_id AND r.kind = 'reversal' AND ${isUnmatched(account.id, Prisma.sql`r.id`)})
    ORDER BY v.effective_at, v.entry_id, v.part DESC`
  return rows.map((row) => {
    const own = row.chapterId !== null && chapterIds.includes(row.chapterId)
    return {
      ...{ entryId: row.entryId, part: row.part, kind: row.kind, amountMinor: row.amountMinor },
      effectiveAt: row.effectiveAt,
      key: `movement:${row.entryId}:${row.part}`,
      label: labelOf(row, own),
      tokens: tokensOf(row),
      href: own ? `/treasurer/disbursements/${row.disbursementId}` : null,
    }
  })
}

function isUnmatched(bankAccountId: string, entryId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`NOT EXISTS (SELECT FROM bank_match_movement x
    WHERE x.bank_account_id = ${bankAccountId}::uuid AND x.entry_id = ${entryId} AND x.active)`
}

function labelOf(row: MovementRow, own: boolean): string {
  const disbursement = own ? ` of disbursement ${row.number}, ${row.groupName}` : ' of another chapter'
  switch (row.kind) {
    case 'payout_arrival':
      return `Payout ${row.sourceId}`
    case 'release':
      return row.part === 'fee'
        ? `Bank’s fee for the wire${disbursement}`
        : `Wire ${row.wireReference ?? ''}${disbursement}`
    case 'wire_returned':
      return `Wire ${row.wireReference ?? ''} returned${disbursement}`
    case 'offline_deposit':
      return `Offline gift deposited${row.offlineReference ? ` (${row.offlineReference})` : ''}`
    case 'refund':
      return `Gift given back by hand${row.paidReference ? ` (${row.paidReference})` : ''}`
    case 'bank_charge':
      return 'Bank’s charge or interest'
    case 'bank_transfer':
      return 'Moved between our bank accounts'
    case 'exchange':
      if (row.part === 'fee') return 'Bank’s fee for an exchange'
      return row.amountMinor < 0n ? 'Left for an exchange' : 'Arrived by an exchange'
    case 'reversal':
      return 'Taken back in the books'
    default:
      return `Entry ${row.entryId}`
  }
}

function tokensOf(row: MovementRow): string[] {
  const payment = row.number === null ? null : `CP-${String(row.number).padStart(5, '0')}`
  const source = row.kind === 'payout_arrival' ? row.sourceId : null
  return [source, row.wireReference, payment, row.offlineReference, row.paidReference].filter((token) => token !== null)
}

/**
 * What is known and not yet in a bank account of the ledger: offline gifts, payouts under way, wires that may come back.
 * Gifts and wires of the chapters whose treasurer asks; payouts are everybody's.
 */
export async function openFacts(
  client: DbClient,
  account: Account,
  chapterIds: readonly string[],
): Promise<OpenFact[]> {
  const chapters = Prisma.sql`${[...chapterIds]}::uuid[]`
  const gifts = await client.$queryRaw<
    { id: string; amountMinor: bigint; at: Date; method: string; reference: string | null; name: string | null }[]
  >`
    SELECT d.id, d.gift_minor - ledger.given_back_in_cash(d.entry_id) AS "amountMinor", d.settled_at AS at, d.offline_method::text AS method,
      d.offline_reference AS reference, d.donor_name AS name
    FROM donation d JOIN campaign c ON c.id = d.campaign_id
    WHERE d.offline_method IS NOT NULL AND d.deposit_entry_id IS NULL AND d.reversal_entry_id IS NULL
      AND d.currency = ${account.currency} AND c.chapter_id = ANY (${chapters})
      AND ledger.given_back_in_cash(d.entry_id) < d.gift_minor ORDER BY d.settled_at, d.id`
  const returns = await client.$queryRaw<
    { id: string; number: number; amountMinor: bigint; at: Date; wireReference: string }[]
  >`
    SELECT d.id, d.number, d.amount_minor AS "amountMinor", d.released_at AS at, d.wire_reference AS "wireReference"
    FROM disbursement d JOIN campaign c ON c.id = d.campaign_id
    JOIN ledger.bank_movements v ON v.entry_id = d.release_entry_id AND v.part = 'whole'
      AND v.external_id = ${account.externalId} AND v.currency = ${account.currency}
    WHERE d.status = 'released' AND c.chapter_id = ANY (${chapters}) ORDER BY d.released_at`
  const payouts =
    account.externalId === 'main'
      ? await client.stripePayout.findMany({
          where: {
            currency: account.currency,
            entryId: { not: null },
            arrivalEntryId: null,
            status: { in: ['pending', 'in_transit', 'paid'] },
          },
          orderBy: { arrivalAt: 'asc' },
        })
      : []
  return [
    ...gifts.map(({ id, amountMinor, at, method, reference, name }) => ({
      ...{ key: `gift:${id}`, type: 'gift' as const, id, amountMinor, at },
      label: [METHOD_LABEL[method] ?? 'Offline gift', name ? `from ${name}` : '', reference ? `(${reference})` : '']
        .filter(Boolean)
        .join(' '),
      tokens: [reference, name].filter((token) => token !== null),
      href: '/treasurer/offline-gifts',
    })),
    ...payouts.map(({ id, amountMinor, arrivalAt }) => ({
      ...{ key: `payout:${id}`, type: 'payout' as const, id, amountMinor, at: arrivalAt },
      ...{ label: `Payout ${id}, on its way`, tokens: [id], href: null },
    })),
    ...returns.map(({ id, number, amountMinor, at, wireReference }) => ({
      ...{ key: `return:${id}`, type: 'return' as const, id, amountMinor, at },
      label: `Wire ${wireReference} of disbursement ${number} comes back`,
      tokens: [wireReference, `CP-${String(number).padStart(5, '0')}`],
      href: `/treasurer/disbursements/${id}`,
    })),
  ]
}

const METHOD_LABEL: Readonly<Record<string, string>> = { cash: 'Cash', cheque: 'Cheque', bank_transfer: 'Transfer' }
