import type { AidCategory } from '#lib/campaigns/types.ts'
import type { DbClient } from '#lib/db/client.ts'
import { findPublished, monthOf } from '#lib/disbursements/find-published.ts'
import { DETAILS_LATER } from '#lib/disbursements/states.ts'
import type { Recipient, SentItem } from './types.ts'

type WireRow = {
  id: string
  on: Date
  returned: boolean
  number: number
  status: SentItem['status']
  currency: string
  minor: bigint
  purpose: string
  groupSlug: string
  groupName: string
  vettedOn: Date | null
  campaignSlug: string
  campaignTitle: string
}

/**
 * The wires that left these funds in the period, by the day the ledger says, and those that came back in it (negative),
 * with what they bought and the evidence that is public. A group that needs an alias has it here, and a payment that is
 * not public yet is an amount in a month.
 */
export async function listSent(
  tx: DbClient,
  fundIds: readonly bigint[],
  span: { from: Date; to: Date },
): Promise<SentItem[]> {
  const wires = await tx.$queryRaw<WireRow[]>`
    SELECT d.id::text AS id, e.effective_at AS "on", e.kind <> 'release' AS returned, d.number, d.status, d.currency,
      -sum(t.money_minor)::bigint AS minor, d.purpose, g.slug AS "groupSlug", coalesce(g.public_alias, g.name) AS "groupName",
      g.approved_at AS "vettedOn", c.slug AS "campaignSlug", c.title AS "campaignTitle"
    FROM ledger.entries e JOIN ledger.transfers t ON t.entry_id = e.id AND t.counter_role = 'in_transit'
    JOIN disbursement d ON e.id IN (d.release_entry_id, d.return_entry_id)
    JOIN aid_group g ON g.id = d.aid_group_id JOIN campaign c ON c.id = d.campaign_id
    WHERE e.kind IN ('release', 'wire_returned') AND t.fund_id = ANY (${[...fundIds]}::bigint[])
      AND e.effective_at >= ${span.from}::timestamptz AND e.effective_at < ${span.to}::timestamptz
    GROUP BY d.id, e.id, e.effective_at, e.kind, g.slug, g.public_alias, g.name, g.approved_at, c.slug, c.title
    ORDER BY e.effective_at, e.id`
  const published = await findPublished(tx, [...new Set(wires.map(({ id }) => id))])
  const [lines, evidence] = await Promise.all([linesOf(tx, [...published]), evidenceOf(tx, [...published])])
  return wires.map((wire) => {
    const { number, currency, minor: amountMinor } = wire
    const campaign = { slug: wire.campaignSlug, title: wire.campaignTitle }
    const shown = { number, currency, amountMinor, campaign }
    if (!published.has(wire.id)) return outline(wire, shown)
    return {
      ...{ ...shown, isPublished: true, on: wire.on, purpose: wire.purpose },
      status: wire.returned ? 'returned' : wire.status,
      aidGroup: { slug: wire.groupSlug, name: wire.groupName, vettedOn: wire.vettedOn },
      lines: lines.get(wire.id) ?? [],
      evidence: wire.returned ? [] : (evidence.get(wire.id) ?? []),
    }
  })
}

function outline(wire: WireRow, shown: Pick<SentItem, 'number' | 'currency' | 'amountMinor' | 'campaign'>): SentItem {
  return {
    ...{ ...shown, isPublished: false, on: monthOf(wire.on), purpose: DETAILS_LATER },
    // Until then nobody learns from the state that the money has arrived.
    status: wire.returned || wire.status === 'returned' ? 'returned' : 'released',
    ...{ aidGroup: null, lines: [], evidence: [] },
  }
}

/** The aid groups of these wires; one whose wires all came back received nothing and is not among them. */
export function recipientsOf(sent: readonly SentItem[]): Recipient[] {
  const groups = Map.groupBy(sent, ({ aidGroup, currency }) => `${aidGroup?.slug ?? ''} ${currency}`)
  return [...groups.values()]
    .flatMap((wires) => {
      const [first] = wires
      if (!first) return []
      const amountMinor = wires.reduce((sum, wire) => sum + wire.amountMinor, 0n)
      const wireCount = wires.filter(({ status }) => status !== 'returned').length
      const group = first.aidGroup ?? { slug: null, name: DETAILS_LATER, vettedOn: null }
      return [{ ...group, currency: first.currency, amountMinor, wireCount }]
    })
    .filter(({ amountMinor }) => amountMinor !== 0n)
}

async function linesOf(tx: DbClient, disbursementIds: string[]): Promise<Map<string, SentItem['lines']>> {
  const lines = await tx.disbursementLine.findMany({
    where: { disbursementId: { in: disbursementIds } },
    orderBy: { position: 'asc' },
    select: { disbursementId: true, position: true, category: true, description: true, amountMinor: true },
  })
  const byParent = Map.groupBy(lines, ({ disbursementId }) => disbursementId)
  return new Map(
    [...byParent].map(([id, own]) => [
      id,
      own.map(({ position, category, description, amountMinor }) => ({
        ...{ position, description, amountMinor },
        category: category satisfies AidCategory,
      })),
    ]),
  )
}

async function evidenceOf(tx: DbClient, disbursementIds: string[]): Promise<Map<string, SentItem['evidence']>> {
  const evidence = await tx.evidence.findMany({
    where: { disbursementId: { in: disbursementIds }, file: { isPublic: true } },
    orderBy: { addedAt: 'asc' },
    include: { file: { select: { mediaType: true, byteCount: true } } },
  })
  const byParent = Map.groupBy(evidence, ({ disbursementId }) => disbursementId)
  return new Map(
    [...byParent].map(([id, own]) => [
      id,
      own.map(({ fileId, caption, takenOn, file }) => ({ fileId, caption, takenOn, ...file })),
    ]),
  )
}
