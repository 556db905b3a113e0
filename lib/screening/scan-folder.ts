import { lstat, mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { LIST_BYTES_MAX, tooLarge } from './extract-files.ts'
import { importList, recordFailure } from './import-list.ts'
import { messageOf } from './read-text.ts'
import { LIST_SOURCES } from './schema.ts'
import type { ListSource } from './types.ts'

type Dropped = { name: string; byteCount: number; changedAtMs: number }

/** A file that somebody is still copying changes; one that did not for so long is whole. */
const SETTLED_MS = 10_000
/** OFAC's list is three files; after so long the others are not coming. */
const WAIT_FOR_ALL_MS = 10 * 60_000
const OFAC_FILES = 3

/**
 * Brings in what lies in `DATA_DIR/lists/<source>/`. Files that were read go to `read/`, those that could not be to
 * `refused/`, and the page says why. Nothing larger than a list is opened. Answers how many lists came in.
 */
export async function scanFolders(actor: SystemActor): Promise<number> {
  let imported = 0
  for (const source of LIST_SOURCES) {
    const files = await listSettled(source)
    if (files.length > 0 && (await importDropped(actor, source, files))) imported += 1
  }
  return imported
}

/** Where files of a source are put for the worker to find. */
function folderOf(source: ListSource): string {
  return join(/* turbopackIgnore: true */ env().DATA_DIR, 'lists', source)
}

/** The files of a folder, when none of them is still being written and all of them are there. */
async function listSettled(source: ListSource): Promise<Dropped[]> {
  const names = await readdir(folderOf(source)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files: Dropped[] = []
  for (const name of names.filter((one) => !one.startsWith('.') && !one.endsWith('.partial')).sort()) {
    // A link is not followed: it could lead anywhere.
    const found = await lstat(join(folderOf(source), name)).catch(() => null)
    if (found?.isFile()) files.push({ name, byteCount: found.size, changedAtMs: found.mtimeMs })
  }
  const newestMs = Math.max(...files.map(({ changedAtMs }) => changedAtMs))
  const quietMs = now().getTime() - newestMs
  const isWaiting = source === 'ofac' && files.length < OFAC_FILES && quietMs < WAIT_FOR_ALL_MS
  return quietMs < SETTLED_MS || isWaiting ? [] : files
}

async function importDropped(actor: SystemActor, source: ListSource, files: readonly Dropped[]): Promise<boolean> {
  try {
    const tooBig = files.find(({ byteCount }) => byteCount > LIST_BYTES_MAX)
    if (tooBig) throw await refuseUnread(actor, source, files, tooBig)
    const read = await Promise.all(
      files.map(async ({ name }) => ({ name, bytes: await readFile(join(folderOf(source), name)) })),
    )
    const { outcome } = await importList(actor, { source, files: read, way: 'folder' })
    await setAside(source, files, 'read')
    return outcome !== 'unchanged'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    logger().warn({ list: source, problem: messageOf(error) }, 'a list from the folder was not imported')
    await setAside(source, files, 'refused')
    return false
  }
}

async function refuseUnread(
  actor: SystemActor,
  source: ListSource,
  files: readonly Dropped[],
  tooBig: Dropped,
): Promise<AppError> {
  const error = tooLarge(tooBig.name)
  await recordFailure(actor, { source, way: 'folder', files, message: messageOf(error) })
  return error
}

/** Moves files out of the way; the moment in the name keeps yesterday's. */
async function setAside(source: ListSource, files: readonly Dropped[], place: 'read' | 'refused'): Promise<void> {
  const folder = join(folderOf(source), place)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const moment = now().toISOString().replaceAll(':', '').slice(0, 17)
  for (const { name } of files) await rename(join(folderOf(source), name), join(folder, `${moment}-${name}`))
}
