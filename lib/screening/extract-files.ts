import { gunzipSync } from 'node:zlib'
import { type ListFile, refusedList } from './read-text.ts'

const MEGABYTE = 1024 * 1024
/** The largest list, unpacked: the UK's is some 50 MB, and what is larger than this was damaged or is no list. */
export const LIST_BYTES_MAX = 96 * MEGABYTE
/** OFAC's list is three; nobody's is more. */
export const FILES_MAX = 4

/**
 * The files themselves, those that are gzipped unpacked, and never more of them than the limit, whatever a packed file
 * says of itself. Throws `invalid_input`.
 */
export function extractFiles(files: readonly ListFile[]): ListFile[] {
  if (files.length === 0) throw refusedList('files', null, 'choose the file or files of the list.')
  if (files.length > FILES_MAX) throw refusedList('files', null, `a list has at most ${FILES_MAX} files.`)
  let left = LIST_BYTES_MAX
  return files.map((file) => {
    const whole = isGzip(file.bytes) ? unzip(file, left) : file
    if (whole.bytes.length > left) throw tooLarge(file.name)
    left -= whole.bytes.length
    return whole
  })
}

/** A file that is larger than any list; `megabytes` is the limit that was met. */
export function tooLarge(name: string, megabytes = LIST_BYTES_MAX / MEGABYTE) {
  return refusedList(name, null, `larger than ${megabytes} MB, which no list is. Nothing of it was read.`)
}

function unzip({ name, bytes }: ListFile, limit: number): ListFile {
  try {
    return { name: name.replace(/\.gz$/i, ''), bytes: gunzipSync(bytes, { maxOutputLength: Math.max(limit, 1) }) }
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(name)
    throw refusedList(name, null, 'the gzip file is cut off or damaged.')
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}
