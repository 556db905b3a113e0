import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { limitRate } from '#lib/auth/limit-rate.ts'
import { requireUser } from '#lib/auth/policy.ts'
import { type Actor, actorId, type SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { parseInput } from '#lib/parse-input.ts'
import { mailReference } from './ask-references.ts'
import { idText } from './schema.ts'
import { writeDossier } from './write-dossier.ts'

/** Between two mails to somebody who does not answer. */
const QUIET_DAYS = 5
const REMINDERS = ['first_reminder', 'second_reminder'] as const
const PER_REFERENCE = { name: 'reference-again', points: 2, windowSeconds: 86_400 }

type Waiting = { id: string; aidGroupId: string; chapterId: string; reminders: number }

/**
 * Reminds references that have not answered, five days after they were asked and five days after that, each time with a
 * new link; nobody a third time. A mail that somebody sent again by hand counts as the last one. Answers how many; run
 * again it finds nothing.
 */
export async function remindReferences(actor: SystemActor): Promise<number> {
  const due = await listDue(db())
  return await runEach(
    'remind-references',
    due.map(({ id }) => id),
    (id) => remindOne(actor, id),
  )
}

async function remindOne(actor: SystemActor, id: string): Promise<void> {
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM dossier_reference WHERE id = ${id}::uuid FOR UPDATE`
    // Another worker, or the answer, may have come first.
    const [waiting] = await listDue(tx, id)
    const kind = waiting && REMINDERS[waiting.reminders]
    if (!kind) return
    const { aidGroupId, chapterId } = waiting
    await mailReference(tx, { id, kind, sentBy: actorId(actor) })
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.remind_reference', subjectType: 'aid_group', subjectId: aidGroupId, chapterId },
      detail: { referenceId: id, kind },
    })
  })
}

/** Asked, not answered, the last mail five days old or older, fewer than two reminders, and still needed. */
async function listDue(client: DbClient, id: string | null = null): Promise<Waiting[]> {
  const before = new Date(now().getTime() - QUIET_DAYS * 86_400_000)
  return await client.$queryRaw<Waiting[]>`
    SELECT r.id, r.aid_group_id AS "aidGroupId", g.chapter_id AS "chapterId",
      (count(m.id) FILTER (WHERE m.kind <> 'again'))::int AS reminders
    FROM dossier_reference AS r JOIN aid_group AS g ON g.id = r.aid_group_id
    LEFT JOIN reference_mail AS m ON m.reference_id = r.id
    WHERE r.asked_at IS NOT NULL AND r.answered_at IS NULL AND r.removed_at IS NULL
      AND g.status IN ('submitted', 'screening', 'in_review', 'info_requested') AND (${id}::uuid IS NULL OR r.id = ${id}::uuid)
    GROUP BY r.id, g.chapter_id
    HAVING greatest(r.asked_at, max(m.sent_at)) <= ${before} AND count(m.id) FILTER (WHERE m.kind <> 'again') < 2
    ORDER BY r.id LIMIT 500`
}

const againSchema = z.object({ aidGroupId: idText, referenceId: idText })

/**
 * Sends a reference that has not answered its question again, at the word of an organizer or reviewer: at most twice a
 * day for each. Throws `rate_limited`, `forbidden`, and `wrong_state` when there is nothing to wait for.
 */
export async function resendReference(actor: Actor, input: unknown): Promise<void> {
  requireUser(actor)
  const { aidGroupId, referenceId } = parseInput(againSchema, input)
  await writeDossier(actor, { aidGroupId, part: 'references' }, async (tx) => {
    const where = { id: referenceId, aidGroupId, removedAt: null, answeredAt: null, askedAt: { not: null } }
    if ((await tx.dossierReference.count({ where })) === 0) {
      throw new AppError('wrong_state', 'This reference has answered, or is not asked any more. Load the page again.')
    }
    await limitRate(PER_REFERENCE, referenceId)
    await mailReference(tx, { id: referenceId, kind: 'again', sentBy: actorId(actor) })
    return { result: undefined, event: { action: 'aid_group.resend_reference', detail: { referenceId } } }
  })
}
