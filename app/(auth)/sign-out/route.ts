import { NextResponse } from 'next/server'
import { sessionCookie } from '#lib/auth/configure-next-auth.ts'
import { endSession } from '#lib/auth/end-session.ts'
import { currentActor, presentedSessionToken } from '#lib/auth/session.ts'
import { env } from '#lib/env.ts'

/** Signs out: `<form method="post" action="/sign-out">` with a button. */
export async function POST(): Promise<NextResponse> {
  await endSession(await currentActor(), await presentedSessionToken())
  const response = NextResponse.redirect(new URL('/', env().APP_URL), 303)
  const { name, options } = sessionCookie()
  response.cookies.set(name, '', { ...options, maxAge: 0 })
  return response
}
