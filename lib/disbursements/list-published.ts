import { db } from '#lib/db/client.ts'
import { toEvidence } from './find-disbursement.ts'
import { publicSentence } from './states.ts'
import type { PublicDisbursement } from './types.ts'

const SHOWN = ['approved', 'released', 'confirmed', 'returned'] as const

/**
 * What anybody may see of a campaign's disbursements, the newest first: what was promised, sent, confirmed or came
 * back. Requests that nobody approved are not shown, and neither are people, references of wires, or reasons. A group
 * with a public alias appears under it. Evidence appears once the receipt is confirmed.
 */
export async function listPublishedDisbursements(campaignId: string): Promise<PublicDisbursement[]> {
  const rows = await db().disbursement.findMany({
    where: { campaignId, status: { in: [...SHOWN] } },
    orderBy: { number: 'desc' },
    include: {
      aidGroup: { select: { name: true, publicAlias: true } },
      lines: { orderBy: { position: 'asc' } },
      evidence: {
        where: { file: { isPublic: true } },
        orderBy: { addedAt: 'asc' },
        include: { file: true, line: { select: { position: true } } },
      },
    },
  })
  return rows.flatMap((row) => {
    const status = SHOWN.find((shown) => shown === row.status)
    if (!status) return []
    return {
      id: row.id,
      number: row.number,
      status,
      on: row.endedAt ?? row.confirmedAt ?? row.releasedAt ?? row.approvedAt ?? row.requestedAt,
      sentence: publicSentence(status),
      aidGroupName: row.aidGroup.publicAlias ?? row.aidGroup.name,
      purpose: row.purpose,
      currency: row.currency,
      amountMinor: row.amountMinor,
      lines: row.lines.map(({ id, position, category, description, amountMinor }) => ({
        id,
        position,
        category,
        description,
        amountMinor,
      })),
      evidence: status === 'confirmed' ? row.evidence.map(toEvidence) : [],
    }
  })
}
