import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { requireListReader } from './policy.ts'
import type { ListedNameKind } from './types.ts'

type PartyFacts = {
  kind: string
  names: { name: string; kind: ListedNameKind }[]
  programs: string[]
  birthDates: string[]
  countries: string[]
  remarks: string | null
}
export type PartyChange = {
  externalId: string
  change: 'added' | 'removed' | 'changed'
  before: PartyFacts | null
  after: PartyFacts | null
}
export type SnapshotDiff = { changes: PartyChange[]; added: number; removed: number; changed: number }

/** How many parties a page shows. */
export const DIFF_PAGE = 100

/**
 * Who is new on a list, gone from it, or changed, against another snapshot or, without one, against nothing. `page`
 * counts from 0. The counts are of the whole difference. Null where one of the two has no parties here any more.
 */
export async function diffSnapshots(
  actor: Actor,
  { fromId, toId, page = 0 }: { fromId: string | null; toId: string; page?: number },
): Promise<SnapshotDiff | null> {
  requireListReader(actor)
  const ids = [toId, ...(fromId === null ? [] : [fromId])]
  if ((await db().listSnapshot.count({ where: { id: { in: ids }, prunedAt: { not: null } } })) > 0) return null
  const changes = await db().$queryRaw<PartyChange[]>`
    SELECT coalesce(a.external_id, b.external_id) AS "externalId",
      CASE WHEN b.id IS NULL THEN 'added' WHEN a.id IS NULL THEN 'removed' ELSE 'changed' END AS change,
      CASE WHEN b.id IS NOT NULL THEN jsonb_build_object('kind', b.kind, 'names', b.names, 'programs', b.programs,
        'birthDates', b.birth_dates, 'countries', b.countries, 'remarks', b.remarks) END AS before,
      CASE WHEN a.id IS NOT NULL THEN jsonb_build_object('kind', a.kind, 'names', a.names, 'programs', a.programs,
        'birthDates', a.birth_dates, 'countries', a.countries, 'remarks', a.remarks) END AS after
    FROM (SELECT * FROM listed_party WHERE snapshot_id = ${toId}::uuid) AS a
    FULL JOIN (SELECT * FROM listed_party WHERE snapshot_id = ${fromId}::uuid) AS b ON b.external_id = a.external_id
    WHERE a.digest IS DISTINCT FROM b.digest
    ORDER BY CASE WHEN b.id IS NULL THEN 0 WHEN a.id IS NULL THEN 1 ELSE 2 END, 1
    LIMIT ${DIFF_PAGE} OFFSET ${page * DIFF_PAGE}`
  const [counts] = await db().$queryRaw<{ added: number; removed: number; changed: number }[]>`
    SELECT count(*) FILTER (WHERE b.id IS NULL)::int AS added, count(*) FILTER (WHERE a.id IS NULL)::int AS removed,
      count(*) FILTER (WHERE a.id IS NOT NULL AND b.id IS NOT NULL)::int AS changed
    FROM (SELECT id, external_id, digest FROM listed_party WHERE snapshot_id = ${toId}::uuid) AS a
    FULL JOIN (SELECT id, external_id, digest FROM listed_party WHERE snapshot_id = ${fromId}::uuid) AS b
      ON b.external_id = a.external_id
    WHERE a.digest IS DISTINCT FROM b.digest`
  return { changes, ...(counts ?? { added: 0, removed: 0, changed: 0 }) }
}
