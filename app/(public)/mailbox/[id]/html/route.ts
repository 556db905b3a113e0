import { readMail } from '#lib/auth/read-mailbox.ts'
import { currentActor } from '#lib/auth/session.ts'

/** A mail's HTML as a document of its own, under the policy that proxy.ts gives this path: no scripts, no loading. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const mail = await readMail(await currentActor(), (await params).id)
  if (!mail) return new Response('Not found\n', { status: 404, headers: { 'Content-Type': 'text/plain' } })
  return new Response(mail.html, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private, no-store' },
  })
}
