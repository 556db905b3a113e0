import { AppError } from '#lib/errors.ts'

export type ListFile = { name: string; bytes: Uint8Array }
type ReadAs = { windows1252: boolean }

/**
 * A list file that is not imported: says file, line and what was expected. Nothing has been changed by then. `field` is
 * where the form shows it.
 */
export function refusedList(file: string, line: number | null, message: string): AppError {
  const where = line === null ? file : `${file}, line ${line.toLocaleString('en')}`
  return new AppError('invalid_input', 'The list was not imported, and the one in force stays.', {
    fieldErrors: { files: [`${where}: ${message}`] },
  })
}

/** What a refusal says in one line, for logs and the record of imports. */
export function messageOf(error: AppError): string {
  return error.fieldErrors['files']?.join(' ') ?? error.message
}

/**
 * A file's bytes as text: UTF-8 or UTF-16 (a byte order mark wins), and Windows-1252 where the publisher is known to
 * write it. Anything else is refused with the line of the first wrong byte, never guessed at: a name in wrong letters
 * would be found by nobody. Throws `invalid_input`.
 */
export function readText({ name, bytes }: ListFile, { windows1252 }: ReadAs = { windows1252: false }): string {
  if (bytes.length === 0) throw refusedList(name, null, 'the file is empty.')
  const text = decode(name, bytes, windows1252)
  if (text.trim() === '') throw refusedList(name, null, 'the file has no text in it.')
  const zero = text.indexOf('\0')
  if (zero >= 0) throw refusedList(name, lineAt(text, zero), 'this is not text. Expected the list as CSV or XML.')
  return text
}

/** The 1-based line of a place in a text. */
export function lineAt(text: string, place: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

function decode(name: string, bytes: Uint8Array, windows1252: boolean): string {
  const marked = markedEncoding(bytes)
  const encoding = marked ?? 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    if (marked === null && windows1252) {
      const text = new TextDecoder('windows-1252').decode(bytes)
      if (looksWestern(text)) return text
    }
    throw refusedList(name, firstWrongLine(bytes, encoding), wrongEncoding(encoding))
  }
}

function wrongEncoding(encoding: string): string {
  return encoding === 'utf-8'
    ? 'this is not written in UTF-8, as the publisher writes it. A spreadsheet may have saved it anew: take the original file.'
    : 'this is not written in UTF-16, as its first bytes say.'
}

function markedEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  // ASCII in UTF-16 without a mark has a zero in every other byte.
  if (second === 0 && first !== 0 && bytes[3] === 0) return 'utf-16le'
  return first === 0 && second !== 0 && bytes[2] === 0 ? 'utf-16be' : null
}

/** Western text has single letters beyond ASCII between plain ones; Cyrillic read as Western has whole words of them. */
function looksWestern(text: string): boolean {
  return !/[\u0080-\u009f]/.test(text) && !/[\u00a0-\u00ff]{4}/.test(text)
}

/** The line of the first wrong byte: the longest beginning that can be read ends before it. */
function firstWrongLine(bytes: Uint8Array, encoding: string): number {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const STEP = 4096
  let line = 1
  for (let at = 0; at < bytes.length; at += STEP) {
    const part = bytes.subarray(at, at + STEP)
    try {
      line += decoder.decode(part, { stream: true }).split('\n').length - 1
    } catch {
      return line + lossyLine(part, encoding)
    }
  }
  return line
}

function lossyLine(part: Uint8Array, encoding: string): number {
  const text = new TextDecoder(encoding).decode(part)
  const place = text.indexOf('\ufffd')
  return place < 0 ? 0 : lineAt(text, place) - 1
}
