import { beforeEach, expect, test } from 'vitest'
import { consumeSignInLink } from '#lib/auth/consume-sign-in-link.ts'
import { endSession } from '#lib/auth/end-session.ts'
import { readSession } from '#lib/auth/read-session.ts'
import { requestSignIn } from '#lib/auth/request-sign-in.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
const guest = { kind: 'guest' } as const
const DAY_MS = 86_400_000
let person: { id: string; email: string }
let count = 0

beforeEach(async () => {
  count += 1
  person = await db().user.create({ data: { email: `person-${count}@chapter.example`, name: `Person ${count}` } })
})

const sender = () => `192.0.2.${count}`
const request = (email: string, next?: string) => requestSignIn(guest, { email, next }, sender())

async function mailedLink(email = person.email): Promise<{ token: string; email: string; url: URL }> {
  const mail = await db().outboundMail.findFirstOrThrow({ where: { recipient: email }, orderBy: { id: 'desc' } })
  const url = new URL(/http\S+\/sign-in\/confirm\?[^\s\]]+/.exec(mail.text)?.[0] ?? '')
  return { token: url.searchParams.get('token') ?? '', email: url.searchParams.get('email') ?? '', url }
}

async function signIn() {
  await request(person.email)
  const session = await consumeSignInLink(await mailedLink(), undefined)
  if (!session) throw new Error('no session')
  return session
}

test('the mailed link signs in the person it was sent to, on the canonical host', async () => {
  await request(person.email, '/treasurer?tab=1')
  const link = await mailedLink()
  expect(link.url.origin).toBe('http://localhost:3000')
  expect(link.url.searchParams.get('next')).toBe('/treasurer?tab=1')
  const session = await consumeSignInLink(link, undefined)
  const actor = await readSession(session?.sessionToken)
  expect(actor).toMatchObject({ kind: 'user', userId: person.id, name: `Person ${count}`, isAdmin: false, roles: [] })
})

test('a link works once', async () => {
  await request(person.email)
  const link = await mailedLink()
  expect(await consumeSignInLink(link, undefined)).not.toBeNull()
  expect(await consumeSignInLink(link, undefined)).toBeNull()
})

test('a link tried 20 times at once makes one login', async () => {
  await request(person.email)
  const link = await mailedLink()
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => consumeSignInLink(link, undefined)))
  expect(outcomes.filter((session) => session !== null)).toHaveLength(1)
  expect(await db().session.count({ where: { userId: person.id } })).toBe(1)
})

test('a link older than 15 minutes is worth nothing', async () => {
  await request(person.email)
  const link = await mailedLink()
  const restore = replaceClock(() => new Date(Date.now() + 15 * 60_000 + 1000))
  expect(await consumeSignInLink(link, undefined)).toBeNull()
  restore()
})

test('a link is bound to its address', async () => {
  const other = await db().user.create({ data: { email: `other-${count}@chapter.example` } })
  await request(person.email)
  const { token } = await mailedLink()
  expect(await consumeSignInLink({ token, email: other.email }, undefined)).toBeNull()
  expect(await consumeSignInLink({ token: [token], email: person.email }, undefined)).toBeNull()
})

test('another link that was asked for earlier ends with the login', async () => {
  await request(person.email)
  const first = await mailedLink()
  await signIn()
  expect(await consumeSignInLink(first, undefined)).toBeNull()
})

test('an unknown address gets the same answer and no mail', async () => {
  const unknown = `nobody-${count}@chapter.example`
  const answers = [await request(person.email), await request(unknown)]
  expect(answers[0]).toEqual(answers[1])
  expect(await db().outboundMail.count({ where: { recipient: unknown } })).toBe(0)
})

test('the database keeps only hashes of links and sessions', async () => {
  await request(person.email)
  const { token, email } = await mailedLink()
  expect(await db().verificationToken.count({ where: { identifier: email, token } })).toBe(0)
  const session = await consumeSignInLink({ token, email }, undefined)
  expect(await db().session.count({ where: { sessionToken: session?.sessionToken ?? '' } })).toBe(0)
  expect(await db().session.count({ where: { userId: person.id } })).toBe(1)
})

test('a cookie after sign-out is a guest', async () => {
  const { sessionToken } = await signIn()
  await endSession(await readSession(sessionToken), sessionToken)
  expect(await readSession(sessionToken)).toEqual(guest)
})

test('a login makes a new session and ends the one the browser had', async () => {
  const before = await signIn()
  await request(person.email)
  const after = await consumeSignInLink(await mailedLink(), before.sessionToken)
  expect(after?.sessionToken).not.toBe(before.sessionToken)
  expect(await readSession(before.sessionToken)).toEqual(guest)
  expect(await readSession(after?.sessionToken)).toMatchObject({ kind: 'user' })
})

test('a session ends 30 days after its last use', async () => {
  const { sessionToken } = await signIn()
  await db().session.updateMany({ where: { userId: person.id }, data: { expires: new Date(Date.now() + 86_400_000) } })
  expect(await readSession(sessionToken)).toMatchObject({ kind: 'user' })
  const { expires } = await db().session.findFirstOrThrow({ where: { userId: person.id } })
  expect(expires.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000)
  await db().session.updateMany({ where: { userId: person.id }, data: { expires: new Date(Date.now() - 1000) } })
  expect(await readSession(sessionToken)).toEqual(guest)
})

test('a session ends 90 days after the login, however much it is used', async () => {
  const { sessionToken } = await signIn()
  const age = (days: number) =>
    db().session.updateMany({
      where: { userId: person.id },
      data: { createdAt: new Date(Date.now() - days * DAY_MS), expires: new Date(Date.now() + DAY_MS) },
    })
  await age(80)
  expect(await readSession(sessionToken)).toMatchObject({ kind: 'user' })
  const { expires, createdAt } = await db().session.findFirstOrThrow({ where: { userId: person.id } })
  expect(expires.getTime() - createdAt.getTime()).toBe(90 * DAY_MS)
  await age(90)
  expect(await readSession(sessionToken)).toEqual(guest)
})

test('a role given or taken acts on the next request', async () => {
  const { sessionToken } = await signIn()
  const chapter = await db().chapter.create({
    data: { slug: `c${count}`, name: 'C', legalName: 'C', city: 'C', country: 'PT', currency: 'EUR' },
  })
  const held = await db().chapterRole.create({
    data: { userId: person.id, chapterId: chapter.id, role: 'treasurer' },
  })
  expect(await readSession(sessionToken)).toMatchObject({ roles: [{ chapterId: chapter.id, role: 'treasurer' }] })
  await db().chapterRole.update({ where: { id: held.id }, data: { revokedAt: new Date() } })
  expect(await readSession(sessionToken)).toMatchObject({ roles: [] })
})

test('a disabled person is a guest, with an open session and with a link in the mailbox', async () => {
  const { sessionToken } = await signIn()
  await request(person.email)
  const link = await mailedLink()
  await db().user.update({ where: { id: person.id }, data: { disabledAt: new Date() } })
  expect(await readSession(sessionToken)).toEqual(guest)
  expect(await consumeSignInLink(link, undefined)).toBeNull()
})

test('a disabled person gets no mail', async () => {
  await db().user.update({ where: { id: person.id }, data: { disabledAt: new Date() } })
  await request(person.email)
  expect(await db().outboundMail.count({ where: { recipient: person.email } })).toBe(0)
})

test('logins and sign-outs are in the audit log', async () => {
  const { sessionToken } = await signIn()
  await endSession(await readSession(sessionToken), sessionToken)
  const events = await db().auditEvent.findMany({ where: { actorId: person.id }, orderBy: { id: 'asc' } })
  expect(events.map(({ action }) => action)).toEqual(['session.start', 'session.end'])
})

test('the sixth link for one address within 15 minutes is refused, known or not', async () => {
  for (const email of [person.email, `nobody-${count}@chapter.example`]) {
    for (let tries = 0; tries < 5; tries += 1) await request(email)
    await expect(request(email)).rejects.toMatchObject({ code: 'rate_limited' })
  }
})

test('one sender cannot ask for links without end', async () => {
  const from = '198.51.100.7'
  for (let tries = 0; tries < 50; tries += 1) await requestSignIn(guest, { email: `a${tries}@many.example` }, from)
  await expect(requestSignIn(guest, { email: 'b@many.example' }, from)).rejects.toMatchObject({ code: 'rate_limited' })
})

test('no address is kept in the rate limits', async () => {
  await request(person.email)
  const keys = await db().rateLimit.findMany()
  expect(keys.length).toBeGreaterThan(0)
  expect(JSON.stringify(keys.map(({ key }) => key))).not.toContain('@')
})

test("the app's role cannot store a token that is not a hash", async () => {
  const app = await database.asApp()
  const insert = `INSERT INTO session (session_token, user_id, expires) VALUES ('plain', $1, now())`
  await expect(app.query(insert, [person.id])).rejects.toThrow('session_token_is_hash')
})

test('a count whose window is over is forgotten', async () => {
  await db().rateLimit.create({ data: { key: 'over', points: 5, expire: BigInt(Date.now() - 1000) } })
  await request(person.email)
  expect(await db().rateLimit.count({ where: { key: 'over' } })).toBe(0)
})
