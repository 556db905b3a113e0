import { createHash } from 'node:crypto'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId, newToken } from '#lib/ids.ts'
import { inspectFile, keepStatement } from './inspect-file.ts'
import { removeBlob, writeBlob } from './keep-blob.ts'
import { nameFile } from './name-file.ts'
import { canStoreFile } from './policy.ts'
import type { FileInput } from './types.ts'

/**
 * Keeps a file and answers its StoredFile id. Throws `file_refused` (too large, not a PDF, JPEG, PNG or WebP, damaged,
 * or two things at once) and `forbidden`. Call it before the write that uses the id, never inside a transaction.
 */
export async function storeFile(actor: Actor, input: FileInput): Promise<string> {
  const uploadedById = actor.kind === 'applicant' ? null : requireUser(actor).userId
  if (!canStoreFile(actor, input.purpose, input.chapterId, await ownChapterId(actor))) {
    throw new AppError('forbidden', 'Your role in this chapter does not include adding such files.')
  }
  const { purpose, readAs } = input
  if ((purpose === 'bank_statement') !== (readAs !== undefined))
    throw new Error('only a bank statement is read as text')
  const { bytes, mediaType } = readAs ? keepStatement(input.bytes, readAs) : await inspectFile(input.bytes)
  if (input.purpose === 'cover' && mediaType === 'application/pdf') {
    throw new AppError('file_refused', 'Choose a picture: JPEG, PNG or WebP.')
  }
  const file = {
    id: newId(),
    storageKey: newToken(),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    byteCount: bytes.length,
    fileName: nameFile(input.fileName, mediaType),
    isPublic: input.isPublic ?? false,
    chapterId: input.chapterId,
    uploadedById,
  }
  // The bytes go first: a row without its file would be a lie, a file without a row is only a few lost kilobytes.
  await writeBlob(file.storageKey, bytes)
  try {
    await inTransaction(async (tx) => {
      await tx.storedFile.create({ data: file })
      await recordEvent(tx, actor, {
        action: 'file.store',
        subjectType: 'file',
        subjectId: file.id,
        chapterId: file.chapterId,
        detail: { purpose: input.purpose, sha256: file.sha256, mediaType, byteCount: file.byteCount },
      })
    })
  } catch (error) {
    await removeBlob(file.storageKey)
    throw error
  }
  return file.id
}

async function ownChapterId(actor: Actor): Promise<string | null> {
  if (actor.kind !== 'applicant') return null
  const group = await db().aidGroup.findUnique({ where: { id: actor.aidGroupId }, select: { chapterId: true } })
  return group?.chapterId ?? null
}

/** Lets anyone fetch the file from now on. Part of the write that publishes what the file belongs to. */
export async function publishFile(tx: DbClient, fileId: string): Promise<void> {
  await tx.storedFile.update({ where: { id: fileId }, data: { isPublic: true } })
}
