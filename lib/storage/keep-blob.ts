import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { env } from '#lib/env.ts'
import { assertInvariant } from '#lib/errors.ts'

/** Writes bytes under a random key, on disk before the name exists: a crash leaves the whole file or none. */
export async function writeBlob(storageKey: string, bytes: Buffer): Promise<void> {
  const path = blobPath(storageKey)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const partial = `${path}.partial`
  const handle = await open(partial, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(partial, path)
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

export async function readBlob(storageKey: string): Promise<Buffer> {
  return await readFile(blobPath(storageKey))
}

export async function removeBlob(storageKey: string): Promise<void> {
  await rm(blobPath(storageKey), { force: true })
}

/** DATA_DIR/files/ab/abcdef…: 4096 folders keep each small. Keys are ours, never a person's text. */
function blobPath(storageKey: string): string {
  assertInvariant(/^[A-Za-z0-9_-]{43}$/.test(storageKey), 'a storage key is 43 characters of base64url')
  return join(/* turbopackIgnore: true */ env().DATA_DIR, 'files', storageKey.slice(0, 2), storageKey)
}
