import { currentActor } from '#lib/auth/session.ts'
import { AppError } from '#lib/errors.ts'
import { contentDisposition } from '#lib/storage/name-file.ts'
import { openFile } from '#lib/storage/open-file.ts'
import { openApplication } from '#lib/vetting/open-application.ts'

type Context = { params: Promise<{ token: string; id: string }> }

/** A document of the application for whoever holds its link: always a download, of what is in this dossier only. */
export async function GET(_request: Request, context: Context): Promise<Response> {
  const { token, id } = await context.params
  try {
    const opened = await openApplication(token, await currentActor())
    if (!opened) throw new AppError('not_found', 'There is no such file.')
    const file = await openFile(opened.actor, id)
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'Content-Type': file.mediaType,
        'Content-Disposition': contentDisposition('attachment', file.fileName),
        'Content-Length': String(file.bytes.length),
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Cache-Control': 'private, no-store',
        'Referrer-Policy': 'no-referrer',
      },
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
    return new Response(error.message, { status: error.status, headers })
  }
}
