import { randomBytes } from 'node:crypto'
import type { Role, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'

/** A chapter with nobody in it. */
export async function makeChapter(currency = 'USD'): Promise<{ id: string; slug: string }> {
  const slug = `chapter-${randomBytes(4).toString('hex')}`
  const data = { slug, name: `Chapter ${slug}`, legalName: slug, city: 'Lisbon', country: 'PT', currency }
  return await db().chapter.create({ data, select: { id: true, slug: true } })
}

/** A person with roles in one chapter. */
export async function makePerson(chapterId: string, ...roles: Role[]): Promise<UserActor> {
  const name = `Person ${randomBytes(3).toString('hex')}`
  const user = await db().user.create({ data: { email: `${name.replace(' ', '-').toLowerCase()}@example.org`, name } })
  await db().chapterRole.createMany({ data: roles.map((role) => ({ userId: user.id, chapterId, role })) })
  return { kind: 'user', userId: user.id, name, isAdmin: false, roles: roles.map((role) => ({ chapterId, role })) }
}
