import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { AppError } from '#lib/errors.ts'
import { buildIndex, type ScreeningIndex } from './build-index.ts'
import { extractFiles } from './extract-files.ts'
import { parseList, recognizeSource } from './parse-list.ts'
import type { ListFile } from './read-text.ts'
import type { ListedEntry, ListSource } from './types.ts'

export type OpenList = { source: ListSource; parties: number; names: number; publishedAt: Date | null; readAt: Date }
export type OpenLists = { index: ScreeningIndex; lists: OpenList[] }

/**
 * The lists in force of a running installation, for a program outside it. Throws `not_found` where none is in force.
 */
export async function openDatabaseLists(databaseUrl: string): Promise<OpenLists> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows: lists } = await client.query<OpenList>(
      `SELECT source::text AS source, party_count AS parties, name_count AS names, published_at AS "publishedAt",
        imported_at AS "readAt" FROM list_snapshot WHERE status = 'current' ORDER BY source`,
    )
    if (lists.length === 0)
      throw new AppError('not_found', 'No sanctions list is in force. Bring one in at /vetting/lists.')
    const { rows: entries } = await client.query<ListedEntry>(
      `SELECT l.source::text || ':' || p.external_id AS "partyId", l.source::text AS source,
        p.external_id AS "externalId", p.kind, p.names, p.birth_dates AS "birthDates", p.countries, p.identifiers
      FROM listed_party AS p JOIN list_snapshot AS l ON l.id = p.snapshot_id WHERE l.status = 'current'`,
    )
    return { index: buildIndex(entries), lists }
  } finally {
    await client.end()
  }
}

/**
 * The lists among the files of a folder and its subfolders, told by what is in them; other files are left alone. Throws
 * `invalid_input` for a list that is damaged, `not_found` where there is none.
 */
export async function openFolderLists(folder: string): Promise<OpenLists> {
  const bySource = new Map<ListSource, ListFile[]>()
  let newest = new Date(0)
  for (const path of await listPaths(folder)) {
    const { mtime } = await stat(path)
    const [file] = extractFiles([{ name: path.split(/[/\\]/).at(-1) ?? path, bytes: await readFile(path) }])
    const source = file ? recognizeSource(Buffer.from(file.bytes.subarray(0, 8_000)).toString('utf8')) : null
    if (!file || !source) continue
    bySource.set(source, [...(bySource.get(source) ?? []), file])
    if (mtime > newest) newest = mtime
  }
  if (bySource.size === 0) throw new AppError('not_found', `There is no sanctions list in ${folder}.`)
  const entries: ListedEntry[] = []
  const lists = Array.from(bySource, ([source, files]) => {
    const { parties, publishedAt } = parseList(source, files)
    entries.push(...parties)
    const names = parties.reduce((sum, party) => sum + party.names.length, 0)
    return { source, parties: parties.length, names, publishedAt, readAt: newest }
  })
  return { index: buildIndex(entries), lists }
}

async function listPaths(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true })
  return found
    .filter((entry) => entry.isFile() && /\.(csv|xml)(\.gz)?$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
