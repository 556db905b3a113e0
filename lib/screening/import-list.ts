import { createHash } from 'node:crypto'
import { recordEvent } from '#lib/audit/record-event.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { extractFiles } from './extract-files.ts'
import { parseList } from './parse-list.ts'
import { requireListKeeper } from './policy.ts'
import { type ListFile, messageOf } from './read-text.ts'
import { type DigestedParty, digestParties, saveParties } from './save-parties.ts'
import { importSchema } from './schema.ts'
import { queueRun } from './start-run.ts'
import type { ListSource, ParsedList } from './types.ts'

type Way = 'upload' | 'folder' | 'address' | 'seed'
type Doubt = 'shrunk' | 'older'
export type ImportResult = { snapshotId: string; outcome: 'current' | 'awaiting_word' | 'unchanged'; doubts: Doubt[] }

/** What whoever brings a list in hears of it on the way, and writes in the transaction in which it ends. */
export type ImportSteps = {
  /** How many parties are written, of how many; not part of the transaction. */
  onWritten: (done: number, total: number) => Promise<void>
  finish: (tx: DbClient, end: ImportEnd) => Promise<void>
}
type ImportEnd = { outcome: ImportResult['outcome']; snapshotId: string } | { outcome: 'failed'; message: string }

/** A list of several hundred thousand parties takes minutes to write on a slow disk. */
const WRITE_MS_MAX = 10 * 60_000

/**
 * Brings in a publisher's list: { source, files: [{ name, bytes }], way? }. It is read whole first; then one transaction
 * writes the snapshot, puts it in force and asks for everyone to be screened again. The same files again change nothing.
 * A list that lost a tenth of its rows, or is older than the one in force, waits for a person's word and changes nothing
 * until then. Throws `invalid_input` with file, line and what was expected; the failure is kept for the page.
 */
export async function importList(actor: Actor, input: unknown, steps?: ImportSteps): Promise<ImportResult> {
  requireListKeeper(actor)
  const { source, files, way } = parseInput(importSchema, input)
  const sha256 = hashFiles(files)
  try {
    const known = await findKnown(db(), source, sha256)
    const parsed = known ? null : parseList(source, extractFiles(files))
    return await inLongTransaction(async (tx) => {
      const result = await keepList(tx, actor, { source, way, files, sha256, parsed }, steps)
      await steps?.finish(tx, result)
      return result
    })
  } catch (error) {
    if (error instanceof AppError) {
      await recordFailure(actor, { source, way, files, sha256, message: messageOf(error) }, steps)
    }
    throw error
  }
}

function inLongTransaction<Result>(work: (tx: DbClient) => Promise<Result>): Promise<Result> {
  return db().$transaction(work, { isolationLevel: 'ReadCommitted', maxWait: 10_000, timeout: WRITE_MS_MAX })
}

/** One hash for all files of a list, whatever order they came in; of one file it is the file's own. */
function hashFiles(files: readonly ListFile[]): string {
  const digests = files.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')).sort()
  return digests.length === 1 ? (digests[0] ?? '') : createHash('sha256').update(digests.join('\n')).digest('hex')
}

/** Keeps that a list could not be brought in, for the page that shows how old the one in force is. */
export async function recordFailure(
  actor: Actor,
  facts: { source: ListSource; way: Way; files: readonly { name: string }[]; sha256?: string; message: string },
  steps?: ImportSteps,
): Promise<void> {
  const message = facts.message.slice(0, 1000)
  await inTransaction(async (tx) => {
    await tx.listImport.create({
      data: {
        ...{ source: facts.source, way: facts.way, at: now(), by: actorId(actor), outcome: 'failed', message },
        ...{ fileName: namesOf(facts.files), sha256: facts.sha256 ?? null },
      },
    })
    await steps?.finish(tx, { outcome: 'failed', message })
  })
}

type Arrival = { source: ListSource; way: Way; files: readonly ListFile[]; sha256: string; parsed: ParsedList | null }

async function keepList(tx: DbClient, actor: Actor, arrival: Arrival, steps?: ImportSteps): Promise<ImportResult> {
  const { source, sha256, files } = arrival
  await lockSource(tx, source)
  const known = await findKnown(tx, source, sha256)
  if (known) {
    await recordImport(tx, actor, arrival, known, 'unchanged')
    return { snapshotId: known, outcome: 'unchanged', doubts: [] }
  }
  const parsed = arrival.parsed ?? parseList(source, extractFiles(files))
  const parties = digestParties(parsed.parties)
  const current = await tx.listSnapshot.findFirst({ where: { source, status: 'current' } })
  const counts = countParsed(parsed)
  const doubts = current
    ? await listDoubts(tx, { source, sha256, publishedAt: parsed.publishedAt }, counts, current)
    : []
  const status = doubts.length > 0 ? 'awaiting_word' : 'current'
  const changes = await countChanges(tx, current?.id ?? null, parties)
  const id = newId()
  if (status === 'current') await supersede(tx, source)
  await tx.listSnapshot.create({
    data: {
      ...{ id, source, status, doubts, sha256, ...counts, ...changes, publishedAt: parsed.publishedAt },
      ...{ fileName: namesOf(files), byteCount: files.reduce((sum, { bytes }) => sum + bytes.length, 0) },
      ...{ previousId: current?.id ?? null, importedBy: actorId(actor), importedAt: now() },
    },
  })
  await saveParties(tx, id, parties, steps?.onWritten)
  await recordImport(tx, actor, arrival, id, status)
  if (status === 'current') await queueRun(tx, actor, { cause: 'new_list', snapshotId: id })
  const detail = { source, sha256, doubts, ...counts, ...changes }
  await recordEvent(tx, actor, { action: 'list.import', subjectType: 'list_snapshot', subjectId: id, detail })
  return { snapshotId: id, outcome: status, doubts }
}

/** Two imports of one source follow one another; the word on a waiting snapshot takes the same lock. */
export async function lockSource(tx: DbClient, source: ListSource): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`screening-list:${source}`}, 0))`
}

/** Takes the list that is in force out of force; the caller puts another one there. */
export async function supersede(tx: DbClient, source: ListSource): Promise<void> {
  await tx.listSnapshot.updateMany({ where: { source, status: 'current' }, data: { status: 'superseded' } })
}

/** The very same files, in force or waiting for a word. */
async function findKnown(client: DbClient, source: ListSource, sha256: string): Promise<string | null> {
  const found = await client.listSnapshot.findFirst({
    where: { source, sha256, status: { in: ['current', 'awaiting_word'] } },
    select: { id: true },
  })
  return found?.id ?? null
}

type Counts = { rowCount: number; partyCount: number; nameCount: number }

function countParsed({ parties, rowCount }: ParsedList): Counts {
  const nameCount = parties.reduce((sum, { names }) => sum + names.length, 0)
  return { rowCount, partyCount: parties.length, nameCount }
}

/** A tenth fewer rows, parties or names is more than publishers take off in a day: rather half a file than news. */
async function listDoubts(
  tx: DbClient,
  fresh: { source: ListSource; sha256: string; publishedAt: Date | null },
  counts: Counts,
  current: Counts & { publishedAt: Date | null },
): Promise<Doubt[]> {
  const doubts: Doubt[] = []
  const lost = (['rowCount', 'partyCount', 'nameCount'] as const).some((of) => counts[of] * 10 <= current[of] * 9)
  if (lost) doubts.push('shrunk')
  const wasInForce = await tx.listSnapshot.count({
    where: { source: fresh.source, sha256: fresh.sha256, status: { in: ['superseded', 'refused'] } },
  })
  const isOlder = fresh.publishedAt !== null && current.publishedAt !== null && fresh.publishedAt < current.publishedAt
  if (isOlder || wasInForce > 0) doubts.push('older')
  return doubts
}

async function countChanges(tx: DbClient, currentId: string | null, parties: readonly DigestedParty[]) {
  const before = currentId
    ? await tx.listedParty.findMany({ where: { snapshotId: currentId }, select: { externalId: true, digest: true } })
    : []
  const known = new Map(before.map(({ externalId, digest }) => [externalId, digest]))
  let addedCount = 0
  let changedCount = 0
  for (const { externalId, digest } of parties) {
    const digestBefore = known.get(externalId)
    if (digestBefore === undefined) addedCount += 1
    else if (digestBefore !== digest) changedCount += 1
  }
  return { addedCount, changedCount, removedCount: before.length - (parties.length - addedCount) }
}

async function recordImport(
  tx: DbClient,
  actor: Actor,
  { source, way, files, sha256 }: Arrival,
  snapshotId: string,
  outcome: ImportResult['outcome'],
): Promise<void> {
  await tx.listImport.create({
    data: { source, way, fileName: namesOf(files), at: now(), by: actorId(actor), outcome, sha256, snapshotId },
  })
}

/** Names of files as the history shows them. */
export const namesOf = (files: readonly { name: string }[]) =>
  files
    .map(({ name }) => name)
    .join(', ')
    .slice(0, 400)
