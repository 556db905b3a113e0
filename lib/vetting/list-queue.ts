import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { refuseStep } from './policy.ts'
import { personNames } from './queries.ts'
import { isPayable } from './states.ts'
import type { AidGroupStatus, RiskTier } from './types.ts'

/** The queue's filters; each is one link on the page. */
export const queueFilters = ['all', 'mine', 'approve', 'hits', 'ending'] as const
export type QueueFilter = (typeof queueFilters)[number]

/** One dossier as the queue shows it. */
export type QueueRow = {
  id: string
  name: string
  country: string
  chapterName: string
  status: AidGroupStatus
  payable: boolean
  riskTier: RiskTier | null
  /** Who works on it now: the reviewer, or in words who is waited for. */
  holder: string
  /** This person nominated or reviews it, and it is not at rest. */
  isMine: boolean
  /** The second approval is due, and this person may give it. */
  waitsForMyApproval: boolean
  since: Date
  daysInState: number
  /** Of the fourteen gates of the approval, those that are not green. */
  openGates: number
  redGates: number
  openHits: number
  requestsWaiting: number
  approvedUntil: Date | null
  /** Whole days until the approval ends; null without one. Below zero it has ended. */
  endsInDays: number | null
}

const DAY_MS = 86_400_000
/** The queue calls an end near from here on. */
const ENDING_DAYS = 60
const ENDED: readonly AidGroupStatus[] = ['rejected', 'withdrawn']
const RESTING: readonly AidGroupStatus[] = [...ENDED, 'approved', 'approved_with_conditions']

/** Every dossier of the actor's chapters, what has waited longest first; what needs nobody comes after it. */
export async function listQueue(actor: UserActor): Promise<QueueRow[]> {
  const at = now()
  const groups = await readGroups(chapterIdsWith(actor, 'organizer', 'treasurer', 'vetting_reviewer', 'auditor'))
  const counts = await countOpen(
    groups.map(({ id }) => id),
    actor.userId,
    at,
  )
  const reviewers = groups.map(({ reviewedById }) => reviewedById).filter((id) => id !== null)
  const names = await personNames(db(), reviewers)
  return groups.map((group) => rowOf(actor, group, counts.get(group.id) ?? NONE, names, at)).sort(byWaiting)
}

/** Whether the row belongs under the filter. */
export function isUnder(filter: QueueFilter, row: QueueRow): boolean {
  if (filter === 'mine') return row.isMine
  if (filter === 'approve') return row.waitsForMyApproval
  if (filter === 'hits') return row.openHits > 0
  if (filter === 'ending') return row.endsInDays !== null && row.endsInDays < ENDING_DAYS && !ENDED.includes(row.status)
  return true
}

type GroupRow = Awaited<ReturnType<typeof readGroups>>[number]

async function readGroups(chapterIds: string[]) {
  return await db().aidGroup.findMany({
    where: { chapterId: { in: chapterIds } },
    include: {
      chapter: { select: { name: true } },
      changes: { orderBy: { at: 'desc' }, take: 1, select: { at: true } },
    },
  })
}

/** What is open of one dossier. */
export type OpenCounts = { openGates: number; redGates: number; openHits: number; requestsWaiting: number }
type Counts = OpenCounts & { workedOnByActor: boolean }
const NONE: Counts = { openGates: 0, redGates: 0, openHits: 0, requestsWaiting: 0, workedOnByActor: false }

/** What is open of a dossier; it decides nothing about who may see it. */
export async function readOpenCounts(actor: UserActor, aidGroupId: string): Promise<OpenCounts> {
  return (await countOpen([aidGroupId], actor.userId, now())).get(aidGroupId) ?? NONE
}

/** What is open of each dossier, asked of the same functions that stop money. */
async function countOpen(ids: string[], userId: string, at: Date): Promise<Map<string, Counts>> {
  const rows = await db().$queryRaw<(Counts & { id: string })[]>`
    SELECT g.id, gates.open::int AS "openGates", gates.red::int AS "redGates", hits.open::int AS "openHits",
      requests.waiting::int AS "requestsWaiting", aid_group_worked_on_by(g.id, ${userId}::uuid) AS "workedOnByActor"
    FROM aid_group AS g
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE gap.state <> 'green') AS open, count(*) FILTER (WHERE gap.state = 'red') AS red
      FROM aid_group_approval_gaps(g.id, ${at}) AS gap) AS gates
    CROSS JOIN LATERAL (
      SELECT count(*) AS open FROM screening_hit AS h
      WHERE h.screening_id = (SELECT s.id FROM screening AS s WHERE s.aid_group_id = g.id ORDER BY s.at DESC, s.id DESC LIMIT 1)
        AND screening_hit_answer(g.id, h.hit_key, h.blocks) IN ('open', 'second_word')) AS hits
    CROSS JOIN LATERAL (
      SELECT count(*) AS waiting FROM information_request AS r
      WHERE r.aid_group_id = g.id AND r.answered_at IS NULL) AS requests
    WHERE g.id = ANY (${ids}::uuid[])`
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

function rowOf(actor: UserActor, group: GroupRow, counts: Counts, names: Map<string, string>, at: Date): QueueRow {
  const since = group.changes[0]?.at ?? group.createdAt
  const facts = { ...group, workedOnByIds: counts.workedOnByActor ? [actor.userId] : [] }
  const { workedOnByActor: _, ...open } = counts
  return {
    ...open,
    // Nobody works on these gates any more.
    ...(ENDED.includes(group.status) ? { openGates: 0, redGates: 0 } : {}),
    id: group.id,
    name: group.name,
    country: group.country,
    chapterName: group.chapter.name,
    status: group.status,
    payable: isPayable(group, at),
    riskTier: group.riskTier,
    holder: holderOf(group.status, names.get(group.reviewedById ?? '')),
    isMine: !RESTING.includes(group.status) && [group.reviewedById, group.nominatedById].includes(actor.userId),
    waitsForMyApproval: group.status === 'pending_second_approval' && refuseStep(actor, facts, 'approve', at) === null,
    since,
    daysInState: Math.floor((at.getTime() - since.getTime()) / DAY_MS),
    approvedUntil: group.approvedUntil,
    endsInDays: group.approvedUntil && Math.floor((group.approvedUntil.getTime() - at.getTime()) / DAY_MS),
  }
}

/** Who has to act now, by name where one person has taken it on. */
function holderOf(status: AidGroupStatus, reviewer: string | undefined): string {
  if (status === 'draft' || status === 'info_requested') return 'The aid group'
  if (status === 'pending_second_approval') return 'A second reviewer'
  if (status === 'in_review') return reviewer ?? 'Any reviewer'
  if (RESTING.includes(status)) return 'Nobody'
  return 'Any reviewer'
}

/** What needs somebody first, by how long it has waited; then what is approved, by its end; then what has ended. */
function byWaiting(a: QueueRow, b: QueueRow): number {
  const rank = ({ status, openHits, requestsWaiting }: QueueRow) =>
    ENDED.includes(status) ? 2 : RESTING.includes(status) && openHits + requestsWaiting === 0 ? 1 : 0
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (rank(a) === 1) return (a.approvedUntil?.getTime() ?? 0) - (b.approvedUntil?.getTime() ?? 0)
  return a.since.getTime() - b.since.getTime() || (a.id < b.id ? -1 : 1)
}
