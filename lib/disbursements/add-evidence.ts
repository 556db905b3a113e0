import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { publishFile, storeFile } from '#lib/storage/store-file.ts'
import { requireAliases } from '#lib/vetting/check-names.ts'
import { type LockedDisbursement, lockDisbursement, requireInScope } from './lock-disbursement.ts'
import { canAddEvidence, requireAllowed } from './policy.ts'
import { evidenceSchema, type NewEvidence } from './schema.ts'

type StoredEvidence = Omit<NonNullable<NewEvidence>, 'file'> & { fileId: string }

/**
 * Shows what the money did: { disbursementId, file: { name, bytes }, caption, takenOn: 'YYYY-MM-DD', lineId }. The file
 * is for the chapter's people until the receipt is confirmed, and public from then on. Answers the evidence's id.
 */
export async function addEvidence(actor: Actor, input: unknown): Promise<{ id: string }> {
  const { disbursementId, ...evidence } = parseInput(evidenceSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  const stored = await storeEvidenceFile(user, disbursementId, evidence)
  return inTransaction(async (tx) => {
    const locked = await lockDisbursement(tx, disbursementId)
    const id = await insertEvidence(tx, user, locked, stored)
    if (locked.status === 'confirmed') await publishFile(tx, stored.fileId)
    await recordEvent(tx, user, {
      action: 'disbursement.evidence',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      detail: { at: at.toISOString(), evidenceId: id, fileId: stored.fileId },
    })
    return { id }
  })
}

/**
 * Keeps the file before the transaction begins; whoever may not add evidence does not get that far. `fieldPrefix` is
 * how the caller's form names the fields of evidence.
 */
export async function storeEvidenceFile(
  user: UserActor,
  disbursementId: string,
  evidence: NonNullable<NewEvidence>,
  fieldPrefix = '',
): Promise<StoredEvidence> {
  const refuse = (field: string, message: string, code: 'invalid_input' | 'file_refused' = 'invalid_input') =>
    new AppError(code, 'Some fields need your attention.', { fieldErrors: { [fieldPrefix + field]: [message] } })
  const found = await db().disbursement.findUniqueOrThrow({
    where: { id: disbursementId },
    include: { campaign: { select: { chapterId: true } }, lines: { select: { id: true } } },
  })
  requireAllowed(
    canAddEvidence(user, { ...found, chapterId: found.campaign.chapterId, evidenceCount: 0, accountPeopleIds: [] }),
  )
  const { file, ...facts } = evidence
  if (facts.takenOn > now()) throw refuse('takenOn', 'This day has not come yet.')
  if (facts.lineId !== null && !found.lines.some((line) => line.id === facts.lineId)) {
    throw refuse('lineId', 'Choose one of the lines of this disbursement.')
  }
  await requireAliases(db(), [{ field: `${fieldPrefix}caption`, text: facts.caption }])
  const { chapterId } = found.campaign
  const fileId = await storeFile(user, {
    bytes: file.bytes,
    fileName: file.name,
    purpose: 'evidence',
    chapterId,
  }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'file_refused') throw refuse('file', error.message, error.code)
    throw error
  })
  return { ...facts, fileId }
}

/** Ties a stored file to the locked disbursement, in the caller's transaction. */
export async function insertEvidence(
  tx: DbClient,
  user: UserActor,
  locked: LockedDisbursement,
  stored: StoredEvidence,
): Promise<string> {
  requireAllowed(canAddEvidence(user, locked))
  const id = newId()
  await tx.evidence.create({
    data: { id, disbursementId: locked.id, ...stored, addedById: user.userId, addedAt: now() },
    select: { id: true },
  })
  return id
}
