import type { MediaType } from './types.ts'

const EXTENSION: Record<MediaType, string> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/xml': 'xml',
  'application/x-ofx': 'ofx',
  'text/csv': 'csv',
}
const NAME_LENGTH_MAX = 100

/** The name a file is kept and served under: no folders, no control or direction characters, the extension of what it is. */
export function nameFile(given: string, mediaType: MediaType): string {
  const base = given.split(/[/\\]/).at(-1) ?? ''
  const clean = base
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}"<>:|?*;%]/gu, '')
    .replace(/\.[A-Za-z0-9]{1,8}$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const short = Array.from(clean).slice(0, NAME_LENGTH_MAX).join('')
  return `${short || 'file'}.${EXTENSION[mediaType]}`
}

/** The name of a file that anybody may fetch: what somebody typed may name whom an alias protects. */
export function namePublicFile(mediaType: string, evidencePosition: number | null): string {
  const extension = Object.entries(EXTENSION).find(([known]) => known === mediaType)?.[1] ?? 'bin'
  return evidencePosition === null ? `file.${extension}` : `evidence-${evidencePosition}.${extension}`
}

/** The Content-Disposition of RFC 6266: an ASCII name for old programs and the real one as RFC 8187 writes it. */
export function contentDisposition(kind: 'attachment' | 'inline', fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
