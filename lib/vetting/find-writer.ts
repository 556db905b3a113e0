import type { DbClient } from '#lib/db/client.ts'

/**
 * The person behind a row's `entered_by`, as far as one of the chapter can be: whoever made a link that nobody mailed has
 * held it, so what came through it counts as theirs when duties are separated. Other actor ids come back as they are.
 */
export async function findWriter(client: DbClient, actorId: string): Promise<string> {
  if (!actorId.startsWith('applicant:')) return actorId
  const link = await client.vettingApplication.findUnique({
    where: { id: actorId.slice('applicant:'.length) },
    select: { invitedById: true, contactEmail: true },
  })
  return link && link.contactEmail === null && link.invitedById !== null ? link.invitedById : actorId
}
