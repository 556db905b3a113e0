import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { type FundHeadroom, fundHeadroom } from '#lib/ledger/queries.ts'
import { formatMoney } from '#lib/money/format.ts'
import { askGates, type Payment } from './check-gates.ts'
import { wordGates } from './check-words.ts'
import { notFound, requireInScope } from './lock-disbursement.ts'
import { explainGate, GATE_LABELS, needsThirdPerson } from './policy.ts'
import { accountPeople, rowInclude, toRow } from './queries.ts'
import type { DisbursementRow, DisbursementView, EvidenceView, Gate, TimelineEvent } from './types.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * All facts of one disbursement for the people of its chapter. Throws `not_found` for everybody else, and then leaves
 * a line in the audit log.
 */
export async function findDisbursement(actor: Actor, id: string): Promise<DisbursementView> {
  if (!UUID.test(id)) throw notFound()
  await requireInScope(actor, id)
  const found = await db().disbursement.findUniqueOrThrow({
    where: { id },
    include: {
      ...rowInclude,
      lines: { orderBy: { position: 'asc' } },
      evidence: { orderBy: { addedAt: 'asc' }, include: { file: true, line: { select: { position: true } } } },
    },
  })
  const row = toRow(found, await accountPeople([found.aidGroupId]))
  const fund = await fundHeadroom(db(), found.fundId)
  const payment = [...(await paymentGates(found)), ...(await wordGates(found))]
  const timeline = await readTimeline(id)
  const names = await personNames([
    ...timeline.map((event) => event.actorId),
    ...[found.requestedById, found.approvedById, found.releasedById, found.confirmedById, found.sendingById],
  ])
  const named = (userId: string | null) => (userId === null ? null : names(userId))
  return {
    ...row,
    version: found.version,
    chapterName: found.campaign.chapter.name,
    campaignId: found.campaignId,
    campaignSlug: found.campaign.slug,
    aidGroupId: found.aidGroupId,
    lines: found.lines,
    evidence: found.evidence.map(toEvidence),
    requestedBy: names(found.requestedById),
    approvedBy: named(found.approvedById),
    approvedAt: found.approvedAt,
    releasedBy: named(found.releasedById),
    releasedAt: found.releasedAt,
    confirmedBy: named(found.confirmedById),
    confirmedAt: found.confirmedAt,
    endedReason: found.endedReason,
    wireReference: found.wireReference,
    paymentReference: `CP-${String(found.number).padStart(5, '0')}`,
    transferFeeMinor: found.transferFeeMinor,
    sentDespite: readSentDespite(found),
    conditions: readConditions(found),
    sending:
      found.sendingById && found.sendingAt
        ? { by: names(found.sendingById), byId: found.sendingById, at: found.sendingAt }
        : null,
    fund,
    gates: gatesOf(row, fund, payment, named(found.approvedById)),
    timeline: timeline.map(({ actorId, ...event }) => ({ ...event, by: names(actorId) })),
  }
}

type Conditioned = {
  aidGroup: { conditions: string | null; publicAlias: string | null; chapterId: string }
  campaign: { chapterId: string }
}

/** What its approval asks of the group. Its own chapter may have written the real name there, which another one does not know. */
function readConditions({ aidGroup, campaign }: Conditioned): string | null {
  const isHidden = aidGroup.publicAlias !== null && aidGroup.chapterId !== campaign.chapterId
  if (aidGroup.conditions === null || !isHidden) return aidGroup.conditions
  return 'There are some. Ask the vetting reviewers of its own chapter whether they are kept.'
}

function readSentDespite({
  sentDespite,
  sentDespiteReason,
}: {
  sentDespite: string | null
  sentDespiteReason: string | null
}) {
  const asked = Object.entries(GATE_LABELS).find(([gate]) => gate === sentDespite)?.[1]
  return asked === undefined ? null : { asked, reason: sentDespiteReason }
}

type StoredEvidence = {
  id: string
  fileId: string
  caption: string
  takenOn: Date
  line: { position: number } | null
  file: { fileName: string; mediaType: string; byteCount: number }
}

/** Evidence as pages show it. */
export function toEvidence({ id, fileId, caption, takenOn, line, file }: StoredEvidence): EvidenceView {
  const { fileName, mediaType, byteCount } = file
  return { id, fileId, fileName, mediaType, byteCount, caption, takenOn, linePosition: line?.position ?? null }
}

type Payable = Payment & { status: string; aidGroup: { status: string; approvedUntil: Date | null } }

/** What vetting says to this payment now: each gate green, or shut with the reason. */
async function paymentGates(payment: Payable): Promise<Gate[]> {
  if (payment.status !== 'requested' && payment.status !== 'approved') return []
  const around = { group: payment.aidGroup, at: now(), currency: payment.currency }
  const answers = await askGates(db(), payment, around.at)
  return answers.map(({ gate, isShut, fact }) => ({
    key: gate,
    label: GATE_LABELS[gate] ?? gate,
    open: !isShut,
    reason: isShut ? explainGate({ gate, fact }, around) : '',
  }))
}

/** What must be true before the next step, as of now. The step itself looks again, under locks. */
function gatesOf(
  row: DisbursementRow,
  fund: FundHeadroom,
  payment: readonly Gate[],
  approvedBy: string | null,
): Gate[] {
  const money = (amountMinor: bigint) => formatMoney(amountMinor, row.currency)
  const owes: Gate = {
    key: 'receivable',
    label: 'The chapter owes this fund nothing',
    open: fund.receivableMinor === 0n,
    reason:
      fund.receivableMinor === 0n
        ? 'Nothing is owed.'
        : `It owes ${money(fund.receivableMinor)} after a refund of money already spent.`,
  }
  if (row.status === 'requested') {
    const reason = `${money(fund.headroomMinor)} can be promised; this needs ${money(row.amountMinor)}.`
    return [
      { key: 'headroom', label: 'The fund has the money', open: fund.headroomMinor >= row.amountMinor, reason },
      owes,
      ...payment,
    ]
  }
  if (row.status === 'approved') {
    const reason = `${money(fund.bankMinor)} of this fund is in the bank; the wire needs ${money(row.amountMinor)} and its fee.`
    const people = needsThirdPerson(row.facts) ? 'a third person sends it' : 'they or a third person send it'
    return [
      {
        key: 'approval',
        label: 'Another person approved it',
        open: true,
        reason: `${approvedBy ?? 'Somebody'} did; ${people}.`,
      },
      { key: 'bank', label: 'The money is in the bank', open: fund.bankMinor >= row.amountMinor, reason },
      owes,
      ...payment,
    ]
  }
  if (row.status !== 'released') return []
  const count = row.facts.evidenceCount
  const reason = count > 0 ? `${count} ${count === 1 ? 'file' : 'files'} so far.` : 'No file yet.'
  return [{ key: 'evidence', label: 'There is evidence', open: count > 0, reason }]
}

const ACTION_WORDS: Record<string, string> = {
  'disbursement.request': 'Asked for the money',
  'disbursement.edit': 'Changed the request',
  'disbursement.approve': 'Approved; the money is promised',
  'disbursement.reject': 'Rejected',
  'disbursement.cancel': 'Cancelled',
  'disbursement.start': 'Began to make the wire',
  'disbursement.release': 'Recorded the wire',
  'disbursement.confirm': 'Confirmed that the money arrived',
  'disbursement.evidence': 'Added evidence',
  'disbursement.return': 'Recorded that the wire came back',
}

async function readTimeline(id: string): Promise<(Omit<TimelineEvent, 'by'> & { actorId: string })[]> {
  const events = await db().auditEvent.findMany({
    where: { subjectType: 'disbursement', subjectId: id, action: { in: Object.keys(ACTION_WORDS) } },
    orderBy: { id: 'asc' },
  })
  return events.map((event) => {
    // The step's own time: the log's is that of the writing, which differs where history was brought in later.
    const { approvalVoid, at } = event.detail as { approvalVoid?: boolean; at?: string }
    return {
      key: String(event.id),
      at: at ? new Date(at) : event.at,
      action: ACTION_WORDS[event.action] ?? event.action,
      actorId: event.actorId,
      reason: event.reason,
      detail: approvalVoid ? 'The approval it had became void and the promise was taken back.' : null,
    }
  })
}

async function personNames(ids: readonly (string | null)[]): Promise<(id: string) => string> {
  const wanted = [...new Set(ids.filter((id): id is string => id !== null && UUID.test(id)))]
  const people = await db().user.findMany({ where: { id: { in: wanted } }, select: { id: true, name: true } })
  const names = new Map(people.map(({ id, name }) => [id, name ?? 'A person without a name']))
  return (id) => names.get(id) ?? 'The program'
}
