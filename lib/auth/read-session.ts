import { getServerSession } from 'next-auth'
import { configureNextAuth, sessionCookie } from './configure-next-auth.ts'
import type { SessionUser } from './keep-sessions.ts'
import type { Actor } from './types.ts'

type SessionRequest = Parameters<typeof getServerSession>

/**
 * Who holds this session token, with the roles of this moment; a guest when the token is missing, unknown or expired
 * or its person is disabled. Extends a session in use, once a day at most.
 */
export async function readSession(sessionToken: string | undefined): Promise<Actor> {
  if (!sessionToken) return { kind: 'guest' }
  const request = { headers: {}, cookies: { [sessionCookie().name]: sessionToken } }
  const response = { getHeader: () => undefined, setHeader: () => undefined }
  const session = await getServerSession(...([request, response, configureNextAuth()] as unknown as SessionRequest))
  const user = (session as { user?: SessionUser } | null)?.user
  if (!user) return { kind: 'guest' }
  return { kind: 'user', userId: user.id, name: user.name ?? user.email, isAdmin: user.isAdmin, roles: user.roles }
}
