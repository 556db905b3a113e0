import { db } from '#lib/db/client.ts'

/** The chapters an aid group may apply to, by name: what anyone may know of them. */
export async function listChapters(): Promise<{ id: string; name: string }[]> {
  return await db().chapter.findMany({ select: { id: true, name: true }, orderBy: { name: 'asc' } })
}
