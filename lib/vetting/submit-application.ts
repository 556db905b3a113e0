import { z } from 'zod'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { applicationMail } from '#lib/email/application-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { AppError } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { parseInput } from '#lib/parse-input.ts'
import { mailReferences } from './ask-references.ts'
import { findGaps, type Gap } from './find-gaps.ts'
import { findRecipient } from './find-writer.ts'
import { issueLink } from './issue-link.ts'
import { moveGroup, notFound } from './move-group.ts'
import { readRound } from './read-application.ts'
import { type Dossier, readDossier } from './read-dossier.ts'
import { idText } from './schema.ts'
import { readWritingFacts, writeDossier } from './write-dossier.ts'

const submissionSchema = z.object({ aidGroupId: idText })

/**
 * Sends an application in. It brings a draft before the reviewers; one that comes later, for a group that was nominated
 * without a dossier or whose approval ends, tells them that everything was looked over. References nobody asked yet are
 * asked. Throws `invalid_input` that names every gap (fields are parts, messages `field:problem`), `wrong_state` when it
 * was sent in before.
 */
export async function submitApplication(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId } = parseInput(submissionSchema, input)
  const facts = await readWritingFacts(db(), actor, aidGroupId)
  if (!facts) throw notFound()
  const { round } = facts
  if (facts.status === 'draft') {
    await moveGroup(actor, { aidGroupId, event: 'submit', alongside: (tx) => sendIn(tx, actor, aidGroupId, round) })
    return
  }
  await writeDossier(actor, { aidGroupId, part: 'agreement' }, async (tx, { isRoundSubmitted }) => {
    if (isRoundSubmitted) throw new AppError('wrong_state', 'This was sent in already.')
    await sendIn(tx, actor, aidGroupId, round)
    return { result: undefined, event: { action: 'aid_group.submit_application', detail: { round } } }
  })
}

async function sendIn(tx: DbClient, actor: Actor, aidGroupId: string, round: number): Promise<void> {
  const dossier = await readDossier(tx, aidGroupId)
  const gaps = findGaps(dossier, await readRound(tx, dossier, round))
  if (gaps.length > 0) throw incomplete(gaps)
  if (round === 1) await copyIdentity(tx, dossier)
  const open = dossier.applications.filter((one) => one.round === round && one.isOpen)
  const own = actor.kind === 'applicant' ? open.find(({ id }) => id === actor.applicationId) : open.at(-1)
  const link = own ?? (actor.kind === 'user' ? await standIn(tx, actor.userId, dossier, round) : undefined)
  if (actor.kind === 'applicant' && !link) throw new AppError('not_found', 'This link is closed.')
  if (link) {
    await tx.vettingApplication.update({ where: { id: link.id }, data: { submittedAt: now() } })
    await mailReceipt(tx, dossier, link)
  }
  await mailReferences(tx, aidGroupId)
  await enqueueJob(tx, 'screen-group', { aidGroupId }, { jobKey: `screen:${aidGroupId}` })
}

/** What somebody of the chapter filled in without a link has its row as well, which nobody holds the token of. */
async function standIn(tx: DbClient, userId: string, { aidGroupId }: Dossier, round: number): Promise<Link> {
  const facts = { aidGroupId, round, locale: 'en', contactEmail: null, invitedById: userId } as const
  const { applicationId } = await issueLink(tx, facts)
  const { tokenHash: _, ...row } = await tx.vettingApplication.findUniqueOrThrow({ where: { id: applicationId } })
  return { ...row, isOpen: true }
}

/** What the chapter knew of the group gives way to what the group says of itself, until it is approved. */
async function copyIdentity(tx: DbClient, { aidGroupId, sections }: Dossier): Promise<void> {
  const identity = sections.identity?.data
  if (!identity) return
  const country = new Intl.DisplayNames('en', { type: 'region' }).of(identity.country) ?? identity.country
  const { legalName, region, summary } = identity
  await tx.aidGroup.update({ where: { id: aidGroupId }, data: { legalName, region, summary, country } })
}

type Link = Dossier['applications'][number]

/** A new link comes with it: the old one may be about to close, and questions are answered through it. */
async function mailReceipt(tx: DbClient, dossier: Dossier, { round, locale, contactEmail }: Link): Promise<void> {
  const { aidGroupId, chapterId, name } = dossier
  // Whoever held the mailed link may have joined a chapter since.
  const recipient = await findRecipient(tx, [contactEmail, dossier.sections.identity?.data.contactEmail])
  if (!recipient) return
  const chapter = await tx.chapter.findUniqueOrThrow({ where: { id: chapterId }, select: { name: true } })
  const language = locale === 'uk' ? 'uk' : 'en'
  const facts = { aidGroupId, round, locale: language, contactEmail: recipient, invitedById: null } as const
  const { url, closesAt } = await issueLink(tx, facts)
  const names = { chapterName: chapter.name, groupName: name }
  await queueMail(tx, applicationMail({ ...names, news: 'received', recipient, locale: language, link: url, closesAt }))
}

function incomplete(gaps: readonly Gap[]): AppError {
  const fieldErrors: Record<string, string[]> = {}
  for (const { part, field, problem } of gaps) fieldErrors[part] = [...(fieldErrors[part] ?? []), `${field}:${problem}`]
  return new AppError('invalid_input', 'Something is still missing.', { fieldErrors })
}
