import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { emailAddress } from '#lib/email/address.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { mailAddress, needed, type ProblemCode } from './check-section.ts'
import { readSections } from './read-dossier.ts'
import { idText } from './schema.ts'
import { writeDossier } from './write-dossier.ts'

const REFERENCES_MAX = 10

const line = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value.normalize('NFC').trim() : ''))

const referenceSchema = z.object({
  aidGroupId: idText,
  name: line.pipe(needed(200, 3)),
  organization: line.pipe(needed(200, 2)),
  email: line.pipe(mailAddress).transform((text) => text.toLowerCase()),
  relation: line.pipe(needed(1000, 3)),
})

/** Names somebody independent who may be asked about the group, and answers the reference's id. */
export async function addReference(actor: Actor, input: unknown): Promise<string> {
  const { aidGroupId, ...reference } = parseInput(referenceSchema, input)
  const id = newId()
  return await writeDossier(actor, { aidGroupId, part: 'references' }, async (tx) => {
    await requireIndependent(tx, aidGroupId, reference.email)
    await tx.dossierReference.create({
      data: { ...reference, id, aidGroupId, addedBy: actorId(actor), addedAt: now() },
    })
    return { result: id, event: { action: 'aid_group.add_reference', detail: { referenceId: id } } }
  })
}

/** Two mailboxes are two references, and the group's own mailbox is none. */
async function requireIndependent(tx: DbClient, aidGroupId: string, email: string): Promise<void> {
  const known = await tx.dossierReference.findMany({ where: { aidGroupId, removedAt: null }, select: { email: true } })
  const links = await tx.vettingApplication.findMany({ where: { aidGroupId }, select: { contactEmail: true } })
  const { identity } = await readSections(tx, aidGroupId)
  const own = [...links.map(({ contactEmail }) => contactEmail ?? ''), identity?.data.contactEmail ?? '']
  const isOwn = own.some((text) => emailAddress.safeParse(text).data === email)
  if (isOwn) throw refused('reference_own')
  if (known.some((reference) => reference.email === email)) throw refused('reference_known')
  if (known.length >= REFERENCES_MAX)
    throw new AppError('conflict', `A dossier has at most ${REFERENCES_MAX} references.`)
}

const refused = (problem: ProblemCode) =>
  new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { email: [problem] } })

const removalSchema = z.object({ aidGroupId: idText, referenceId: idText })

/** Takes a reference out of those in force, and its link with it; what was answered stays in the row. */
export async function removeReference(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, referenceId } = parseInput(removalSchema, input)
  await writeDossier(actor, { aidGroupId, part: 'references' }, async (tx) => {
    const { count } = await tx.dossierReference.updateMany({
      where: { id: referenceId, aidGroupId, removedAt: null },
      data: { removedBy: actorId(actor), removedAt: now() },
    })
    return {
      result: undefined,
      event: count ? { action: 'aid_group.remove_reference', detail: { referenceId } } : null,
    }
  })
}
