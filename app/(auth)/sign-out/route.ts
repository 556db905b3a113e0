import { type NextRequest, NextResponse } from 'next/server'
import { sessionCookie } from '#lib/auth/configure-next-auth.ts'
import { endSession } from '#lib/auth/end-session.ts'
import { readSession } from '#lib/auth/read-session.ts'
import { env } from '#lib/env.ts'

/** Signs out: `<form method="post" action="/sign-out">` with a button. */
export async function POST(request: NextRequest): Promise<NextResponse> {
  const { name, options } = sessionCookie()
  const token = request.cookies.get(name)?.value
  await endSession(await readSession(token), token)
  const response = NextResponse.redirect(new URL('/', env().APP_URL), 303)
  response.cookies.set(name, '', { ...options, maxAge: 0 })
  return response
}
