import type { DbClient } from '#lib/db/client.ts'
import { applicationMail } from '#lib/email/application-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { findRecipient } from './find-writer.ts'
import { issueLink } from './issue-link.ts'
import { readSections } from './read-dossier.ts'

/** Whether a question was mailed, or why nobody was. */
export type Mailed = 'mailed' | 'no_contact' | 'contact_is_staff'

/**
 * Tells an aid group, in its language, that a reviewer has a question, with a new link that opens what it is about. Part
 * of the write that asks, which stands as well where there is no address to write to, or only one of somebody who works
 * for a chapter.
 */
export async function mailQuestion(tx: DbClient, aidGroupId: string): Promise<Mailed> {
  const group = await tx.aidGroup.findUniqueOrThrow({
    where: { id: aidGroupId },
    include: { chapter: { select: { name: true } }, applications: { orderBy: { id: 'desc' } } },
  })
  const [last] = group.applications
  const mailed = group.applications.find(({ contactEmail }) => contactEmail !== null)?.contactEmail
  const known = [mailed, (await readSections(tx, aidGroupId)).identity?.data.contactEmail].filter(Boolean)
  if (known.length === 0 || !last) return 'no_contact'
  const recipient = await findRecipient(tx, known)
  if (!recipient) return 'contact_is_staff'
  const locale = last.locale === 'uk' ? 'uk' : 'en'
  const facts = { aidGroupId, round: last.round, locale, contactEmail: recipient, invitedById: null } as const
  const { url, closesAt } = await issueLink(tx, facts)
  const names = { chapterName: group.chapter.name, groupName: group.name }
  await queueMail(tx, applicationMail({ ...names, news: 'question', recipient, locale, link: url, closesAt }))
  return 'mailed'
}
