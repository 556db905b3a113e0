import { type NextRequest, NextResponse } from 'next/server'
import { sessionCookie } from '#lib/auth/configure-next-auth.ts'
import { consumeSignInLink } from '#lib/auth/consume-sign-in-link.ts'
import { firstDesk, sameSitePath } from '#lib/auth/policy.ts'
import { readSession } from '#lib/auth/read-session.ts'
import { env } from '#lib/env.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

/** next-auth's own callback is a GET that uses up the link; here a GET only leads to the page with the button. */
export async function GET(request: NextRequest, context: Context): Promise<NextResponse> {
  if (!(await isEmailCallback(context))) return notFound()
  const confirm = new URL('/sign-in/confirm', env().APP_URL)
  confirm.search = request.nextUrl.search
  return NextResponse.redirect(confirm, 303)
}

/** Uses up the link, sets the session's cookie and goes to `next` or to the person's first desk. */
export async function POST(request: NextRequest, context: Context): Promise<NextResponse> {
  if (!(await isEmailCallback(context))) return notFound()
  const form = await request.formData().catch(() => new FormData())
  const cookie = sessionCookie()
  const session = await consumeSignInLink(Object.fromEntries(form), request.cookies.get(cookie.name)?.value)
  if (!session) return NextResponse.redirect(new URL('/sign-in?problem=link', env().APP_URL), 303)
  const next = form.get('next')
  const path =
    sameSitePath(typeof next === 'string' ? next : null) ?? firstDesk(await readSession(session.sessionToken))
  const response = NextResponse.redirect(new URL(path, env().APP_URL), 303)
  response.cookies.set(cookie.name, session.sessionToken, { ...cookie.options, expires: session.expires })
  return response
}

/** The one route of next-auth's that is open: its pages, its GETs and its unlimited mailing are not. */
async function isEmailCallback({ params }: Context): Promise<boolean> {
  return (await params).nextauth.join('/') === 'callback/email'
}

function notFound(): NextResponse {
  return new NextResponse('Not found\n', { status: 404, headers: { 'Content-Type': 'text/plain' } })
}
