import { db, type Prisma } from '#lib/db/client.ts'
import { namePublicFile } from '#lib/storage/name-file.ts'
import { toEvidence } from './find-disbursement.ts'
import { findPublished, monthOf } from './find-published.ts'
import { DETAILS_LATER, publicSentence } from './states.ts'
import type { PublicDisbursement } from './types.ts'

const SHOWN = ['approved', 'released', 'confirmed', 'returned'] as const

const include = {
  aidGroup: { select: { name: true, publicAlias: true, publishAfterDays: true } },
  lines: { orderBy: { position: 'asc' } },
  evidence: {
    where: { file: { isPublic: true } },
    orderBy: { addedAt: 'asc' },
    include: { file: true, line: { select: { position: true } } },
  },
} satisfies Prisma.DisbursementInclude

type Row = Prisma.DisbursementGetPayload<{ include: typeof include }>
type Shown = Pick<PublicDisbursement, 'id' | 'number' | 'status' | 'sentence' | 'currency' | 'amountMinor'>

/**
 * What anybody may see of a campaign's disbursements, the newest first: what was promised, sent, confirmed or came
 * back. Requests that nobody approved are not shown, and neither are people, references of wires, or reasons. A group
 * with a public alias appears under it. Before the wire, and as long after it as the group needs, only amount, currency
 * and month are told. Evidence appears once the receipt is confirmed.
 */
export async function listPublishedDisbursements(campaignId: string): Promise<PublicDisbursement[]> {
  const rows = await db().disbursement.findMany({
    where: { campaignId, status: { in: [...SHOWN] } },
    orderBy: { number: 'desc' },
    include,
  })
  const ids = rows.map(({ id }) => id)
  const published = await findPublished(db(), ids)
  return rows.flatMap((row) => {
    const status = SHOWN.find((shown) => shown === row.status)
    if (!status) return []
    const { id, number, currency, amountMinor } = row
    const isPublished = published.has(id)
    // Until then nobody learns from the state that the money has arrived.
    const told = !isPublished && status === 'confirmed' ? 'released' : status
    const shown = { id, number, status: told, sentence: publicSentence(told), currency, amountMinor }
    return [isPublished ? whole(row, shown) : outline(row, shown)]
  })
}

function whole(row: Row, shown: Shown): PublicDisbursement {
  return {
    ...shown,
    isPublished: true,
    on: row.endedAt ?? row.confirmedAt ?? row.releasedAt ?? row.approvedAt ?? row.requestedAt,
    aidGroupName: publicNameOf(row),
    purpose: row.purpose,
    lines: row.lines.map(({ id, position, category, description, amountMinor }) => ({
      ...{ id, position, category, description, amountMinor },
    })),
    evidence: shown.status === 'confirmed' ? row.evidence.map(publicEvidence) : [],
  }
}

/** The name that the file came with may say what nobody checked; it is served under another one. */
function publicEvidence(item: Row['evidence'][number], index: number): PublicDisbursement['evidence'][number] {
  return { ...toEvidence(item), fileName: namePublicFile(item.file.mediaType, index + 1) }
}

function outline(row: Row, shown: Shown): PublicDisbursement {
  return {
    ...shown,
    isPublished: false,
    on: monthOf(row.releasedAt ?? row.approvedAt ?? row.requestedAt),
    aidGroupName: row.aidGroup.publishAfterDays === 0 ? publicNameOf(row) : null,
    purpose: DETAILS_LATER,
    lines: [],
    evidence: [],
  }
}

const publicNameOf = ({ aidGroup }: Row) => aidGroup.publicAlias ?? aidGroup.name
