import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { findWriter } from './find-writer.ts'
import { approvalGates } from './list-gates.ts'
import { notFound, requireInScope } from './move-group.ts'
import { idText, longText, reasonText } from './schema.ts'
import type { AidGroupStatus, Refusal } from './types.ts'

const findingSchema = z
  .object({
    aidGroupId: idText,
    gate: z.enum(approvalGates, 'This is not one of the gates.'),
    verdict: z.enum(['met', 'failed'], 'Say whether the gate is met.'),
    reason: reasonText,
    detail: z
      .object({
        riskTier: z.preprocess(
          (tier) => tier || undefined,
          z.enum(['low', 'medium', 'high'], 'Choose the risk.').optional(),
        ),
        licenceBasis: longText('the licence', 0, 1000),
        classification: longText('the classification', 0, 1000),
      })
      .partial()
      .default({}),
  })
  .refine(({ gate, verdict, detail }) => gate !== 'risk_tier' || verdict === 'failed' || detail.riskTier, {
    path: ['detail', 'riskTier'],
    message: 'Choose the risk.',
  })

const UNDER_REVIEW: readonly AidGroupStatus[] = [
  'in_review',
  'info_requested',
  'pending_second_approval',
  'suspended',
  'rescreen_hit',
]

/**
 * A reviewer's word on one gate: { aidGroupId, gate, verdict, reason, detail? }. It counts as long as what the gate is
 * about stays as the reviewer saw it; a later one takes its place. Whoever records a finding does not approve. Throws
 * `forbidden`, `segregation_of_duties` and `wrong_state`. Answers the finding's id.
 */
export async function recordFinding(actor: Actor, input: unknown): Promise<string> {
  const user = requireUser(actor)
  const { aidGroupId, gate, verdict, reason, detail } = parseInput(findingSchema, input)
  await requireInScope(actor, aidGroupId)
  const id = newId()
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
    const inForce = { where: { replacedAt: null }, select: { enteredBy: true } } as const
    const group = await tx.aidGroup.findUnique({ where: { id: aidGroupId }, include: { bankAccounts: inForce } })
    if (!group) throw notFound()
    const [account] = gate === 'bank_account' ? group.bankAccounts : []
    const enteredBy = account ? await findWriter(tx, account.enteredBy, user.userId) : null
    const refusal = refuseFinding(actor, { ...group, enteredBy })
    if (refusal) throw new AppError(refusal.code, refusal.message)
    const given = JSON.stringify(Object.fromEntries(Object.entries(detail).filter(([, value]) => value)))
    await tx.$executeRaw`
      INSERT INTO gate_finding (id, aid_group_id, gate, verdict, reason, detail, basis, found_by_id, found_at)
      VALUES (${id}::uuid, ${aidGroupId}::uuid, ${gate}::approval_gate, ${verdict}::gate_verdict, ${reason}, ${given}::jsonb,
        aid_group_gate_basis(${aidGroupId}::uuid, ${gate}::approval_gate), ${user.userId}::uuid, ${now()})`
    await recordEvent(tx, actor, {
      action: 'aid_group.find',
      subjectType: 'aid_group',
      subjectId: aidGroupId,
      chapterId: group.chapterId,
      reason,
      detail: { gate, verdict, findingId: id },
    })
  })
  return id
}

type FindingFacts = {
  chapterId: string
  status: AidGroupStatus
  nominatedById: string | null
  /** Of the account in force, where the gate is about it. */
  enteredBy: string | null
}

/** Why the actor may not record a finding now, or null. Pure: pages show it, the write throws it. */
export function refuseFinding(actor: Actor, facts: FindingFacts): Refusal | null {
  if (actor.kind !== 'user' || !hasRole(actor, facts.chapterId, 'vetting_reviewer')) {
    return { code: 'forbidden', message: 'Only a vetting reviewer of this chapter can do this.' }
  }
  if (actor.userId === facts.nominatedById) {
    const message = 'You nominated this aid group, so another person must review and approve it.'
    return { code: 'segregation_of_duties', message }
  }
  if (actor.userId === facts.enteredBy) {
    return { code: 'segregation_of_duties', message: 'You entered this bank account, so another person judges it.' }
  }
  if (UNDER_REVIEW.includes(facts.status)) return null
  return { code: 'wrong_state', message: 'Findings are recorded while the aid group is under review.' }
}
