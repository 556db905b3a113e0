import sharp from 'sharp'
import { AppError } from '#lib/errors.ts'
import type { InspectedFile, MediaType, StatementMediaType } from './types.ts'

/** The largest file of any kind. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024
/** Enough for a 48-megapixel phone picture; a picture that unpacks to more is a bomb. */
const PIXELS_MAX = 50_000_000
const SIDE_PIXELS_MAX = 2400
/** How far from a file's end a ZIP reader looks for its directory. */
const ZIP_TAIL_BYTES = 66_000

/**
 * Decides whether a file may be kept and answers what is kept. The first bytes decide what it is, never its name or the
 * type the browser sent. Pictures are drawn anew, turned upright, at most 2400 pixels a side: EXIF, GPS and whatever
 * was hidden in them are gone. PDFs stay as they are, because a signature in them must stay valid.
 * Throws `file_refused` with a sentence that says what to do.
 */
export async function inspectFile(bytes: Uint8Array): Promise<InspectedFile> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length === 0) throw refused('This file is empty. Choose another one.')
  if (buffer.length > FILE_BYTES_MAX) throw refused('This file is larger than 10 MB. Send a smaller one.')
  const mediaType = sniff(buffer)
  if (!mediaType) throw refused('Send a PDF, or a picture as JPEG, PNG or WebP. This file is none of these.')
  if (mediaType === 'application/pdf') return inspectPdf(buffer)
  return { bytes: await redraw(buffer, mediaType), mediaType }
}

/**
 * A bank's statement is text that its reader has understood, so it is kept byte for byte: its hash tells whether the
 * same file comes again. Throws `file_refused`.
 */
export function keepStatement(bytes: Uint8Array, mediaType: StatementMediaType): InspectedFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length === 0) throw refused('This file is empty. Choose another one.')
  if (buffer.length > FILE_BYTES_MAX) throw refused('This file is larger than 10 MB. Send a smaller one.')
  return { bytes: buffer, mediaType }
}

function sniff(buffer: Buffer): MediaType | undefined {
  const starts = (text: string, at = 0) => buffer.subarray(at, at + text.length).toString('latin1') === text
  if (starts('%PDF-')) return 'application/pdf'
  if (starts('\xff\xd8\xff')) return 'image/jpeg'
  if (starts('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (starts('RIFF') && starts('WEBP', 8)) return 'image/webp'
  return undefined
}

function inspectPdf(buffer: Buffer): InspectedFile {
  if (!/^%PDF-(1\.[0-7]|2\.0)[\r\n ]/.test(buffer.subarray(0, 16).toString('latin1'))) {
    throw refused('This is not a PDF that can be read. Print it to PDF again.')
  }
  if (!/%%EOF\s{0,8}$/.test(buffer.subarray(-64).toString('latin1').replaceAll('\0', ' '))) {
    throw refused('This PDF is cut off, or has something behind its end. Print it to PDF again.')
  }
  // Names inside compressed object streams are not seen here; a PDF is therefore only ever served as a download.
  if (/\/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia)[^A-Za-z]/.test(buffer.toString('latin1'))) {
    throw refused('This PDF carries a program or another file inside. Print it to PDF again and send that.')
  }
  refuseHidden(buffer)
  return { bytes: buffer, mediaType: 'application/pdf' }
}

/** A file that is two things at once: a picture or PDF for us, a page or an archive for the program that opens it next. */
function refuseHidden(buffer: Buffer): void {
  const text = buffer.toString('latin1')
  if (/<(?:script|html|!doctype html|svg\s+xmlns|\?php)[\s>]/i.test(text) || text.indexOf('%PDF-', 1) !== -1) {
    throw refused('This file has another one hidden in it. Take a new picture or print it to PDF again.')
  }
  if (buffer.subarray(-ZIP_TAIL_BYTES).includes('PK\x05\x06', 0, 'latin1')) {
    throw refused('This file has an archive hidden in it. Take a new picture or print it to PDF again.')
  }
}

async function redraw(buffer: Buffer, mediaType: MediaType): Promise<Buffer> {
  refuseHidden(buffer)
  try {
    const picture = sharp(buffer, { limitInputPixels: PIXELS_MAX, failOn: 'error', autoOrient: true })
      .timeout({ seconds: 20 })
      .resize({ width: SIDE_PIXELS_MAX, height: SIDE_PIXELS_MAX, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
    if (mediaType === 'image/png') return await picture.png({ compressionLevel: 9 }).toBuffer()
    if (mediaType === 'image/webp') return await picture.webp({ quality: 82 }).toBuffer()
    return await picture.jpeg({ quality: 82, progressive: true }).toBuffer()
  } catch (cause) {
    const tooMany = cause instanceof Error && cause.message.includes('pixel limit')
    const message = tooMany
      ? 'This picture has more than 50 million pixels. Send a smaller one.'
      : 'This picture is damaged. Take it again or send it in another format.'
    throw new AppError('file_refused', message, { cause })
  }
}

const refused = (message: string) => new AppError('file_refused', message)
