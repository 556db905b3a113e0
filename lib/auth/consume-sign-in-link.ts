import type { AuthOptions } from 'next-auth'
import * as nextAuth from 'next-auth'
import { z } from 'zod'
import { emailAddress } from '../email/address.ts'
import { configureNextAuth, sessionCookie } from './configure-next-auth.ts'
import { keepSessions } from './keep-sessions.ts'

const linkSchema = z.object({ email: emailAddress, token: z.string().regex(/^[\w-]{43}$/) })

/** A started session: what the Set-Cookie header carries. */
export type StartedSession = { sessionToken: string; expires: Date }

type PlainRequest = {
  method: 'GET'
  query: Record<string, string | string[]>
  cookies: Record<string, string>
  headers: Record<string, string>
}
type PlainResponse = {
  status: (code: number) => PlainResponse
  setHeader: (name: string, value: string | string[]) => PlainResponse
  getHeader: (name: string) => string | string[] | undefined
  end: () => void
  send: () => void
  json: () => void
}

/**
 * Turns a sign-in link into a session, once; null when the link is unknown, used or older than 15 minutes, or when
 * the person has been disabled since. The session the browser had before ends: a login always makes a new one.
 */
export async function consumeSignInLink(
  input: unknown,
  previousSessionToken: string | undefined,
): Promise<StartedSession | null> {
  const link = linkSchema.safeParse(input)
  if (!link.success) return null
  const started = await runCallback(link.data)
  if (started && previousSessionToken) await keepSessions().deleteSession?.(previousSessionToken)
  return started
}

/** Runs next-auth's e-mail callback, which it offers as a GET only: mail scanners would burn the link. */
async function runCallback(link: z.output<typeof linkSchema>): Promise<StartedSession | null> {
  let cookies: string[] = []
  const response: PlainResponse = {
    status: () => response,
    setHeader: (name, value) => {
      if (name === 'Set-Cookie') cookies = [value].flat()
      return response
    },
    getHeader: () => cookies,
    end: () => undefined,
    send: () => undefined,
    json: () => undefined,
  }
  const query = { nextauth: ['callback', 'email'], ...link }
  await handler()({ method: 'GET', query, cookies: {}, headers: {} }, response, configureNextAuth())
  return startedSession(cookies)
}

type Handler = (request: PlainRequest, response: PlainResponse, options: AuthOptions) => Promise<unknown>

/** The package is CommonJS: a bundler and Node disagree on what its default export is. */
function handler(): Handler {
  const exported = nextAuth.default as unknown as Handler | { default: Handler }
  return typeof exported === 'function' ? exported : exported.default
}

function startedSession(cookies: string[]): StartedSession | null {
  const prefix = `${sessionCookie().name}=`
  const cookie = cookies.find((text) => text.startsWith(prefix))
  const sessionToken = cookie?.slice(prefix.length).split(';')[0]
  const expires = cookie?.match(/; Expires=([^;]+)/i)?.[1]
  return sessionToken && expires ? { sessionToken, expires: new Date(expires) } : null
}
