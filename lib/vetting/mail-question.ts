import type { DbClient } from '#lib/db/client.ts'
import { applicationMail } from '#lib/email/application-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { issueLink } from './issue-link.ts'
import { readSections } from './read-dossier.ts'

/**
 * Tells an aid group, in its language, that a reviewer has a question, with a new link that opens what it is about. Part
 * of the write that asks. Answers whether there was an address to write to.
 */
export async function mailQuestion(tx: DbClient, aidGroupId: string): Promise<boolean> {
  const group = await tx.aidGroup.findUniqueOrThrow({
    where: { id: aidGroupId },
    include: { chapter: { select: { name: true } }, applications: { orderBy: { id: 'desc' } } },
  })
  const [last] = group.applications
  const mailed = group.applications.find(({ contactEmail }) => contactEmail !== null)?.contactEmail
  const recipient = mailed ?? (await readSections(tx, aidGroupId)).identity?.data.contactEmail
  if (!recipient || !last) return false
  const locale = last.locale === 'uk' ? 'uk' : 'en'
  const facts = { aidGroupId, round: last.round, locale, contactEmail: recipient, invitedById: null } as const
  const { url, closesAt } = await issueLink(tx, facts)
  const names = { chapterName: group.chapter.name, groupName: group.name }
  await queueMail(tx, applicationMail({ ...names, news: 'question', recipient, locale, link: url, closesAt }))
  return true
}
