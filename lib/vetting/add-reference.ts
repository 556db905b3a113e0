import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { mailAddress, needed, type ProblemCode } from './check-section.ts'
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
    await requireIndependent(tx, aidGroupId, reference)
    await tx.dossierReference.create({
      data: { ...reference, id, aidGroupId, addedBy: actorId(actor), addedAt: now() },
    })
    return { result: id, event: { action: 'aid_group.add_reference', detail: { referenceId: id } } }
  })
}

const TIED = { own: 'reference_own', person: 'reference_person', staff: 'reference_staff' } as const

type Independence = { tie: keyof typeof TIED | null; known: number; isKnown: boolean; isSame: boolean }
type Named = { name: string; organization: string; email: string }

/** Two mailboxes of two organizations are two references; nobody of the aid group or the chapter is one (reference_tie). */
async function requireIndependent(
  tx: DbClient,
  aidGroupId: string,
  { name, organization, email }: Named,
): Promise<void> {
  const [facts] = await tx.$queryRaw<Independence[]>`
    SELECT reference_tie(${aidGroupId}::uuid, ${email}, ${name}) AS tie, count(*)::int AS known,
      coalesce(bool_or(mailbox_of(r.email) = mailbox_of(${email})), false) AS "isKnown",
      coalesce(bool_or(bare_words(r.organization) = bare_words(${organization})), false) AS "isSame"
    FROM dossier_reference AS r WHERE r.aid_group_id = ${aidGroupId}::uuid AND r.removed_at IS NULL`
  if (!facts) throw new Error('An aggregate has a row.')
  if (facts.tie) throw refused(TIED[facts.tie], facts.tie === 'person' ? 'name' : 'email')
  if (facts.isKnown) throw refused('reference_known')
  if (facts.isSame) throw refused('reference_same', 'organization')
  if (facts.known >= REFERENCES_MAX)
    throw new AppError('conflict', `A dossier has at most ${REFERENCES_MAX} references.`)
}

const refused = (problem: ProblemCode, field: keyof Named = 'email') =>
  new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { [field]: [problem] } })

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
