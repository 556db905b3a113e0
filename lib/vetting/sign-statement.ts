import { z } from 'zod'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { parseInput } from '#lib/parse-input.ts'
import { parseSection } from './parse-section.ts'
import { readSections } from './read-dossier.ts'
import { readStatement } from './read-statement.ts'
import { type SavedSection, saveSection } from './save-section.ts'
import { idText } from './schema.ts'
import { locales } from './types.ts'

const signSchema = z.object({
  aidGroupId: idText,
  locale: z.enum(locales),
  /** The tick below the text: without it what was typed is kept, and nothing is signed. */
  accepted: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === 'yes'),
  signedName: z.unknown().optional(),
  signedRole: z.unknown().optional(),
})
const endUseSchema = signSchema.extend({
  hasDualUse: z.unknown().optional(),
  dualUseItems: z.unknown().optional(),
  dualUseDetails: z.unknown().optional(),
})

/**
 * Signs the end-use statement as it reads today in that language: its version, its hash, who, as what, on which day. What
 * was said about dual-use items is part of what is signed; signing the same again keeps the first day.
 */
export async function signEndUse(actor: Actor, input: unknown): Promise<SavedSection> {
  const { aidGroupId, locale, accepted, ...typed } = parseInput(endUseSchema, input)
  const { version, sha256 } = readStatement('end_use', locale)
  const signed = { ...typed, statementVersion: version, statementSha256: sha256 }
  const last = (await readSections(db(), aidGroupId)).end_use?.data
  const data = accepted ? { ...signed, signedOn: dayOf(parseSection('end_use', signed), last) } : typed
  return await saveSection(actor, { aidGroupId, section: 'end_use', data })
}

/** Signs the partner agreement in the same way. */
export async function signAgreement(actor: Actor, input: unknown): Promise<SavedSection> {
  const { aidGroupId, locale, accepted, ...typed } = parseInput(signSchema, input)
  const { version, sha256 } = readStatement('agreement', locale)
  const signed = { ...typed, agreementVersion: version, agreementSha256: sha256 }
  const last = (await readSections(db(), aidGroupId)).agreement?.data
  const data = accepted ? { ...signed, signedOn: dayOf(parseSection('agreement', signed), last) } : typed
  return await saveSection(actor, { aidGroupId, section: 'agreement', data })
}

/** Today, or the day on which the same was signed before. */
function dayOf(signed: object, last: { signedOn: string } | undefined): string {
  const day = last?.signedOn || now().toISOString().slice(0, 10)
  const isSame = last !== undefined && sameText({ ...signed, signedOn: '' }, { ...last, signedOn: '' })
  return isSame ? day : now().toISOString().slice(0, 10)
}

function sameText(fresh: object, last: object): boolean {
  return Object.entries(fresh).every(([key, value]) => {
    return JSON.stringify(value) === JSON.stringify((last as Record<string, unknown>)[key])
  })
}
