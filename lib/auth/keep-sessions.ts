import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { recordEvent } from '../audit/record-event.ts'
import { now } from '../clock.ts'
import { db } from '../db/client.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { hashSessionToken } from './hash-token.ts'
import type { Role, UserActor } from './types.ts'

/** The person a session belongs to, with everything policy asks about them, as of this request. */
export type SessionUser = AdapterUser & { isAdmin: boolean; roles: { chapterId: string; role: Role }[] }

// The row decides when a session ends; the cookie only has to outlive it, and browsers keep none for longer.
const COOKIE_DAYS = 400
const DAY_MS = 86_400_000
// However much it is used: who stays signed in for ever is never asked again whether they still read that mailbox.
const LIFE_DAYS_MAX = 90

const PERSON = {
  id: true,
  email: true,
  name: true,
  emailVerified: true,
  isAdmin: true,
  roles: { where: { revokedAt: null }, select: { chapterId: true, role: true } },
} as const

/** next-auth's adapter on our tables. A disabled person has no session and cannot be looked up. */
export function keepSessions(): Adapter {
  return {
    getUserByEmail: (email) => db().user.findFirst({ where: { email, disabledAt: null }, select: PERSON }),
    updateUser: ({ id, emailVerified }) =>
      db().user.update({ where: { id }, data: { emailVerified: emailVerified ?? now() }, select: PERSON }),
    createUser: () => {
      throw new Error('People come in by invitation only')
    },
    createSession,
    getSessionAndUser,
    updateSession,
    deleteSession: async (sessionToken) => {
      await db().session.deleteMany({ where: { sessionToken: hashSessionToken(sessionToken) } })
    },
    createVerificationToken: () => {
      throw new Error('Links are made by requestSignIn')
    },
    useVerificationToken,
  }
}

const createSession: NonNullable<Adapter['createSession']> = async ({ sessionToken, userId, expires }) => {
  await inTransaction(async (tx) => {
    await tx.session.deleteMany({ where: { expires: { lt: now() } } })
    const data = { sessionToken: hashSessionToken(sessionToken), userId, expires, createdAt: now() }
    const { id } = await tx.session.create({ data, select: { id: true } })
    const actor: UserActor = { kind: 'user', userId, name: '', isAdmin: false, roles: [] }
    await recordEvent(tx, actor, { action: 'session.start', subjectType: 'session', subjectId: id })
  })
  return { sessionToken, userId, expires: new Date(now().getTime() + COOKIE_DAYS * DAY_MS) }
}

const getSessionAndUser: NonNullable<Adapter['getSessionAndUser']> = async (sessionToken) => {
  const row = await db().session.findUnique({
    where: {
      ...{ sessionToken: hashSessionToken(sessionToken), user: { disabledAt: null } },
      ...{ expires: { gt: now() }, createdAt: { gt: new Date(now().getTime() - LIFE_DAYS_MAX * DAY_MS) } },
    },
    select: { userId: true, expires: true, user: { select: PERSON } },
  })
  if (!row) return null
  return { session: { sessionToken, userId: row.userId, expires: row.expires }, user: row.user satisfies SessionUser }
}

/** A use moves the end on, though not beyond the session's longest life. */
const updateSession: NonNullable<Adapter['updateSession']> = async ({ sessionToken, expires }) => {
  if (expires) {
    await db().$executeRaw`
      UPDATE session SET expires = least(${expires}, created_at + make_interval(hours => ${LIFE_DAYS_MAX * 24}::int))
      WHERE session_token = ${hashSessionToken(sessionToken)}`
  }
  return null
}

/** One statement finds and removes the link, so of any number of tries at once one gets it. */
const useVerificationToken: NonNullable<Adapter['useVerificationToken']> = async ({ identifier, token }) => {
  const [row] = await db().$queryRaw<{ identifier: string; token: string; expires: Date }[]>`
    DELETE FROM verification_token WHERE identifier = ${identifier} AND token = ${token} AND expires > ${now()}
    RETURNING identifier, token, expires`
  if (!row) return null
  // Another link that was asked for in the meantime must not stay open in the mailbox.
  await db().verificationToken.deleteMany({ where: { identifier } })
  return row
}
