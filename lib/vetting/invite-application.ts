import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { emailAddress } from '#lib/email/address.ts'
import { applicationMail } from '#lib/email/application-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { isStaffMailbox } from './find-writer.ts'
import { type ApplicationLink, issueLink } from './issue-link.ts'
import { notFound, requireInScope } from './move-group.ts'
import { canNominate } from './policy.ts'
import { idText } from './schema.ts'
import { type AidGroupStatus, locales } from './types.ts'

const invitationSchema = z.object({
  aidGroupId: idText,
  email: z.preprocess((value) => (value === '' ? undefined : value), emailAddress.optional()),
  locale: z.enum(locales, 'Choose the language.'),
})

const IN_WORK: readonly AidGroupStatus[] = ['draft', 'submitted', 'screening', 'in_review', 'info_requested']
const IN_FORCE: readonly AidGroupStatus[] = ['approved', 'approved_with_conditions', 'expiring', 'expired']

export type Invitation = ApplicationLink & { round: number; isMailed: boolean }

/**
 * Makes the link to an aid group's application, mails it where an address is given, and answers it so that it can be
 * handed on otherwise. Links of the same round that nobody opened stop working. After an approval it begins the next round,
 * prefilled. Throws `forbidden` and `wrong_state`.
 */
export async function inviteApplication(actor: Actor, input: unknown): Promise<Invitation> {
  const { userId } = requireUser(actor)
  const { aidGroupId, email, locale } = parseInput(invitationSchema, input)
  await requireInScope(actor, aidGroupId)
  return await inTransaction(async (tx) => {
    if (email && (await isStaffMailbox(tx, email))) throw staffMailbox()
    await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
    const group = await tx.aidGroup.findUnique({ where: { id: aidGroupId }, include: { chapter: true } })
    if (!group) throw notFound()
    if (!canNominate(actor, group.chapterId)) {
      throw new AppError('forbidden', 'Only an organizer or a vetting reviewer of this chapter can do this.')
    }
    const round = await nextRound(tx, group)
    await tx.vettingApplication.updateMany({
      where: { aidGroupId, round, openedAt: null, revokedAt: null },
      data: { revokedAt: now() },
    })
    const link = await issueLink(tx, { aidGroupId, round, locale, contactEmail: email ?? null, invitedById: userId })
    if (email) {
      const names = { chapterName: group.chapter.name, groupName: group.name }
      const news = round > 1 ? 'renewal' : 'invitation'
      await queueMail(
        tx,
        applicationMail({ ...names, news, recipient: email, locale, link: link.url, closesAt: link.closesAt }),
      )
    }
    const { chapterId } = group
    const detail = { applicationId: link.applicationId, round, locale, isMailed: email !== undefined }
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.invite_application', subjectType: 'aid_group', subjectId: aidGroupId, chapterId, detail },
    })
    return { ...link, round, isMailed: email !== undefined }
  })
}

const staffMailbox = () => {
  const message = 'This is the address of somebody who works for a chapter. The link goes to the aid group itself.'
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { email: [message] } })
}

/** The round a new link is for: the one that is open, or the next one where the group is approved as of the last. */
async function nextRound(tx: DbClient, group: { id: string; status: AidGroupStatus }): Promise<number> {
  const links = await tx.vettingApplication.findMany({ where: { aidGroupId: group.id } })
  const last = Math.max(0, ...links.map((link) => link.round))
  if (IN_FORCE.includes(group.status)) {
    const isSubmitted = links.some((link) => link.round === last && link.submittedAt !== null)
    return last > 1 && !isSubmitted ? last : Math.max(2, last + 1)
  }
  if (!IN_WORK.includes(group.status)) {
    throw new AppError('wrong_state', 'There is nothing to apply for as its vetting stands now.')
  }
  const approvals = await tx.aidGroupStatusChange.count({
    where: { aidGroupId: group.id, to: { in: ['approved', 'approved_with_conditions'] } },
  })
  return Math.max(approvals > 0 ? 2 : 1, last)
}
