import { AppError } from '#lib/errors.ts'

export type TextEncoding = 'utf-8' | 'windows-1252' | 'utf-16'

/**
 * A file's bytes as text. A byte order mark wins over what was said; text that is not in the encoding is refused, never
 * guessed at. Throws `invalid_input` at the field `file`.
 */
export function readText(bytes: Uint8Array, said: TextEncoding): string {
  const encoding = markedEncoding(bytes) ?? (said === 'utf-16' ? unmarkedUtf16(bytes) : said)
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw refusedFile(`This file is not written in ${said}. Export it again, or choose another encoding.`)
  }
  if (text.includes('\0')) throw refusedFile('This file is not text. Export the statement as CAMT.053, OFX or CSV.')
  return text
}

/** What an XML file says of its own encoding in its first line. */
export function encodingOfXml(bytes: Uint8Array): TextEncoding {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const named = /^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.-]+)["']/.exec(head)?.[1]?.toLowerCase() ?? 'utf-8'
  if (named === 'utf-8' || named === 'us-ascii') return 'utf-8'
  if (named === 'iso-8859-1' || named === 'windows-1252' || named === 'latin1') return 'windows-1252'
  if (named.startsWith('utf-16')) return 'utf-16'
  throw refusedFile(
    `This file says that it is written in ${named.slice(0, 30)}, which we do not read. Export it as UTF-8.`,
  )
}

/** A file that cannot be imported: the message stands at the file's field. */
export function refusedFile(message: string): AppError {
  return new AppError('invalid_input', 'This file was not imported, and nothing was changed.', {
    fieldErrors: { file: [message] },
  })
}

function markedEncoding(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

/** Western text has a zero in every other byte: before the letters in one order, after them in the other. */
function unmarkedUtf16(bytes: Uint8Array): string {
  return bytes[0] === 0 ? 'utf-16be' : 'utf-16le'
}
