import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { parseInput } from '#lib/parse-input.ts'
import { SOME_FIELDS, tellsName } from './check-names.ts'
import { freeSlug, makeSlug } from './make-slug.ts'
import { notFound, requireInScope } from './move-group.ts'
import { idText, longText, oneLine, publishAfterDaysText } from './schema.ts'
import type { Refusal } from './types.ts'

const schema = z.object({
  aidGroupId: idText,
  publicAlias: oneLine('the public name', 3, 120),
  summary: longText('what the group does', 20, 1000),
  publishAfterDays: publishAfterDaysText,
})

type Input = z.output<typeof schema>

/**
 * Gives the aid group another public name, at any time: { aidGroupId, publicAlias, summary, publishAfterDays }. Its
 * address is made of that name in the same step and the old one leads nowhere from then on. The name is screened like its
 * others; until that has happened no payment goes out. Payments can become public later than before, and sooner only with
 * an approval. Answers in which campaigns' texts the real name still stands, because nobody can change what was published.
 */
export async function setPublicAlias(actor: Actor, input: unknown): Promise<{ slug: string; toldIn: string[] }> {
  const given = parseInput(schema, input)
  const { aidGroupId, publicAlias, summary, publishAfterDays } = given
  await requireInScope(actor, aidGroupId)
  return await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
    const group = await tx.aidGroup.findUnique({ where: { id: aidGroupId } })
    if (!group) throw notFound()
    const { chapterId } = group
    const refusal = refusePublicAlias(actor, chapterId)
    if (refusal) throw new AppError(refusal.code, refusal.message)
    const names = await namesOf(tx, group)
    requireSafe(given, { names, publishAfterDays: group.publishAfterDays })
    const isNew = publicAlias !== group.publicAlias
    const slug = isNew ? await newSlug(tx, publicAlias) : group.slug
    const data = { publicAlias, slug, summary, publishAfterDays, version: { increment: 1 } }
    await tx.aidGroup.update({ where: { id: aidGroupId }, data })
    if (isNew) await enqueueJob(tx, 'screen-group', { aidGroupId }, { jobKey: `screen:${aidGroupId}` })
    const toldIn = await findTelling(tx, aidGroupId, names)
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.set_public_alias', subjectType: 'aid_group', subjectId: aidGroupId, chapterId },
      detail: { publicAlias, slug, before: group.publicAlias, publishAfterDays },
    })
    return { slug, toldIn }
  })
}

/** Why the actor may not set the public name, or null: reviewers of the chapter know who is in danger. */
export function refusePublicAlias(actor: Actor, chapterId: string): Refusal | null {
  if (hasRole(actor, chapterId, 'vetting_reviewer')) return null
  return { code: 'forbidden', message: 'Only a vetting reviewer of this chapter can set the public name.' }
}

function requireSafe(
  { publicAlias, summary, publishAfterDays }: Input,
  held: { names: readonly string[]; publishAfterDays: number },
): void {
  const fieldErrors: FieldErrors = {}
  const tells = (text: string) => held.names.some((name) => tellsName(text, name))
  if (tells(publicAlias)) fieldErrors['publicAlias'] = ['This has the real name in it. Choose one that does not.']
  if (tells(summary)) fieldErrors['summary'] = ['This has the real name in it, and everybody reads it. Leave it out.']
  if (publishAfterDays < held.publishAfterDays) {
    const message = `Payments become public after ${held.publishAfterDays} days. Only an approval can make that shorter.`
    fieldErrors['publishAfterDays'] = [message]
  }
  if (Object.keys(fieldErrors).length > 0) throw new AppError('invalid_input', SOME_FIELDS, { fieldErrors })
}

type Named = { id: string; publicAlias: string | null }

/** What the group is really called: everything it is known by but the alias it has now. */
async function namesOf(tx: DbClient, { id, publicAlias }: Named): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT name FROM aid_group_names(${id}::uuid) WHERE kind = 'organization'`
  return rows.map(({ name }) => name).filter((name) => name !== publicAlias)
}

async function newSlug(tx: DbClient, publicAlias: string): Promise<string> {
  const slug = makeSlug(publicAlias, 'aid-group')
  return freeSlug(slug, (await tx.aidGroup.count({ where: { slug } })) > 0)
}

/** The titles of its campaigns whose public texts have one of the names in them. */
async function findTelling(tx: DbClient, aidGroupId: string, names: readonly string[]): Promise<string[]> {
  const campaigns = await tx.campaign.findMany({
    where: { aidGroups: { some: { aidGroupId } } },
    include: {
      ...{ budgetLines: true, updates: true },
      disbursements: { where: { aidGroupId }, include: { lines: true, evidence: true } },
    },
    orderBy: { createdAt: 'asc' },
  })
  const tells = (text: string | null) => text !== null && names.some((name) => tellsName(text, name))
  return campaigns
    .filter(({ title, summary, storyMarkdown, coverAlt, budgetLines, updates, disbursements }) =>
      [
        ...[title, summary, storyMarkdown, coverAlt],
        ...budgetLines.map(({ description }) => description),
        ...updates.flatMap((update) => [update.title, update.bodyMarkdown]),
        ...disbursements.flatMap(({ purpose, lines, evidence }) => [
          purpose,
          ...lines.map(({ description }) => description),
          ...evidence.map(({ caption }) => caption),
        ]),
      ].some(tells),
    )
    .map(({ title }) => title)
}
