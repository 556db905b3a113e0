import { db } from '../db/client.ts'
import { requireAdmin } from './policy.ts'
import type { Actor, Role } from './types.ts'

export type PersonView = {
  id: string
  name: string
  email: string
  isAdmin: boolean
  disabledAt: Date | null
  /** Whether they have ever signed in. */
  hasSignedIn: boolean
  roles: { chapterId: string; chapterName: string; role: Role }[]
}

export type ChapterView = {
  id: string
  slug: string
  name: string
  city: string
  currency: string
  peopleCount: number
}

/** Everybody with an account, by name. For instance administrators. */
export async function listPeople(actor: Actor): Promise<PersonView[]> {
  requireAdmin(actor)
  const people = await db().user.findMany({
    orderBy: [{ name: 'asc' }, { email: 'asc' }],
    include: {
      roles: {
        where: { revokedAt: null },
        select: { role: true, chapterId: true, chapter: { select: { name: true } } },
        orderBy: [{ chapter: { name: 'asc' } }, { role: 'asc' }],
      },
    },
  })
  return people.map(({ id, name, email, isAdmin, disabledAt, emailVerified, roles }) => ({
    id,
    name: name ?? email,
    email,
    isAdmin,
    disabledAt,
    hasSignedIn: emailVerified !== null,
    roles: roles.map(({ role, chapterId, chapter }) => ({ role, chapterId, chapterName: chapter.name })),
  }))
}

/** Every chapter with the number of people who hold a role in it. For instance administrators. */
export async function listChapters(actor: Actor): Promise<ChapterView[]> {
  requireAdmin(actor)
  const chapters = await db().chapter.findMany({
    orderBy: { name: 'asc' },
    select: {
      id: true,
      slug: true,
      name: true,
      city: true,
      currency: true,
      roles: { where: { revokedAt: null, user: { disabledAt: null } }, distinct: ['userId'], select: { userId: true } },
    },
  })
  return chapters.map(({ roles, ...chapter }) => ({ ...chapter, peopleCount: roles.length }))
}
