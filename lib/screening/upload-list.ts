import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { parseInput } from '#lib/parse-input.ts'
import { FILES_MAX, LIST_BYTES_MAX, tooLarge } from './extract-files.ts'
import { namesOf } from './import-list.ts'
import { requireListKeeper } from './policy.ts'
import { type ListFile, refusedList } from './read-text.ts'
import { uploadSchema } from './schema.ts'

/** A piece is small enough that the process answers others between two of them. */
const PART_BYTES = 512 * 1024

/**
 * Keeps a list that a person sent, { source, files: [{ name, bytes }] }, and leaves reading it to the worker. Answers
 * the upload's id. Throws `invalid_input` where there is nothing to read; what is wrong inside a file the upload says.
 */
export async function uploadList(actor: Actor, input: unknown): Promise<string> {
  requireListKeeper(actor)
  const { userId } = requireUser(actor)
  const { source, files } = parseInput(uploadSchema, input)
  requireFiles(files)
  const byteCount = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const id = newId()
  await inTransaction(async (tx) => {
    await tx.listUpload.create({
      data: { id, source, fileName: namesOf(files), byteCount, by: userId, at: now() },
    })
    for (const [filePlace, { name, bytes }] of files.entries()) {
      for (let at = 0, partPlace = 0; at < bytes.length; at += PART_BYTES, partPlace += 1) {
        const part = Buffer.from(bytes.subarray(at, at + PART_BYTES))
        await tx.listUploadPart.create({
          data: { uploadId: id, fileName: name, filePlace, partPlace, bytes: part },
          select: { id: true },
        })
      }
    }
    await enqueueJob(tx, 'import-list', { uploadId: id }, { jobKey: `import-list:${id}` })
    await recordEvent(tx, actor, {
      ...{ action: 'list.upload', subjectType: 'list_upload', subjectId: id },
      detail: { source, fileName: namesOf(files), byteCount },
    })
  })
  return id
}

function requireFiles(files: readonly ListFile[]): void {
  if (files.length === 0) throw refusedList('files', null, 'choose the file or files of the list.')
  if (files.length > FILES_MAX) throw refusedList('files', null, `a list has at most ${FILES_MAX} files.`)
  const empty = files.find(({ bytes }) => bytes.length === 0)
  if (empty) throw refusedList(empty.name, null, 'the file is empty.')
  const tooBig = files.find(({ bytes }) => bytes.length > LIST_BYTES_MAX)
  if (tooBig) throw tooLarge(tooBig.name)
}
