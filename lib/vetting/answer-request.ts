import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { parseInput } from '#lib/parse-input.ts'
import { needed } from './check-section.ts'
import { notFound, requireInScope, stepGroup } from './move-group.ts'
import { isOwnGroup } from './policy.ts'
import { idText } from './schema.ts'
import { writeDossier } from './write-dossier.ts'

const answerSchema = z.object({
  requestId: idText,
  answer: z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n').normalize('NFC').trim() : ''))
    .pipe(needed(4000, 2)),
})

/**
 * Answers one question of a reviewer, once. With the last one the review goes on (info_requested -> in_review), and what
 * the questions had opened closes again. Throws `not_found` and `wrong_state`.
 */
export async function answerRequest(actor: Actor, input: unknown): Promise<void> {
  const { requestId, answer } = parseInput(answerSchema, input)
  const request = await db().informationRequest.findUnique({ where: { id: requestId } })
  if (!request) throw notFound()
  const { aidGroupId } = request
  if (!isOwnGroup(actor, aidGroupId)) await requireInScope(actor, aidGroupId)
  await writeDossier(actor, { aidGroupId, part: request.section ?? 'documents' }, async (tx, facts) => {
    if (facts.status !== 'info_requested') throw new AppError('wrong_state', 'The review has gone on already.')
    const { count } = await tx.informationRequest.updateMany({
      where: { id: requestId, answeredAt: null },
      data: { answer, answeredBy: actorId(actor), answeredAt: now() },
    })
    if (count === 0) throw new AppError('wrong_state', 'This was answered already.')
    const left = await tx.informationRequest.count({ where: { aidGroupId, answeredAt: null } })
    if (left === 0) {
      // Names may be new: what is reviewed next is screened first.
      await enqueueJob(tx, 'screen-group', { aidGroupId }, { jobKey: `screen:${aidGroupId}` })
      await stepGroup(tx, actor, { aidGroupId, event: 'answer_info', reason: 'Every question was answered.' })
    }
    return { result: undefined, event: { action: 'aid_group.answer_request', detail: { requestId, left } } }
  })
}
