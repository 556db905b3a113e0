import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { partDigest } from './find-gaps.ts'
import { readDossier } from './read-dossier.ts'
import { idText } from './schema.ts'
import { parts } from './types.ts'
import { writeDossier } from './write-dossier.ts'

const confirmationSchema = z.object({ aidGroupId: idText, part: z.enum(parts) })

/** Says in a later round that a part was read again and is still right. Worth nothing once the part changes. */
export async function confirmPart(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, part } = parseInput(confirmationSchema, input)
  await writeDossier(actor, { aidGroupId, part }, async (tx, { round }) => {
    if (round === 1) throw new AppError('wrong_state', 'There is nothing to confirm in a first application.')
    const digest = partDigest(await readDossier(tx, aidGroupId), part)
    const known = await tx.dossierConfirmation.count({ where: { aidGroupId, round, part, digest } })
    if (known > 0) return { result: undefined, event: null }
    const who = { confirmedBy: actorId(actor), confirmedAt: now() }
    await tx.dossierConfirmation.create({ data: { aidGroupId, round, part, digest, ...who } })
    return { result: undefined, event: { action: 'aid_group.confirm_part', detail: { part, round, digest } } }
  })
}
