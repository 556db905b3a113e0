import { currentActor } from '#lib/auth/session.ts'
import { AppError } from '#lib/errors.ts'
import { contentDisposition } from '#lib/storage/name-file.ts'
import { openFile } from '#lib/storage/open-file.ts'

type Context = { params: Promise<{ id: string }> }

/** Serves a stored file: pictures (drawn anew by us) in place, everything else as a download; nothing in it may run. */
export async function GET(request: Request, context: Context): Promise<Response> {
  const { id } = await context.params
  try {
    const file = await openFile(await currentActor(), id)
    const headers = new Headers({
      'Content-Type': file.mediaType,
      'Content-Disposition': contentDisposition(
        file.mediaType.startsWith('image/') ? 'inline' : 'attachment',
        file.fileName,
      ),
      'Content-Length': String(file.bytes.length),
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': file.isPublic ? 'public, max-age=31536000, immutable' : 'private, no-cache',
      ETag: `"${file.sha256}"`,
    })
    if (request.headers.get('If-None-Match')?.includes(`"${file.sha256}"`)) {
      headers.delete('Content-Length')
      return new Response(null, { status: 304, headers })
    }
    return new Response(new Uint8Array(file.bytes), { headers })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return new Response(error.message, {
      status: error.status,
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      },
    })
  }
}
