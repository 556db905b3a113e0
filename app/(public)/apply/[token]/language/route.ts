import { currentActor } from '#lib/auth/session.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { setLocale } from '#lib/vetting/set-locale.ts'
import { locales } from '#lib/vetting/types.ts'

type Context = { params: Promise<{ token: string }> }

/** Keeps the language with the application and shows the page anew: a plain post, so that the whole page changes. */
export async function POST(request: Request, context: Context): Promise<Response> {
  const { token } = await context.params
  const form = await request.formData()
  const opened = await openApplication(token, await currentActor())
  const locale = locales.find((known) => known === form.get('locale'))
  if (opened && locale) await setLocale(opened.actor, { locale })
  const back = String(form.get('back'))
  const own = `/apply/${encodeURIComponent(token)}`
  const isOwn = back === own || (back.startsWith(own) && /^\/[a-z_]{1,20}$/.test(back.slice(own.length)))
  const location = isOwn ? back : own
  return new Response(null, { status: 303, headers: { Location: location, 'Cache-Control': 'no-store' } })
}
