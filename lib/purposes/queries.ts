import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { checkPurpose, type Findings } from './check-purpose.ts'
import { refuseReview, reviewableChapterIds } from './policy.ts'
import type {
  Finding,
  Gate,
  PurposeCase,
  PurposeForDesk,
  PurposeReviewView,
  RefusalCount,
  WordChangeView,
  WordKind,
  WordLanguage,
  WordView,
} from './types.ts'

const CHANGES_MAX = 200
const WAITING_MAX = 200

/** The entries of one language and kind for administrators, those in force first. */
export async function listWords(actor: Actor, filter: { language: WordLanguage; kind: WordKind }): Promise<WordView[]> {
  requireAdmin(actor)
  const rows = await db().purposeWord.findMany({ where: filter, orderBy: [{ category: 'asc' }, { word: 'asc' }] })
  const names = await namesOf(
    db(),
    rows.flatMap(({ addedById, retiredById }) => [addedById, retiredById]),
  )
  const views = rows.map((row): WordView => {
    const { id, word, category, minKilowatts, addedById, addedAt, reason, retiredAt, retiredById, retiredReason } = row
    const retired = retiredAt && { at: retiredAt, by: names.get(retiredById ?? '') ?? '', reason: retiredReason ?? '' }
    const addedBy = addedById && (names.get(addedById) ?? 'Somebody')
    return { ...filter, id, word, category, minKilowatts, addedBy, addedAt, reason, retired }
  })
  return [...views.filter(({ retired }) => !retired), ...views.filter(({ retired }) => retired)]
}

/** What the list would do with a sentence, for an administrator who tries one. */
export async function trySentence(actor: Actor, sentence: string): Promise<Findings> {
  requireAdmin(actor)
  return checkPurpose(db(), [sentence])
}

/** How many entries are in force, by language and kind. */
export async function countWords(actor: Actor): Promise<{ language: string; kind: string; count: number }[]> {
  requireAdmin(actor)
  const groups = await db().purposeWord.groupBy({
    by: ['language', 'kind'],
    where: { retiredAt: null },
    _count: { _all: true },
  })
  return groups.map(({ language, kind, _count }) => ({ language, kind, count: _count._all }))
}

/** What people changed in the list, the newest first; not what came with the program. */
export async function listWordChanges(actor: Actor): Promise<WordChangeView[]> {
  requireAdmin(actor)
  const rows = await db().purposeWordChange.findMany({
    where: { byId: { not: null } },
    include: { word: { select: { word: true, language: true, kind: true } } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: CHANGES_MAX,
  })
  const names = await namesOf(
    db(),
    rows.map(({ byId }) => byId),
  )
  return rows.map(({ id, at, byId, change, reason, word }) => ({
    ...{ id, at, reason, word: word.word, by: names.get(byId ?? '') ?? null },
    change: change as WordChangeView['change'],
    language: word.language as WordLanguage,
    kind: word.kind as WordKind,
  }))
}

/** Requests of the actor's chapters whose dual-use words nobody has decided about, the oldest first. */
export async function listWaitingReviews(actor: Actor): Promise<PurposeCase[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT d.id FROM disbursement d JOIN campaign c ON c.id = d.campaign_id
    WHERE d.status = 'requested' AND c.chapter_id = ANY (${reviewableChapterIds(actor)}::uuid[])
      AND NOT EXISTS (SELECT FROM purpose_review r WHERE r.disbursement_id = d.id AND r.version = d.version)
      AND EXISTS (SELECT FROM purpose_findings_of(d.id) AS f WHERE f.kind = 'dual_use')
    ORDER BY d.requested_at LIMIT ${WAITING_MAX}`
  const cases: PurposeCase[] = []
  for (const { id } of rows) {
    const found = await findPurposeCase(db(), id)
    if (found) cases.push(found)
  }
  return cases
}

/** The same for one disbursement's page, with why the reader may not decide about it; null where there is nothing to say. */
export async function findPurposeForDesk(actor: Actor, disbursementId: string): Promise<PurposeForDesk | null> {
  const found = await findPurposeCase(db(), disbursementId)
  if (!found || !reviewableChapterIds(actor).includes(found.chapterId)) return null
  if (found.findings.length === 0 && !found.review) return null
  const refusal = refuseReview(actor, { ...found, isReviewed: found.review !== null })
  return { ...found, refusal: refusal?.message ?? null }
}

/**
 * What the list says about one disbursement, and who decided what about this version. The caller has made sure that
 * the reader may see the disbursement.
 */
export async function findPurposeCase(client: DbClient, disbursementId: string): Promise<PurposeCase | null> {
  const row = await client.disbursement.findUnique({
    where: { id: disbursementId },
    include: {
      campaign: { select: { chapterId: true, title: true } },
      aidGroup: { select: { chapterId: true, name: true, publicAlias: true } },
      lines: { orderBy: { position: 'asc' }, select: { position: true, description: true } },
      purposeReviews: { orderBy: { version: 'desc' }, take: 1 },
    },
  })
  if (!row) return null
  const findings = await client.$queryRaw<(Finding & { place: number })[]>`
    SELECT f.word_id AS "wordId", f.language, f.kind, f.word, f.category, f.found, f.at, f.place
    FROM purpose_findings_of(${disbursementId}::uuid) AS f`
  const [last] = row.purposeReviews
  const names = await namesOf(client, [row.requestedById, last?.decidedById ?? null])
  const places = [0, ...row.lines.map(({ position }) => position)]
  return {
    disbursementId,
    number: row.number,
    version: row.version,
    chapterId: row.campaign.chapterId,
    campaignTitle: row.campaign.title,
    // As deskName of lib/vetting has it, which this room may not import.
    aidGroupName:
      (row.aidGroup.chapterId === row.campaign.chapterId ? null : row.aidGroup.publicAlias) ?? row.aidGroup.name,
    requestedById: row.requestedById,
    requestedBy: names.get(row.requestedById) ?? 'Somebody',
    requestedAt: row.requestedAt,
    status: row.status,
    texts: [row.purpose, ...row.lines.map(({ description }) => description)],
    findings: findings.map(({ place, ...finding }) => ({ ...finding, text: places.indexOf(place) })),
    review: last && isOfThisText(row, last) ? reviewView(last, names) : null,
  }
}

/** How often each gate said no, by year, the newest year first. For everybody: it names nobody and no aid group. */
export async function listRefusals(): Promise<RefusalCount[]> {
  return db().$queryRaw<{ year: number; gate: Gate; count: number }[]>`
    SELECT extract(year FROM refused_on)::integer AS year, gate, count(*)::integer AS count
    FROM gate_refusal GROUP BY 1, 2 ORDER BY 1 DESC, 3 DESC, 2`
}

type Decided = {
  version: number
  verdict: string
  wordIds: string[]
  words: string[]
  reason: string
  decidedById: string
  decidedAt: Date
}

// Each step is the next version, so after the approval the review is of an older one; only a request's text changes.
function isOfThisText(row: { status: string; version: number }, review: Decided): boolean {
  return row.status === 'requested' ? review.version === row.version : true
}

function reviewView(review: Decided, names: Map<string, string>): PurposeReviewView {
  const { version, verdict, wordIds, words, reason, decidedById, decidedAt } = review
  const by = names.get(decidedById) ?? 'Somebody'
  return { version, verdict: verdict as PurposeReviewView['verdict'], wordIds, words, reason, by, at: decidedAt }
}

async function namesOf(client: DbClient, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  const people = await client.user.findMany({ where: { id: { in: wanted } }, select: { id: true, name: true } })
  return new Map(people.map(({ id, name }) => [id, name ?? 'Somebody']))
}
