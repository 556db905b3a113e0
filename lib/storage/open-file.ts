import { createHash } from 'node:crypto'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { readBlob } from './keep-blob.ts'
import { canOpenFile } from './policy.ts'
import type { OpenedFile } from './types.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Reads a file for the actor and proves that its bytes are still those that were stored. Throws `not_found` for what
 * does not exist and for what the actor may not see, and `unavailable` when the bytes are gone or changed.
 */
export async function openFile(actor: Actor, fileId: string): Promise<OpenedFile> {
  const include = { documents: { where: { removedAt: null }, select: { aidGroupId: true } } } as const
  const file = UUID.test(fileId) ? await db().storedFile.findUnique({ where: { id: fileId }, include }) : null
  const groupIds = file?.documents.map(({ aidGroupId }) => aidGroupId) ?? []
  if (!file || !canOpenFile(actor, { ...file, groupIds })) {
    if (file) await recordRefusedAccess(actor, { subjectType: 'file', subjectId: file.id, chapterId: file.chapterId })
    throw new AppError('not_found', 'There is no such file.')
  }
  const { id, mediaType, fileName, sha256, isPublic } = file
  const bytes = await readBlob(file.storageKey).catch(() => undefined)
  if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256) {
    logger().error({ fileId: id, missing: !bytes }, 'a stored file is missing or is not what was stored')
    throw new AppError(
      'unavailable',
      'This file cannot be shown now: it is missing or damaged. Tell the administrator.',
    )
  }
  return { id, bytes, mediaType, fileName, sha256, isPublic }
}
