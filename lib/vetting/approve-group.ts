import { requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseMoney } from '#lib/money/parse.ts'
import { parseInput } from '#lib/parse-input.ts'
import { explainGates, listGates } from './list-gates.ts'
import { moveGroup } from './move-group.ts'
import { approvalSchema } from './schema.ts'
import { approvalEnd, capMinorMax } from './states.ts'
import type { AidGroupFacts, RiskTier } from './types.ts'

type Cap = { currency: string; capMinor: bigint }
type Approval = {
  approvedAt: Date
  approvedUntil: Date
  riskTier: RiskTier
  conditions: string | null
  reason: string
  caps: readonly { currency: string; amount: string }[]
}

const RISKS: readonly RiskTier[] = ['low', 'medium', 'high']

/**
 * The second approval, by somebody who neither nominated nor reviewed nor entered bank details, once all fourteen gates
 * are green. Input { aidGroupId, reason, riskTier, until, conditions, caps: [{ currency, amount }] }. It ends on the
 * given day, at the latest after 24, 12 or 6 months by risk, and no more than the caps is paid under it; without caps
 * that is what the risk allows in the chapter's currency. Conditions make it an approval with conditions. With
 * `publishAfterDays` payments to it become public so many days after their release.
 */
export async function approveGroup(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const { aidGroupId, until, conditions, publishAfterDays, ...given } = parseInput(approvalSchema, input)
  const approvedAt = now()
  const approvedUntil = until ?? approvalEnd(approvedAt, given.riskTier)
  const approval = { ...given, approvedAt, approvedUntil, conditions: conditions || null }
  await moveGroup(actor, {
    aidGroupId,
    event: conditions ? 'approve_with_conditions' : 'approve',
    reason: given.reason,
    data: {
      ...{ approvedById: user.userId, approvedAt, approvedUntil },
      ...{ riskTier: given.riskTier, conditions: approval.conditions },
      ...(publishAfterDays === undefined ? {} : { publishAfterDays }),
    },
    alongside: (tx, group) => keepApproval(tx, user, group, approval),
  })
}

/** The gates under the group's lock, then the row that says what exactly was approved; the database asks both again. */
async function keepApproval(tx: DbClient, user: UserActor, group: AidGroupFacts, approval: Approval): Promise<void> {
  const gates = await listGates(tx, group.id, approval.approvedAt)
  const refusal = explainGates(gates) ?? explainRisk(gates, approval.riskTier)
  if (refusal) throw new AppError('wrong_state', refusal)
  const { currency } = await tx.chapter.findUniqueOrThrow({ where: { id: group.chapterId } })
  const caps = readCaps(approval, currency)
  const id = newId()
  await tx.$executeRaw`
    INSERT INTO aid_group_approval (id, aid_group_id, at, until, risk_tier, conditions, reviewed_by_id, approved_by_id, reason,
      bank_account_id, bank_fingerprint, dossier_digest, section_versions, screening_id)
    SELECT ${id}::uuid, ${group.id}::uuid, ${approval.approvedAt}, ${approval.approvedUntil}, ${approval.riskTier}::aid_group_risk_tier,
      ${approval.conditions}, ${group.reviewedById}::uuid, ${user.userId}::uuid, ${approval.reason}, account.id, account.fingerprint,
      aid_group_dossier_digest(${group.id}::uuid), aid_group_section_versions(${group.id}::uuid),
      (SELECT s.id FROM screening AS s WHERE s.aid_group_id = ${group.id}::uuid ORDER BY s.at DESC, s.id DESC LIMIT 1)
    FROM dossier_bank_account AS account WHERE account.aid_group_id = ${group.id}::uuid AND account.replaced_at IS NULL`
  await tx.aidGroupCap.createMany({ data: caps.map((cap) => ({ ...cap, id: newId(), approvalId: id })) })
}

function explainRisk(gates: Awaited<ReturnType<typeof listGates>>, riskTier: RiskTier): string | null {
  const found = gates.find(({ gate }) => gate === 'risk_tier')?.finding?.detail.riskTier
  if (!found || RISKS.indexOf(riskTier) >= RISKS.indexOf(found)) return null
  return `The reviewer found ${found} risk. Approve with that or a higher one, or give the review back.`
}

function readCaps({ caps, riskTier }: Approval, chapterCurrency: string): Cap[] {
  if (caps.length === 0) return [{ currency: chapterCurrency, capMinor: capMinorMax(riskTier, chapterCurrency) }]
  return caps.map(({ currency, amount }, row) => {
    const capMinor = atField(`caps.${row}.amount`, () => parseMoney(amount, currency))
    const mostMinor = capMinorMax(riskTier, currency)
    if (capMinor <= mostMinor) return { currency, capMinor }
    const message = `With ${riskTier} risk the cap is ${formatMoney(mostMinor, currency)} at most.`
    throw new AppError('invalid_input', 'Some fields need your attention.', {
      fieldErrors: { [`caps.${row}.amount`]: [message] },
    })
  })
}

function atField<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, 'Some fields need your attention.', { fieldErrors: { [field]: [error.message] } })
  }
}
