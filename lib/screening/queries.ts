import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { requireListReader } from './policy.ts'
import { LIST_SOURCES } from './schema.ts'
import type { ListSource } from './types.ts'

export type SnapshotView = {
  id: string
  source: ListSource
  status: 'awaiting_word' | 'current' | 'superseded' | 'refused'
  doubts: string[]
  publishedAt: Date | null
  importedAt: Date
  /** The person's name, or what program of ours it was. */
  importedBy: string
  sha256: string
  fileName: string
  byteCount: number
  rowCount: number
  partyCount: number
  nameCount: number
  addedCount: number
  removedCount: number
  changedCount: number
  previousId: string | null
  decidedBy: string | null
  decidedAt: Date | null
  decidedReason: string | null
  /** When its parties went, all but those that a hit names; null while all are here. */
  prunedAt: Date | null
  prunedCount: number | null
}

export type SourceView = {
  source: ListSource
  current: SnapshotView | null
  /** Lists that wait for a person's word, the newest first. */
  waiting: SnapshotView[]
  /** When a file or answer last said what is in force, new or the same. */
  confirmedAt: Date | null
  /** The last try, when it failed and nothing has come in since. */
  failure: { at: Date; message: string; fileName: string } | null
  isFetched: boolean
}

export type RunView = {
  id: string
  cause: string
  source: ListSource | null
  startedAt: Date
  finishedAt: Date | null
  total: number
  done: number
  hits: number
}

export type UploadView = {
  id: string
  source: ListSource
  fileName: string
  at: Date
  stage: 'waiting' | 'reading' | 'writing' | 'done'
  done: number
  total: number
  outcome: 'current' | 'awaiting_word' | 'unchanged' | 'failed' | null
  message: string | null
  snapshotId: string | null
}

const HISTORY_MAX = 30

/** Every source with its list in force, what waits, and what went wrong. Scoped: `not_found` for whoever has no role. */
export async function listSources(actor: Actor): Promise<SourceView[]> {
  requireListReader(actor)
  const snapshots = await readSnapshots({ status: { in: ['current', 'awaiting_word'] } })
  const tries = await db().$queryRaw<Try[]>`
    SELECT DISTINCT ON (source, outcome = 'failed') source::text AS source, outcome, at, message, file_name AS "fileName"
    FROM list_import ORDER BY source, outcome = 'failed', at DESC, id DESC`
  const addresses = env().SCREENING_LIST_URLS
  // The invented list has no publisher; it is shown where somebody brought one in.
  return LIST_SOURCES.filter(
    (source) => source !== 'demonstration' || snapshots.some((one) => one.source === source),
  ).map((source) => {
    const own = tries.filter((one) => one.source === source)
    const arrived = own.find(({ outcome }) => outcome !== 'failed')
    const failed = own.find(({ outcome }) => outcome === 'failed')
    const isFailing = failed && (!arrived || failed.at > arrived.at)
    return {
      source,
      current: snapshots.find((one) => one.source === source && one.status === 'current') ?? null,
      waiting: snapshots.filter((one) => one.source === source && one.status === 'awaiting_word'),
      confirmedAt: arrived?.at ?? null,
      failure: isFailing ? { at: failed.at, message: failed.message ?? '', fileName: failed.fileName } : null,
      isFetched: source in addresses,
    }
  })
}

type Try = { source: string; outcome: string; at: Date; message: string | null; fileName: string }

/** The latest snapshots of all sources, whatever became of them. */
export async function listSnapshots(actor: Actor): Promise<SnapshotView[]> {
  requireListReader(actor)
  return readSnapshots({}, HISTORY_MAX)
}

/** One snapshot. Throws `not_found`. */
export async function findSnapshot(actor: Actor, id: string): Promise<SnapshotView> {
  requireListReader(actor)
  const [found] = /^[0-9a-f-]{36}$/i.test(id) ? await readSnapshots({ id }) : []
  if (!found) throw new AppError('not_found', 'There is no such list.')
  return found
}

/** The last passes over every aid group, the newest first. */
export async function listRuns(actor: Actor, limit = 5): Promise<RunView[]> {
  requireListReader(actor)
  return db().$queryRaw<RunView[]>`
    SELECT r.id, r.cause, s.source::text AS source, r.started_at AS "startedAt", r.finished_at AS "finishedAt",
      r.total, r.done, r.hits
    FROM screening_run AS r LEFT JOIN list_snapshot AS s ON s.id = r.snapshot_id
    ORDER BY r.started_at DESC, r.id DESC LIMIT ${limit}`
}

const UPLOAD = {
  ...{ id: true, source: true, fileName: true, at: true, stage: true, done: true, total: true },
  ...{ outcome: true, message: true, snapshotId: true },
} as const

/** Lists that people sent and the worker has not ended with, the oldest first. */
export async function listUploads(actor: Actor): Promise<UploadView[]> {
  requireListReader(actor)
  const open = await db().listUpload.findMany({ where: { finishedAt: null }, orderBy: { id: 'asc' }, select: UPLOAD })
  return open as UploadView[]
}

/** One list that somebody sent, and how far it is. Throws `not_found`. */
export async function findUpload(actor: Actor, id: string): Promise<UploadView> {
  requireListReader(actor)
  const found = /^[0-9a-f-]{36}$/i.test(id) ? await db().listUpload.findUnique({ where: { id }, select: UPLOAD }) : null
  if (!found) throw new AppError('not_found', 'There is no such upload.')
  return found as UploadView
}

async function readSnapshots(where: object, take?: number): Promise<SnapshotView[]> {
  const rows = await db().listSnapshot.findMany({
    where,
    orderBy: [{ importedAt: 'desc' }, { id: 'desc' }],
    ...(take === undefined ? {} : { take }),
  })
  const names = await nameActors(rows.flatMap(({ importedBy, decidedById }) => [importedBy, decidedById ?? '']))
  return rows.map(({ decidedById, ...row }) => ({
    ...row,
    importedBy: names.get(row.importedBy) ?? describeProgram(row.importedBy),
    decidedBy: decidedById === null ? null : (names.get(decidedById) ?? 'somebody'),
  }))
}

/** Names of people by the ids under which they acted. */
export async function nameActors(ids: readonly string[]): Promise<Map<string, string>> {
  const people = ids.filter((id) => /^[0-9a-f-]{36}$/.test(id))
  const found = await db().user.findMany({
    where: { id: { in: [...new Set(people)] } },
    select: { id: true, name: true, email: true },
  })
  return new Map(found.map(({ id, name, email }) => [id, name ?? email]))
}

const describeProgram = (id: string) => (id.startsWith('system:') ? 'the program' : 'somebody')
