import { contentDisposition } from '#lib/storage/name-file.ts'

/** A PDF that one person may see: nobody keeps it on the way, and no index lists it. */
export function pdfAnswer({ fileName, bytes }: { fileName: string; bytes: Buffer }): Response {
  return new Response(new Uint8Array(bytes), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': contentDisposition('attachment', fileName),
      'Content-Length': String(bytes.length),
      'Cache-Control': 'private, no-store',
      'X-Robots-Tag': 'noindex, nofollow',
      'Referrer-Policy': 'no-referrer',
    },
  })
}

export function refusal(sentence: string): Response {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
  return new Response(`${sentence}\n`, { status: 404, headers })
}
