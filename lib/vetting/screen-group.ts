import { hasRole } from '#lib/auth/policy.ts'
import type { Actor, SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { logger } from '#lib/log.ts'
import { type LoadedIndex, loadIndex } from '#lib/screening/load-index.ts'
import { recordScreening, type ScreeningRecord } from '#lib/screening/record-screening.ts'
import { requireInScope, stepGroup } from './move-group.ts'
import { canStep } from './states.ts'
import type { AidGroupStatus } from './types.ts'

const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const DAY_MS = 86_400_000
/** An approval's screening counts for 30 days; this leaves ten to find out why one does not happen. */
const AGAIN_AFTER_DAYS = 20
const DUE_MAX = 200

type ScreenInput = { aidGroupId: string; runId?: string }

/**
 * Screens one aid group, its people and its account's holder against the lists in force. A hit that nobody has waved
 * through takes an approved group out of its approval in the same transaction, so that no money can go in between; a
 * submitted one comes under screening. Throws `wrong_state` where no list is in force.
 */
export async function screenAidGroup(actor: Actor, { aidGroupId, runId }: ScreenInput): Promise<ScreeningRecord> {
  await requireInScope(actor, aidGroupId)
  if (actor.kind !== 'system') await requireReviewer(actor, aidGroupId)
  const loaded = await loadIndex()
  if (!loaded) throw new AppError('wrong_state', 'No sanctions list is in force. Bring one in first.')
  return inTransaction((tx) => screenLocked(tx, actor, loaded, { aidGroupId, ...(runId ? { runId } : {}) }))
}

/** The worker's job: what was submitted or changed. Without a list it waits for the sweep that comes after the first one. */
export async function screenQueuedGroup({ aidGroupId }: { aidGroupId: string }): Promise<void> {
  if (await loadIndex()) await screenAidGroup(WORKER, { aidGroupId })
}

/**
 * The worker's job: everyone again. Each aid group is a transaction of its own that counts itself, so a run that was
 * killed goes on where it was. A newer run takes over from an older one. Throws while some group could not be screened,
 * so that the queue comes back to it.
 */
export async function rescreenGroups({ runId }: { runId: string }): Promise<void> {
  const failed = new Set<string>()
  for (;;) {
    if (await endIfOvertaken(runId)) return
    const aidGroupId = await nextOfRun(runId, [...failed])
    if (!aidGroupId) break
    try {
      await screenAidGroup(WORKER, { aidGroupId, runId })
    } catch (error) {
      failed.add(aidGroupId)
      logger().error({ job: 'rescreen-groups', id: aidGroupId, err: error }, 'one aid group was not screened')
    }
  }
  if (failed.size > 0) throw new AppError('unavailable', `${failed.size} aid groups are still to be screened.`)
  await db().$executeRaw`
    UPDATE screening_run SET finished_at = ${now()}, total = done WHERE id = ${runId}::uuid AND finished_at IS NULL`
}

/**
 * Screens what no run has reached: groups whose names changed, that were submitted without a job, or whose screening
 * grows old. Answers how many; run again it finds nothing.
 */
export async function screenDueGroups(actor: SystemActor): Promise<number> {
  const at = now()
  const old = new Date(at.getTime() - AGAIN_AFTER_DAYS * DAY_MS)
  const due = await db().$queryRaw<{ id: string }[]>`
    SELECT g.id FROM aid_group AS g
    WHERE g.status NOT IN ('draft', 'rejected', 'withdrawn')
      AND EXISTS (SELECT FROM list_snapshot AS l WHERE l.status = 'current')
      AND NOT EXISTS (SELECT FROM screening_run AS r WHERE r.finished_at IS NULL AND r.started_at > ${new Date(at.getTime() - 3_600_000)})
      AND (aid_group_screening_gap(g.id, ${at}) IN ('screening_list', 'screening_age')
        OR NOT EXISTS (SELECT FROM screening AS s WHERE s.aid_group_id = g.id AND s.at > ${old}))
    ORDER BY g.status IN ('approved', 'approved_with_conditions', 'expiring') DESC, g.id LIMIT ${DUE_MAX}`
  return runEach(
    'screen-due-groups',
    due.map(({ id }) => id),
    (aidGroupId) => screenAidGroup(actor, { aidGroupId }),
  )
}

async function screenLocked(
  tx: DbClient,
  actor: Actor,
  loaded: LoadedIndex,
  { aidGroupId, runId }: ScreenInput,
): Promise<ScreeningRecord> {
  const [group] = await tx.$queryRaw<{ status: AidGroupStatus }[]>`
    SELECT status::text AS status FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
  if (!group) throw new AppError('not_found', 'There is no such aid group.')
  const record = await recordScreening(tx, actor, { aidGroupId, loaded, ...(runId ? { runId } : {}) })
  if (runId) {
    await tx.$executeRaw`
      UPDATE screening_run SET done = done + 1, hits = hits + ${record.openKeys.length}::int WHERE id = ${runId}::uuid`
  }
  if (group.status === 'submitted') await stepGroup(tx, WORKER, { aidGroupId, event: 'screen' })
  if (record.openKeys.length > 0 && group.status !== 'suspended' && canStep(group.status, 'hit')) {
    await stepGroup(tx, WORKER, { aidGroupId, event: 'hit', reason: describeOpen(record) })
  }
  return record
}

function describeOpen({ openKeys, openUnread }: ScreeningRecord): string {
  const count = (number: number, one: string, many: string) => (number === 1 ? one : `${number} ${many}`)
  const found = openKeys.length - openUnread
  const open = [
    ...(found > 0 ? [count(found, 'a hit', 'hits')] : []),
    ...(openUnread > 0 ? [count(openUnread, 'a name', 'names').concat(' in letters that cannot be compared')] : []),
  ]
  return `A screening against the lists in force has ${open.join(' and ')}, and nobody has answered.`
}

async function requireReviewer(actor: Actor, aidGroupId: string): Promise<void> {
  const { chapterId } = await db().aidGroup.findUniqueOrThrow({
    where: { id: aidGroupId },
    select: { chapterId: true },
  })
  if (hasRole(actor, chapterId, 'vetting_reviewer')) return
  throw new AppError('forbidden', 'Only a vetting reviewer of the chapter can screen an aid group.')
}

/** The next aid group that this run has not screened, those first to whom money may go. */
async function nextOfRun(runId: string, failed: readonly string[]): Promise<string | null> {
  const [next] = await db().$queryRaw<{ id: string }[]>`
    SELECT g.id FROM aid_group AS g
    WHERE g.status NOT IN ('draft', 'rejected', 'withdrawn') AND NOT g.id = ANY (${failed}::uuid[])
      AND NOT EXISTS (SELECT FROM screening AS s WHERE s.run_id = ${runId}::uuid AND s.aid_group_id = g.id)
    ORDER BY g.status IN ('approved', 'approved_with_conditions', 'expiring') DESC, g.id LIMIT 1`
  return next?.id ?? null
}

/** Several lists often come within a minute; only the last of their runs has to see everyone. */
async function endIfOvertaken(runId: string): Promise<boolean> {
  const ended = await db().$queryRaw<unknown[]>`
    UPDATE screening_run AS r SET finished_at = ${now()}
    WHERE r.id = ${runId}::uuid AND r.finished_at IS NULL
      AND EXISTS (SELECT FROM screening_run AS n WHERE (n.started_at, n.id) > (r.started_at, r.id))
    RETURNING r.id`
  if (ended.length > 0) return true
  return (await db().screeningRun.count({ where: { id: runId, finishedAt: null } })) === 0
}
