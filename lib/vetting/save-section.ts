import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { checkSection, type Problems } from './check-section.ts'
import { digestOf } from './collect-dossier.ts'
import { isStaffMailbox } from './find-writer.ts'
import { parseSection, type SectionFields } from './parse-section.ts'
import { idText } from './schema.ts'
import { type SectionKind, sectionKinds } from './types.ts'
import { writeDossier } from './write-dossier.ts'

const sectionSchema = z.object({
  aidGroupId: idText,
  section: z.enum(sectionKinds, 'This is not one of the choices.'),
  data: z.unknown().optional(),
})

export type SavedSection = { version: number; problems: Problems }

/**
 * Keeps what was filled into a section, whole or not, right or wrong, and says what it still lacks. Equal data makes no
 * new version. Throws `not_found` and `wrong_state` as `refuseWriting` says, and `invalid_input` where somebody of the
 * chapter writes down a signature without the signed paper.
 */
export async function saveSection(actor: Actor, input: unknown): Promise<SavedSection> {
  const { aidGroupId, section, data } = parseInput(sectionSchema, input)
  const fields = parseSection(section, data)
  const problems = checkSection(section, fields)
  // No link is mailed to somebody of a chapter: with such a contact nothing could be sent in or asked.
  const { contactEmail } = fields as Partial<SectionFields<'identity'>>
  if (contactEmail && (await isStaffMailbox(db(), contactEmail))) problems['contactEmail'] ??= 'contact_staff'
  const whole = { ...fields, complete: Object.keys(problems).length === 0 }
  const digest = digestOf(whole)
  const version = await writeDossier(actor, { aidGroupId, part: section }, async (tx) => {
    const last = await lastVersion(tx, aidGroupId, section)
    if (last?.digest === digest) return { result: last.version, event: null }
    if (actor.kind === 'user' && whole.complete) await requirePaper(tx, aidGroupId, section)
    const next = (last?.version ?? 0) + 1
    await tx.dossierSection.create({
      data: {
        ...{ aidGroupId, section, version: next, data: whole as Prisma.InputJsonObject, digest },
        ...{ savedBy: actorId(actor), savedAt: now() },
      },
    })
    const detail = { section, version: next, digest, complete: whole.complete }
    return { result: next, event: { action: 'aid_group.save_section', detail } }
  })
  return { version, problems }
}

const SIGNED_PAPER = { end_use: 'end_use_statement', agreement: 'agreement' } as const

/** Only the aid group signs by typing. What somebody of the chapter writes down was signed on paper, which lies in the dossier. */
async function requirePaper(tx: DbClient, aidGroupId: string, section: SectionKind): Promise<void> {
  if (section !== 'end_use' && section !== 'agreement') return
  const where = { aidGroupId, kind: SIGNED_PAPER[section], removedAt: null }
  if ((await tx.dossierDocument.count({ where })) > 0) return
  throw new AppError('invalid_input', 'The signed paper is missing.', { fieldErrors: { accepted: ['paper'] } })
}

async function lastVersion(tx: DbClient, aidGroupId: string, section: SectionKind) {
  return await tx.dossierSection.findFirst({ where: { aidGroupId, section }, orderBy: { version: 'desc' } })
}
