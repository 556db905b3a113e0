import { type DbClient, db } from '#lib/db/client.ts'
import { buildIndexInTurns, type ScreeningIndex } from './build-index.ts'
import type { ListedEntry, ListSource, PartyKind } from './types.ts'

/** The lists in force, ready to be searched. */
export type LoadedIndex = {
  index: ScreeningIndex
  snapshotIds: string[]
  /** The digest of each party's entry, by partyId: what a hit is a hit on. */
  digests: ReadonlyMap<string, string>
}

type Cached = { key: string; loading: Promise<LoadedIndex> }
// Next reloads modules in development; an index of sixty megabytes is not built twice for that.
const holder = globalThis as typeof globalThis & { commonPurseIndex?: Cached }

const BATCH = 500

/**
 * The index over all lists in force, built once and kept until another snapshot is in force. OFAC and the UN together
 * take about a second and 40 MB in each process that screens. Null where no list is in force.
 */
export async function loadIndex(client: DbClient = db()): Promise<LoadedIndex | null> {
  const snapshots = await client.listSnapshot.findMany({
    where: { status: 'current' },
    orderBy: { id: 'asc' },
    select: { id: true, source: true },
  })
  if (snapshots.length === 0) return null
  const key = snapshots.map(({ id }) => id).join(',')
  if (holder.commonPurseIndex?.key !== key) {
    // The old one goes before the new one comes, so that both are never held at once.
    delete holder.commonPurseIndex
    const loading = build(snapshots)
    holder.commonPurseIndex = { key, loading }
    loading.catch(() => {
      if (holder.commonPurseIndex?.loading === loading) delete holder.commonPurseIndex
    })
  }
  return holder.commonPurseIndex.loading
}

async function build(snapshots: readonly { id: string; source: ListSource }[]): Promise<LoadedIndex> {
  const entries: ListedEntry[] = []
  const digests = new Map<string, string>()
  for (const snapshot of snapshots) await readParties(snapshot, entries, digests)
  return { index: await buildIndexInTurns(entries), snapshotIds: snapshots.map(({ id }) => id), digests }
}

/** Snapshots never change, so they are read outside any transaction, some hundred parties at a time, so that others are answered in between. */
async function readParties(
  { id, source }: { id: string; source: ListSource },
  entries: ListedEntry[],
  digests: Map<string, string>,
): Promise<void> {
  for (let after = 0n; ; ) {
    const rows = await db().listedParty.findMany({
      where: { snapshotId: id, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: BATCH,
      omit: { programs: true, remarks: true },
    })
    for (const row of rows) {
      const partyId = `${source}:${row.externalId}`
      digests.set(partyId, row.digest)
      entries.push({
        ...{ partyId, source, externalId: row.externalId, kind: row.kind as PartyKind },
        ...{ names: row.names as ListedEntry['names'], birthDates: row.birthDates, countries: row.countries },
        identifiers: row.identifiers as ListedEntry['identifiers'],
      })
    }
    const last = rows.at(-1)
    if (!last || rows.length < BATCH) return
    after = last.id
  }
}
