import { expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { openChapter } from '#lib/campaigns/open-chapter.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { useDatabase } from '#tests/support/database.ts'

useDatabase()
const admin: UserActor = { kind: 'user', userId: newId(), name: 'Admin', isAdmin: true, roles: [] }
const chapter = {
  name: 'Oslo',
  legalName: 'Oslo Aid',
  city: 'Oslo',
  country: 'no',
  currency: 'NOK',
  deductibility: 'none',
}

test('an administrator opens a chapter with a general fund of its currency', async () => {
  const id = await openChapter(admin, chapter)
  const made = await db().chapter.findUniqueOrThrow({ where: { id } })
  expect(made).toMatchObject({ slug: 'oslo', country: 'NO', currency: 'NOK' })
  expect(made.generalFundId).not.toBeNull()
})

test('a taken name is refused at its field, also when it is sent twice at once', async () => {
  const twice = await Promise.allSettled([1, 2].map(() => openChapter(admin, { ...chapter, name: 'Bergen' })))
  expect(twice.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  await expect(openChapter(admin, chapter)).rejects.toMatchObject({
    code: 'invalid_input',
    fieldErrors: { name: [expect.any(String)] },
  })
})

test('nobody else opens one', async () => {
  await expect(openChapter({ ...admin, isAdmin: false }, { ...chapter, name: 'Malmö' })).rejects.toMatchObject({
    code: 'not_found',
  })
})
