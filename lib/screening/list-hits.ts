import { type DbClient, db } from '#lib/db/client.ts'
import { nameActors } from './queries.ts'
import type { ListedNameKind, ListSource, MatchReason } from './types.ts'

/** What people have answered: nobody yet; one of two who have to say it is another party; that; the same party. */
type HitAnswer = 'open' | 'second_word' | 'false_positive' | 'true_match'

export type HitView = {
  hitKey: string
  personId: string | null
  queryName: string
  /** Null where the name was compared with nothing, since its letters cannot be read: then `unreadScripts` says which. */
  source: ListSource | null
  unreadScripts: string[]
  externalId: string
  matchedName: string
  /** 0 to 1. */
  score: number
  reasons: MatchReason[]
  /** An identifier is equal. */
  blocks: boolean
  answer: HitAnswer
  dispositions: { verdict: 'false_positive' | 'true_match'; reason: string; by: string; byId: string; at: Date }[]
  /** The entry as the list had it that was searched; null where the snapshot is not there. */
  party: {
    kind: string
    names: { name: string; kind: ListedNameKind }[]
    programs: string[]
    birthDates: string[]
    countries: string[]
    remarks: string | null
  } | null
}

export type ScreeningView = {
  id: string
  at: Date
  /** The person's name, or null when it was a program of ours. */
  by: string | null
  names: { name: string; kind: string; unsupportedScripts: string[] }[]
  unsupportedScripts: string[]
  lists: { source: ListSource; publishedAt: Date | null; importedAt: Date }[]
  hits: HitView[]
  /** Why it does not allow money now: screening_list, screening_age, screening_hit; null when it does. */
  gap: string | null
}

/** The latest screening of an aid group with everything it found, open hits first; null before the first one. */
export async function findScreening(
  aidGroupId: string,
  at: Date,
  client: DbClient = db(),
): Promise<ScreeningView | null> {
  const screening = await client.screening.findFirst({
    where: { aidGroupId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  })
  if (!screening) return null
  const lists = await client.listSnapshot.findMany({
    where: { id: { in: screening.snapshotIds } },
    orderBy: { source: 'asc' },
    select: { source: true, publishedAt: true, importedAt: true },
  })
  const [gap] = await client.$queryRaw<{ gap: string | null }[]>`
    SELECT aid_group_screening_gap(${aidGroupId}::uuid, ${at}) AS gap`
  return {
    ...{ id: screening.id, at: screening.at, unsupportedScripts: screening.unsupportedScripts, lists },
    by: (await nameActors([screening.by])).get(screening.by) ?? null,
    names: screening.names as ScreeningView['names'],
    hits: await readHits(client, screening.id),
    gap: gap?.gap ?? null,
  }
}

/** What of the latest screening nobody has waved through: open hits, second words, true matches. */
export async function listOpenHits(aidGroupId: string, client: DbClient = db()): Promise<HitView[]> {
  const screening = await client.screening.findFirst({
    where: { aidGroupId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: { id: true },
  })
  const hits = screening ? await readHits(client, screening.id) : []
  return hits.filter(({ answer }) => answer !== 'false_positive')
}

type HitRow = Omit<HitView, 'dispositions'> & { aidGroupId: string }

async function readHits(client: DbClient, screeningId: string): Promise<HitView[]> {
  const rows = await client.$queryRaw<HitRow[]>`
    SELECT h.hit_key AS "hitKey", h.aid_group_id AS "aidGroupId", h.person_id AS "personId", h.query_name AS "queryName",
      h.source::text AS source, coalesce(h.unread_scripts, '{}') AS "unreadScripts", h.external_id AS "externalId", h.matched_name AS "matchedName", h.score, h.reasons, h.blocks,
      screening_hit_answer(h.aid_group_id, h.hit_key, h.blocks) AS answer,
      CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('kind', p.kind, 'names', p.names, 'programs', p.programs,
        'birthDates', p.birth_dates, 'countries', p.countries, 'remarks', p.remarks) END AS party
    FROM screening_hit AS h
    JOIN screening AS s ON s.id = h.screening_id
    LEFT JOIN list_snapshot AS l ON l.id = ANY (s.snapshot_ids) AND l.source = h.source
    LEFT JOIN listed_party AS p ON p.snapshot_id = l.id AND p.external_id = h.external_id
    WHERE h.screening_id = ${screeningId}::uuid
    ORDER BY screening_hit_answer(h.aid_group_id, h.hit_key, h.blocks) = 'false_positive', h.blocks DESC, h.score DESC, h.hit_key`
  const said = await client.hitDisposition.findMany({
    where: {
      aidGroupId: { in: rows.slice(0, 1).map((row) => row.aidGroupId) },
      hitKey: { in: rows.map((row) => row.hitKey) },
    },
    orderBy: [{ decidedAt: 'asc' }, { id: 'asc' }],
  })
  const names = await nameActors(said.map(({ decidedById }) => decidedById))
  return rows.map(({ aidGroupId: _, ...row }) => ({
    ...row,
    dispositions: said
      .filter(({ hitKey }) => hitKey === row.hitKey)
      .map(({ verdict, reason, decidedById, decidedAt }) => ({
        ...{ verdict, reason, by: names.get(decidedById) ?? 'somebody', byId: decidedById, at: decidedAt },
      })),
  }))
}
