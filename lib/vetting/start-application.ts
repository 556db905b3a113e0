import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { limitRate, limitSender } from '#lib/auth/limit-rate.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { applicationMail } from '#lib/email/application-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { mailAddress, needed, optional } from './check-section.ts'
import { isStaffMailbox } from './find-writer.ts'
import { issueLink } from './issue-link.ts'
import { makeSlug } from './make-slug.ts'
import { locales } from './types.ts'

const PER_SENDER = { name: 'apply-sender', points: 100, windowSeconds: 3600 }
const PER_ADDRESS = { name: 'apply-address', points: 5, windowSeconds: 3600 }
const PER_CHAPTER = { name: 'apply-chapter', points: 200, windowSeconds: 86_400 }

const line = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value.normalize('NFC').trim() : ''))

const startSchema = z.object({
  chapterId: z.uuid({ error: 'choose' }),
  name: line.pipe(needed(120, 3)),
  publicName: line.pipe(optional(120)),
  email: line.pipe(mailAddress).transform((text) => text.toLowerCase()),
  locale: z.enum(locales, 'choose'),
})
type Start = z.output<typeof startSchema>

/**
 * Begins an application that nobody of the chapter asked for, and mails its link: who holds that mailbox fills it in. The

 * answer is the same for every address and name, also for that of somebody who works for a chapter, who gets no link. A draft of that name and mailbox gets a new link instead of a twin.
 * `senderAddress` is the network address of the asker. Throws `invalid_input` (messages are problem codes) and
 * `rate_limited`.
 */
export async function startApplication(actor: Actor, input: unknown, senderAddress: string): Promise<void> {
  const start = parseInput(startSchema, input)
  await limitSender(PER_SENDER, senderAddress)
  await limitRate(PER_ADDRESS, start.email)
  await limitRate(PER_CHAPTER, start.chapterId)
  const chapter = await db().chapter.findUnique({ where: { id: start.chapterId }, select: { id: true, name: true } })
  if (!chapter || (await isStaffMailbox(db(), start.email))) return
  await inTransaction(async (tx) => {
    const known = await findDraft(tx, start)
    const aidGroupId = known ?? (await createDraft(tx, start))
    const { locale, email, name } = start
    const link = await issueLink(tx, { aidGroupId, round: 1, locale, contactEmail: email, invitedById: null })
    const names = { chapterName: chapter.name, groupName: name }
    const { url, closesAt, applicationId } = link
    await queueMail(tx, applicationMail({ ...names, news: 'begun', recipient: email, locale, link: url, closesAt }))
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.start_application', subjectType: 'aid_group', subjectId: aidGroupId },
      ...{ chapterId: chapter.id, detail: { applicationId, isNew: known === null } },
    })
  })
}

async function findDraft(tx: DbClient, { chapterId, email, name }: Start): Promise<string | null> {
  const draft = await tx.aidGroup.findFirst({
    where: { chapterId, name, status: 'draft', nominatedById: null, applications: { some: { contactEmail: email } } },
    select: { id: true },
  })
  return draft?.id ?? null
}

/** The address of its page tells no more than the public name does; the random end lets nobody learn who else applied. */
async function createDraft(tx: DbClient, { chapterId, name, publicName }: Start): Promise<string> {
  const id = newId()
  const slug = `${makeSlug(publicName || name, 'aid-group')}-${randomBytes(3).toString('hex')}`
  await tx.aidGroup.create({
    data: {
      ...{ id, chapterId, name, slug, publicAlias: publicName || null, createdAt: now() },
      ...{ summary: '', country: '', region: '', status: 'draft' },
    },
  })
  return id
}
