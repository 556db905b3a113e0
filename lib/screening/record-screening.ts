import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { recordEvent } from '#lib/audit/record-event.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient, Prisma } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import type { LoadedIndex } from './load-index.ts'
import { searchIndex } from './search-index.ts'
import type { ListSource, Match, NameQuery, PartyKind } from './types.ts'

type BorneName = {
  name: string
  kind: string
  personId: string | null
  birthDate: string | null
  country: string | null
}
type FoundHit = { bearer: string; personId: string | null; queryName: string; partyDigest: string; match: Match }
export type ScreeningRecord = {
  screeningId: string
  hitCount: number
  /** Hits and unread names that nobody has waved through, by key. */
  openKeys: string[]
  /** How many of those are names in letters that cannot be compared. */
  openUnread: number
  unsupportedScripts: string[]
}

/**
 * Searches every name of an aid group in the lists in force and writes what was asked and found. The caller holds the
 * aid group's row and has loaded the index before the transaction; should another list have come meanwhile, the
 * screening says which lists it saw, and the gap stays open until the next one.
 */
export async function recordScreening(
  tx: DbClient,
  actor: Actor,
  { aidGroupId, runId, loaded }: { aidGroupId: string; runId?: string; loaded: LoadedIndex },
): Promise<ScreeningRecord> {
  const names = await readNames(tx, aidGroupId)
  const [facts] = await tx.$queryRaw<{ digest: string; number: string | null; chapterId: string }[]>`
    SELECT aid_group_names_digest(g.id) AS digest, g.chapter_id AS "chapterId", (
      SELECT s.data ->> 'number' FROM dossier_section AS s
      WHERE s.aid_group_id = g.id AND s.section = 'registration' ORDER BY s.version DESC LIMIT 1) AS number
    FROM aid_group AS g WHERE g.id = ${aidGroupId}::uuid`
  if (!facts) throw new Error('an aid group that is locked exists')
  const { hits, asked, unsupportedScripts } = await searchNames(names, facts.number, loaded)
  const unread = findUnread(asked, loaded.snapshotIds)
  const screeningId = newId()
  await tx.screening.create({
    data: {
      ...{ id: screeningId, aidGroupId, runId: runId ?? null, at: now(), by: actorId(actor) },
      ...{ namesDigest: facts.digest, names: asked, snapshotIds: loaded.snapshotIds, unsupportedScripts },
    },
  })
  const rows = [
    ...hits.map((hit) => hitRow(screeningId, aidGroupId, hit)),
    ...unread.map((name) => unreadRow(screeningId, aidGroupId, name)),
  ]
  await tx.screeningHit.createMany({ data: rows })
  const open = await listOpen(tx, screeningId)
  const [openKeys, openUnread] = [open.map(({ key }) => key), open.filter(({ isUnread }) => isUnread).length]
  await recordEvent(tx, actor, {
    ...{ action: 'aid_group.screened', subjectType: 'aid_group', subjectId: aidGroupId, chapterId: facts.chapterId },
    detail: { screeningId, names: names.length, hits: rows.length, openHits: openKeys.length, unsupportedScripts },
  })
  return { screeningId, hitCount: rows.length, openKeys, openUnread, unsupportedScripts }
}

async function readNames(tx: DbClient, aidGroupId: string): Promise<BorneName[]> {
  return tx.$queryRaw<BorneName[]>`
    SELECT n.name, n.kind, n.person_id AS "personId", n.birth_date::text AS "birthDate", n.country
    FROM aid_group_names(${aidGroupId}::uuid) AS n ORDER BY n.kind, n.person_id, n.name COLLATE "C"`
}

type AskedName = BorneName & { unsupportedScripts: string[]; hits: number }

/** One hit for each bearer of names and each listed party: the name that is nearest to the list's. */
async function searchNames(
  names: readonly BorneName[],
  registrationNumber: string | null,
  { index, digests }: LoadedIndex,
) {
  const nearest = new Map<string, FoundHit>()
  const asked: AskedName[] = []
  const unsupported = new Set<string>()
  for (const borne of names) {
    // Each name takes milliseconds; between two of them whoever waits for this process gets their turn.
    await setImmediate()
    const bearer = bearerOf(borne)
    // Nobody who reaches the threshold is left out: a common name has as many hits as it has.
    const answer = searchIndex(index, queryOf(borne, registrationNumber), { limit: Infinity })
    for (const script of answer.unsupportedScripts) unsupported.add(script)
    asked.push({ ...borne, unsupportedScripts: answer.unsupportedScripts, hits: answer.matches.length })
    for (const match of answer.matches) {
      const known = nearest.get(`${bearer} ${match.partyId}`)
      if (known && (known.match.blocks || !match.blocks) && known.match.score >= match.score) continue
      const partyDigest = digests.get(match.partyId) ?? ''
      const hit = { bearer, personId: borne.personId, queryName: borne.name, partyDigest, match }
      nearest.set(`${bearer} ${match.partyId}`, hit)
    }
  }
  return { hits: [...nearest.values()], asked, unsupportedScripts: [...unsupported].sort() }
}

/**
 * Whoever bears a name: one of the people, or the organization under all its names. Everybody else (contact, signers,
 * references, bank, carriers, partners) is a party of its own: a hit on one must not hide a hit on another, nor may
 * one's readable name speak for another's that nobody can compare.
 */
const bearerOf = ({ personId, kind, name }: BorneName) =>
  personId ?? (kind === 'organization' ? kind : `${kind} ${name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ')}`)

type UnreadName = AskedName & { basis: string[] }

/**
 * Names in letters that no table reads: compared with nothing, so a person has to say who that is. Their word holds while
 * the bearer's other spellings, which every list is searched for, stay as they were; without any such spelling it
 * holds for these lists only.
 */
function findUnread(asked: readonly AskedName[], snapshotIds: readonly string[]): UnreadName[] {
  const unread = new Map<string, UnreadName>()
  for (const one of asked.filter(({ unsupportedScripts }) => unsupportedScripts.length > 0)) {
    const compared = asked
      .filter((other) => bearerOf(other) === bearerOf(one) && other.unsupportedScripts.length === 0)
      .map(({ name }) => name)
    const basis = compared.length > 0 ? [...new Set(compared)].sort() : [...snapshotIds].sort()
    unread.set(`${bearerOf(one)} ${one.name}`, { ...one, basis })
  }
  return [...unread.values()]
}

function unreadRow(screeningId: string, aidGroupId: string, unread: UnreadName): Prisma.ScreeningHitCreateManyInput {
  const { name, personId, unsupportedScripts, basis } = unread
  const facts = ['unread', aidGroupId, bearerOf(unread), name, [...unsupportedScripts].sort(), basis]
  return {
    ...{ screeningId, aidGroupId, personId, queryName: name, source: null, unreadScripts: unsupportedScripts },
    ...{ externalId: '', partyDigest: '', matchedName: '', score: 0, reasons: [] },
    hitKey: createHash('sha256').update(JSON.stringify(facts)).digest('hex'),
  }
}

function queryOf(borne: BorneName, registrationNumber: string | null): NameQuery {
  // Whoever holds the account may be a person or an organization, so its name is compared with everybody's.
  const kind = borne.kind === 'other' ? null : (borne.kind as PartyKind)
  return {
    name: borne.name,
    ...(kind === null ? {} : { kind }),
    ...(borne.birthDate === null ? {} : { birthDate: borne.birthDate }),
    ...(borne.country === null ? {} : { country: borne.country }),
    ...(kind === 'organization' && registrationNumber
      ? { identifiers: [{ type: 'registration', value: registrationNumber }] }
      : {}),
  }
}

function hitRow(screeningId: string, aidGroupId: string, hit: FoundHit): Prisma.ScreeningHitCreateManyInput {
  const { match, bearer, personId, queryName, partyDigest } = hit
  const { source, externalId, matchedName, score, reasons, blocks } = match
  const key = [aidGroupId, bearer, queryName, source, externalId, partyDigest]
  return {
    ...{ screeningId, aidGroupId, personId, queryName, source: source as ListSource, externalId, partyDigest },
    ...{ matchedName, score: Math.min(1, Math.max(0, score)), reasons, blocks },
    hitKey: createHash('sha256').update(JSON.stringify(key)).digest('hex'),
  }
}

function listOpen(tx: DbClient, screeningId: string): Promise<{ key: string; isUnread: boolean }[]> {
  return tx.$queryRaw<{ key: string; isUnread: boolean }[]>`
    SELECT h.hit_key AS key, h.source IS NULL AS "isUnread" FROM screening_hit AS h
    WHERE h.screening_id = ${screeningId}::uuid
      AND screening_hit_answer(h.aid_group_id, h.hit_key, h.blocks) <> 'false_positive'`
}
