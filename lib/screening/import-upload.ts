import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { type ImportSteps, importList } from './import-list.ts'
import { type ListFile, messageOf } from './read-text.ts'

/**
 * The worker's job: reads a list that a person sent and brings it in, in that person's name and with their roles of now.
 * What came of it is written in the transaction that puts the list in force, so a job that was killed begins again and
 * one that has ended does nothing. A file that cannot be read ends it too: nobody has to try that again.
 */
export async function importUpload({ uploadId }: { uploadId: string }): Promise<void> {
  const upload = await db().listUpload.findUnique({ where: { id: uploadId } })
  if (!upload || upload.finishedAt) return
  await db().listUpload.update({ where: { id: uploadId }, data: { stage: 'reading', done: 0, total: 0 } })
  const [actor, files] = await Promise.all([readActor(upload.by), readFiles(uploadId)])
  const { source } = upload
  try {
    await importList(actor, { source, files, way: 'upload' }, stepsOf(uploadId))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    logger().warn({ list: source, problem: messageOf(error) }, 'an uploaded list was not imported')
    await endRefused(uploadId, messageOf(error))
  }
}

function stepsOf(uploadId: string): ImportSteps {
  return {
    onWritten: async (done, total) => {
      await db().listUpload.update({ where: { id: uploadId }, data: { stage: 'writing', done, total } })
    },
    finish: async (tx, end) => {
      const ended = { stage: 'done', finishedAt: now(), outcome: end.outcome }
      const data =
        end.outcome === 'failed' ? { ...ended, message: end.message } : { ...ended, snapshotId: end.snapshotId }
      await tx.listUpload.update({ where: { id: uploadId }, data })
      await tx.listUploadPart.deleteMany({ where: { uploadId } })
    },
  }
}

/** Somebody who lost their role meanwhile is refused before the list is looked at, so nothing has ended it yet. */
async function endRefused(uploadId: string, message: string): Promise<void> {
  const isOpen = (await db().listUpload.count({ where: { id: uploadId, finishedAt: null } })) > 0
  if (isOpen) await db().$transaction((tx) => stepsOf(uploadId).finish(tx, { outcome: 'failed', message }))
}

async function readActor(userId: string): Promise<Actor> {
  const user = await db().user.findFirst({
    where: { id: userId, disabledAt: null },
    select: {
      ...{ name: true, email: true, isAdmin: true },
      roles: { where: { revokedAt: null }, select: { chapterId: true, role: true } },
    },
  })
  if (!user) return { kind: 'guest' }
  const { name, email, isAdmin, roles } = user
  return { kind: 'user', userId, name: name ?? email, isAdmin, roles }
}

async function readFiles(uploadId: string): Promise<ListFile[]> {
  const parts = await db().listUploadPart.findMany({
    where: { uploadId },
    orderBy: [{ filePlace: 'asc' }, { partPlace: 'asc' }],
    select: { fileName: true, filePlace: true, bytes: true },
  })
  return [...Map.groupBy(parts, ({ filePlace }) => filePlace).values()].map((pieces) => ({
    name: pieces[0]?.fileName ?? '',
    bytes: new Uint8Array(Buffer.concat(pieces.map(({ bytes }) => bytes))),
  }))
}
