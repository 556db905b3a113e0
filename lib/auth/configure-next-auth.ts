import type { AuthOptions } from 'next-auth'
import { env } from '../env.ts'
import { logger } from '../log.ts'
import { keepSessions } from './keep-sessions.ts'

export const LINK_MINUTES = 15
const SESSION_SECONDS = 30 * 86_400
const EXTEND_EVERY_SECONDS = 86_400

export type SessionCookie = {
  name: string
  options: { httpOnly: true; sameSite: 'lax'; path: '/'; secure: boolean }
}

/** The cookie that carries a session. `__Host-` keeps it to this host over https; plain http allows no prefix. */
export function sessionCookie(): SessionCookie {
  const secure = env().APP_URL.startsWith('https:')
  return {
    name: secure ? '__Host-purse-session' : 'purse-session',
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  }
}

/**
 * next-auth with database sessions (its JWT cookie would survive sign-out) and an e-mail provider of our own:
 * `requestSignIn` makes and mails the links, next-auth consumes them and keeps the sessions.
 */
export function configureNextAuth(): AuthOptions {
  // next-auth reads its own address from this variable only; a Host header must not decide it.
  process.env['NEXTAUTH_URL'] = env().APP_URL
  return {
    secret: env().AUTH_SECRET,
    adapter: keepSessions(),
    session: { strategy: 'database', maxAge: SESSION_SECONDS, updateAge: EXTEND_EVERY_SECONDS },
    useSecureCookies: sessionCookie().options.secure,
    cookies: { sessionToken: sessionCookie() },
    providers: [
      {
        id: 'email',
        type: 'email',
        name: 'Email',
        server: '',
        from: '',
        maxAge: LINK_MINUTES * 60,
        options: {},
        sendVerificationRequest: () => {
          throw new Error('Links are made by requestSignIn')
        },
      },
    ],
    callbacks: {
      // A person whom the adapter did not find has their address for an id: unknown or disabled since the mail.
      signIn: ({ user }) => user.id !== user.email,
      session: ({ session, user }) => ({ ...session, user }),
    },
    logger: {
      error: (code, detail) =>
        logger().error({ code, err: detail instanceof Error ? detail : detail.error }, 'sign-in failed'),
      warn: (code) => logger().warn({ code }, 'next-auth warns'),
      debug: () => undefined,
    },
  }
}
