import { z } from 'zod'
import { limitRate } from '#lib/auth/limit-rate.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { storeFile } from '#lib/storage/store-file.ts'
import { optional } from './check-section.ts'
import { notFound } from './move-group.ts'
import { refuseWriting } from './policy.ts'
import { idText } from './schema.ts'
import { documentKinds, type WritingFacts } from './types.ts'
import { readWritingFacts, writeDossier } from './write-dossier.ts'

const DOCUMENTS_MAX = 60
const PER_GROUP = { name: 'dossier-document', points: 120, windowSeconds: 86_400 }

const documentSchema = z.object({
  aidGroupId: idText,
  kind: z.enum(documentKinds, 'choose'),
  caption: z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? value.normalize('NFC').trim() : ''))
    .pipe(optional(200)),
})

export type BroughtFile = { bytes: Uint8Array; fileName: string }

/**
 * Puts a document into the dossier and answers its id. The file is looked at before it is kept: see storeFile, whose
 * `file_refused` it passes on.
 */
export async function attachDocument(actor: Actor, input: unknown, file: BroughtFile): Promise<string> {
  const { aidGroupId, kind, caption } = parseInput(documentSchema, input)
  const facts = await readWritingFacts(db(), actor, aidGroupId)
  if (!facts) throw notFound()
  const refusal = refuseWriting(actor, facts, 'documents')
  if (refusal) throw new AppError(refusal.code, refusal.message)
  if (file.bytes.length === 0) {
    throw new AppError('invalid_input', 'Choose a file.', { fieldErrors: { file: ['file'] } })
  }
  await limitRate(PER_GROUP, aidGroupId)
  const fileId = await storeFile(actor, { ...file, purpose: 'vetting_document', chapterId: facts.chapterId })
  const id = newId()
  return await writeDossier(actor, { aidGroupId, part: 'documents' }, async (tx) => {
    const count = await tx.dossierDocument.count({ where: { aidGroupId, removedAt: null } })
    if (count >= DOCUMENTS_MAX) throw new AppError('conflict', `A dossier holds at most ${DOCUMENTS_MAX} documents.`)
    await tx.dossierDocument.create({
      data: { id, aidGroupId, kind, caption, fileId, addedBy: actorId(actor), addedAt: now() },
    })
    return { result: id, event: { action: 'aid_group.attach_document', detail: { documentId: id, kind, fileId } } }
  })
}

const removalSchema = z.object({ aidGroupId: idText, documentId: idText })

/** Takes a document out of the dossier; row and file stay. What was sent in with an application is not taken back. */
export async function removeDocument(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, documentId } = parseInput(removalSchema, input)
  await writeDossier(actor, { aidGroupId, part: 'documents' }, async (tx, facts) => {
    const where = { id: documentId, aidGroupId, removedAt: null }
    const document = await tx.dossierDocument.findFirst({ where })
    if (!document) return { result: undefined, event: null }
    if (actor.kind === 'applicant' && (await wasSentIn(tx, facts, document.addedAt))) {
      throw new AppError('wrong_state', 'This document was sent in, so it stays. Add the right one beside it.')
    }
    await tx.dossierDocument.updateMany({ where, data: { removedBy: actorId(actor), removedAt: now() } })
    return { result: undefined, event: { action: 'aid_group.remove_document', detail: { documentId } } }
  })
}

async function wasSentIn(tx: DbClient, { id, round }: WritingFacts, addedAt: Date): Promise<boolean> {
  const sent = await tx.vettingApplication.count({ where: { aidGroupId: id, round, submittedAt: { gte: addedAt } } })
  return sent > 0
}
