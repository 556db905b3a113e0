import { currentActor } from '#lib/auth/session.ts'
import { AppError } from '#lib/errors.ts'
import { exportDossier } from '#lib/vetting/export-dossier.ts'

type Asked = { params: Promise<{ id: string }> }

/** Answers with one form of a dossier as a download, or says in words why not. */
export async function sendDossier(request: Request, { params }: Asked, form: 'json' | 'pdf' | 'manifest') {
  const aidGroupId = (await params).id
  const bankNumbers = new URL(request.url).searchParams.get('bank') === 'full' ? 'full' : 'masked'
  try {
    const { bytes, fileName, mediaType, sha256 } = await exportDossier(await currentActor(), {
      ...{ aidGroupId, form, bankNumbers },
    })
    return new Response(new Uint8Array(bytes), {
      headers: {
        'Content-Type': mediaType,
        'Content-Disposition': `attachment; filename="${fileName}"`,
        'Content-Length': String(bytes.length),
        'Cache-Control': 'private, no-store',
        ETag: `"${sha256}"`,
      },
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return new Response(`${error.message}\n`, {
      status: error.status,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    })
  }
}
