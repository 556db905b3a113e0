import { createHash } from 'node:crypto'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { readBlob } from './keep-blob.ts'
import { namePublicFile } from './name-file.ts'
import { canOpenFile } from './policy.ts'
import type { OpenedFile } from './types.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Reads a file for the actor and proves that its bytes are still those that were stored. Throws `not_found` for what
 * does not exist and for what the actor may not see, and `unavailable` when the bytes are gone or changed. Evidence of
 * a payment that is not public yet is not public either; what is public is served under a name that says nothing.
 */
export async function openFile(actor: Actor, fileId: string): Promise<OpenedFile> {
  const include = { documents: { where: { removedAt: null }, select: { aidGroupId: true } } } as const
  const file = UUID.test(fileId) ? await db().storedFile.findUnique({ where: { id: fileId }, include }) : null
  const groupIds = file?.documents.map(({ aidGroupId }) => aidGroupId) ?? []
  const place = file?.isPublic ? await placeOf(file.id) : null
  const isPublic = file?.isPublic === true && place?.isPublished !== false
  if (!file || !canOpenFile(actor, { ...file, isPublic, groupIds })) {
    if (file) await recordRefusedAccess(actor, { subjectType: 'file', subjectId: file.id, chapterId: file.chapterId })
    throw new AppError('not_found', 'There is no such file.')
  }
  const { id, mediaType, sha256 } = file
  const bytes = await readBlob(file.storageKey).catch(() => undefined)
  if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256) {
    logger().error({ fileId: id, missing: !bytes }, 'a stored file is missing or is not what was stored')
    throw new AppError(
      'unavailable',
      'This file cannot be shown now: it is missing or damaged. Tell the administrator.',
    )
  }
  const fileName = isPublic ? namePublicFile(mediaType, place?.position ?? null) : file.fileName
  return { id, bytes, mediaType, fileName, sha256, isPublic }
}

type Place = { position: number; isPublished: boolean }

/** Which evidence of its payment the file is, and whether that payment is public by now; null for other files. */
async function placeOf(fileId: string): Promise<Place | null> {
  const rows = await db().$queryRaw<Place[]>`
    SELECT disbursement_is_published(e.disbursement_id, ${now()}::timestamptz) AS "isPublished",
      (SELECT count(*)::int FROM evidence f WHERE f.disbursement_id = e.disbursement_id AND (f.added_at, f.id) <= (e.added_at, e.id))
        AS position
    FROM evidence e WHERE e.file_id = ${fileId}::uuid ORDER BY 1, 2`
  // Shown for two payments it is public with the later one.
  return rows[0] ?? null
}
