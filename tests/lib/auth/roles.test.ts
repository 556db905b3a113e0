import { beforeAll, beforeEach, expect, test } from 'vitest'
import { disablePerson } from '#lib/auth/disable-person.ts'
import { enablePerson } from '#lib/auth/enable-person.ts'
import { grantAdmin } from '#lib/auth/grant-admin.ts'
import { grantRole } from '#lib/auth/grant-role.ts'
import { invitePerson } from '#lib/auth/invite-person.ts'
import { listChapters, listPeople } from '#lib/auth/queries.ts'
import { readAuditLog } from '#lib/auth/read-audit-log.ts'
import { revokeAdmin } from '#lib/auth/revoke-admin.ts'
import { revokeRole } from '#lib/auth/revoke-role.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
let chapterId: string
let admin: UserActor
let person: { id: string }
let count = 0

const actorOf = (userId: string, isAdmin: boolean): UserActor => ({
  kind: 'user',
  userId,
  name: 'x',
  isAdmin,
  roles: [],
})

beforeAll(async () => {
  const data = { slug: 'lisbon', name: 'Lisbon', legalName: 'L', city: 'Lisbon', country: 'PT', currency: 'EUR' }
  chapterId = (await db().chapter.create({ data })).id
  admin = actorOf((await db().user.create({ data: { email: 'admin@purse.example', isAdmin: true } })).id, true)
})

beforeEach(async () => {
  count += 1
  person = await db().user.create({ data: { email: `person-${count}@purse.example`, name: `Person ${count}` } })
})

const eventsAbout = async (subjectId: string) =>
  (await db().auditEvent.findMany({ where: { subjectId }, orderBy: { id: 'asc' } })).map(({ action }) => action)
const treasurer = () => ({ userId: person.id, chapterId, role: 'treasurer' })

test('only an administrator may do anything here; to others it does not exist', async () => {
  const organizer: Actor = { ...actorOf(person.id, false), roles: [{ chapterId, role: 'organizer' }] }
  for (const actor of [{ kind: 'guest' } as const, organizer]) {
    for (const write of [grantRole, revokeRole, invitePerson, disablePerson, enablePerson, grantAdmin, revokeAdmin]) {
      await expect(write(actor, treasurer())).rejects.toMatchObject({ code: 'not_found' })
    }
    for (const read of [listPeople, listChapters, readAuditLog]) {
      await expect(read(actor)).rejects.toMatchObject({ code: 'not_found' })
    }
  }
  expect(await eventsAbout(person.id)).toEqual([])
})

test('each grant and each revocation is in the audit log, with who and in which chapter', async () => {
  await grantRole(admin, treasurer())
  await grantRole(admin, treasurer())
  await revokeRole(admin, treasurer())
  await grantRole(admin, treasurer())
  expect(await eventsAbout(person.id)).toEqual(['role.grant', 'role.revoke', 'role.grant'])
  const [line] = await readAuditLog(admin, 1)
  expect(line).toMatchObject({ action: 'role.grant', actorName: 'admin@purse.example', chapterName: 'Lisbon' })
})

test('a role that is not held cannot be taken away', async () => {
  await expect(revokeRole(admin, treasurer())).rejects.toMatchObject({ code: 'not_found' })
})

test('a role, chapter or person that does not exist is refused', async () => {
  const nobody = '01900000-0000-7000-8000-000000000000'
  await expect(grantRole(admin, { ...treasurer(), role: 'owner' })).rejects.toMatchObject({
    fieldErrors: { role: ['Choose a role.'] },
  })
  await expect(grantRole(admin, { ...treasurer(), chapterId: nobody })).rejects.toMatchObject({ code: 'not_found' })
  await expect(grantRole(admin, { ...treasurer(), userId: nobody })).rejects.toMatchObject({ code: 'not_found' })
})

test('an invited person has the role and a mail that leads to the sign-in page', async () => {
  const input = {
    name: 'Ana\r\nBcc: all@evil.example',
    email: `  Ana${count}@Purse.Example `,
    chapterId,
    role: 'auditor',
  }
  const { userId } = await invitePerson(admin, input)
  const made = await db().user.findUniqueOrThrow({ where: { id: userId }, include: { roles: true } })
  expect(made).toMatchObject({ email: `ana${count}@purse.example`, name: 'Ana Bcc: all@evil.example' })
  expect(made.roles).toMatchObject([{ chapterId, role: 'auditor', grantedById: admin.userId }])
  const mail = await db().outboundMail.findFirstOrThrow({ where: { recipient: made.email } })
  expect(mail.subject).not.toMatch(/[\r\n]/)
  expect(mail.text).toContain('http://localhost:3000/sign-in')
  expect(await eventsAbout(userId)).toEqual(['user.invite'])
})

test('an address that has an account is refused at its field, also when invited ten times at once', async () => {
  const input = { name: 'Twin', email: `twin${count}@purse.example`, chapterId, role: 'organizer' }
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => invitePerson(admin, input)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(invitePerson(admin, input)).rejects.toMatchObject({ fieldErrors: { email: [expect.any(String)] } })
  expect(await db().outboundMail.count({ where: { recipient: input.email } })).toBe(1)
})

test('each wrong field of an invitation has its message', async () => {
  const error = await invitePerson(admin, { name: ' ', email: 'a@b, c@d', chapterId: '', role: '' }).catch((e) => e)
  expect(Object.keys(error.fieldErrors).sort()).toEqual(['chapterId', 'email', 'name', 'role'])
})

test('a disabled person loses their sessions, and enabling gives back the roles', async () => {
  await grantRole(admin, treasurer())
  const data = { sessionToken: 'a'.repeat(64), userId: person.id, expires: new Date(Date.now() + 60_000) }
  await db().session.create({ data })
  await disablePerson(admin, { userId: person.id })
  expect(await db().session.count({ where: { userId: person.id } })).toBe(0)
  await expect(grantRole(admin, treasurer())).rejects.toMatchObject({ code: 'wrong_state' })
  await enablePerson(admin, { userId: person.id })
  expect((await listPeople(admin)).find(({ id }) => id === person.id)?.roles).toMatchObject([{ role: 'treasurer' }])
  expect(await eventsAbout(person.id)).toEqual(['role.grant', 'user.disable', 'user.enable'])
})

test('the last administrator can be neither removed nor disabled', async () => {
  const last = { userId: admin.userId }
  await expect(revokeAdmin(admin, last)).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(disablePerson(admin, last)).rejects.toMatchObject({ code: 'wrong_state' })
})

test('two administrators who remove each other at once: one stays', async () => {
  await grantAdmin(admin, { userId: person.id })
  const second = actorOf(person.id, true)
  const outcomes = await Promise.allSettled([
    revokeAdmin(admin, { userId: person.id }),
    revokeAdmin(second, { userId: admin.userId }),
  ])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await db().user.count({ where: { isAdmin: true, disabledAt: null } })).toBe(1)
  await db().user.update({ where: { id: admin.userId }, data: { isAdmin: true } })
  await db().user.update({ where: { id: person.id }, data: { isAdmin: false } })
})

test('the database itself keeps the last administrator and the people', async () => {
  const app = await database.asApp()
  await expect(app.query('UPDATE "user" SET is_admin = false')).rejects.toThrow('last instance administrator')
  await expect(app.query('UPDATE "user" SET disabled_at = now()')).rejects.toThrow('last instance administrator')
  await expect(app.query('DELETE FROM "user"')).rejects.toThrow('permission denied')
  await expect(app.query('DELETE FROM chapter_role')).rejects.toThrow('permission denied')
})

test('nobody gives a role to themselves', async () => {
  await expect(grantRole(admin, { ...treasurer(), userId: admin.userId })).rejects.toMatchObject({
    code: 'segregation_of_duties',
  })
  const app = await database.asApp()
  const insert = (userId: string, by: string) =>
    app.query(`INSERT INTO chapter_role (user_id, chapter_id, role, granted_by_id) VALUES ($1, $2, 'treasurer', $3)`, [
      userId,
      chapterId,
      by,
    ])
  await expect(insert(admin.userId, admin.userId)).rejects.toThrow('to themselves')
  await expect(insert(admin.userId, person.id)).rejects.toThrow('only an enabled administrator')
})
