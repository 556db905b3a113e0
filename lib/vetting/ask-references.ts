import { z } from 'zod'
import { hashVettingToken } from '#lib/auth/hash-token.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { referenceMail } from '#lib/email/application-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { newToken } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { idText } from './schema.ts'
import type { Locale } from './types.ts'
import { writeDossier } from './write-dossier.ts'

const askSchema = z.object({ aidGroupId: idText })

/** Asks the references of a group that nobody asked yet, each by a mail with a link of their own; answers how many. */
export async function askReferences(actor: Actor, input: unknown): Promise<number> {
  const { aidGroupId } = parseInput(askSchema, input)
  return await writeDossier(actor, { aidGroupId, part: 'references' }, async (tx, { status }) => {
    if (status === 'draft') throw new AppError('wrong_state', 'References are asked when the application is sent in.')
    const asked = await mailReferences(tx, aidGroupId)
    return { result: asked, event: asked ? { action: 'aid_group.ask_references', detail: { asked } } : null }
  })
}

/** The same within the write that sends an application in. */
export async function mailReferences(tx: DbClient, aidGroupId: string): Promise<number> {
  const group = await tx.aidGroup.findUniqueOrThrow({
    where: { id: aidGroupId },
    include: {
      chapter: { select: { name: true } },
      references: { where: { removedAt: null, askedAt: null } },
      applications: { orderBy: { id: 'desc' }, take: 1, select: { locale: true } },
    },
  })
  const locale: Locale = group.applications[0]?.locale === 'uk' ? 'uk' : 'en'
  const names = { chapterName: group.chapter.name, groupName: group.name }
  for (const { id, email, name } of group.references) {
    const token = newToken()
    await tx.dossierReference.update({
      where: { id },
      data: { tokenHash: hashVettingToken('reference', token), askedAt: now() },
    })
    await queueMail(tx, referenceMail({ ...names, recipient: email, locale, name, link: linkOf(token, locale) }))
  }
  return group.references.length
}

type MailAgain = { id: string; kind: 'first_reminder' | 'second_reminder' | 'again'; sentBy: string }

/** Another mail to a reference that was asked before, with a link of its own: the token of the first is kept nowhere. */
export async function mailReference(tx: DbClient, { id, kind, sentBy }: MailAgain): Promise<void> {
  const { name, email, aidGroup } = await tx.dossierReference.findUniqueOrThrow({
    where: { id },
    include: {
      aidGroup: {
        include: {
          chapter: { select: { name: true } },
          applications: { orderBy: { id: 'desc' }, take: 1, select: { locale: true } },
        },
      },
    },
  })
  const locale: Locale = aidGroup.applications[0]?.locale === 'uk' ? 'uk' : 'en'
  const token = newToken()
  await tx.referenceMail.create({
    data: { referenceId: id, kind, tokenHash: hashVettingToken('reference', token), sentBy, sentAt: now() },
  })
  const names = { chapterName: aidGroup.chapter.name, groupName: aidGroup.name }
  await queueMail(
    tx,
    referenceMail({ ...names, recipient: email, locale, name, link: linkOf(token, locale), isReminder: true }),
  )
}

/** Always on the canonical host, in the application's language. */
function linkOf(token: string, locale: Locale): string {
  return new URL(`/references/${token}${locale === 'uk' ? '?lang=uk' : ''}`, env().APP_URL).toString()
}
