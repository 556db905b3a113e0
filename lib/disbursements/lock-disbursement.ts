import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { readableChapterIds } from './policy.ts'
import type { DisbursementFacts } from './types.ts'

/** A disbursement whose row is ours until the transaction ends. */
export type LockedDisbursement = DisbursementFacts & {
  id: string
  number: number
  campaignId: string
  aidGroupId: string
  fundId: bigint
  purpose: string
  currency: string
  version: number
  releasedById: string | null
  confirmedById: string | null
  endedById: string | null
  encumbranceEntryId: bigint | null
  releaseEntryId: bigint | null
  wireReference: string | null
  transferFeeMinor: bigint | null
  sendingById: string | null
  sendingAt: Date | null
}

export const notFound = () => new AppError('not_found', 'There is no such disbursement.')

/**
 * The person, once it is clear that the disbursement is of one of their chapters. Anything else is "not found", and
 * a look at another chapter's disbursement leaves a line in the audit log.
 */
export async function requireInScope(actor: Actor, disbursementId: string): Promise<UserActor> {
  const user = requireUser(actor)
  const found = await db().disbursement.findUnique({
    where: { id: disbursementId },
    select: { campaign: { select: { chapterId: true } } },
  })
  if (found && readableChapterIds(user).includes(found.campaign.chapterId)) return user
  if (found) {
    const { chapterId } = found.campaign
    await recordRefusedAccess(user, { subjectType: 'disbursement', subjectId: disbursementId, chapterId })
  }
  throw notFound()
}

/** Locks the row first, so that two decisions follow one another and the second sees what the first did. */
export async function lockDisbursement(tx: DbClient, disbursementId: string): Promise<LockedDisbursement> {
  const rows = await tx.$queryRaw<LockedDisbursement[]>`
    SELECT d.id, d.number, d.campaign_id AS "campaignId", c.chapter_id AS "chapterId", d.aid_group_id AS "aidGroupId",
      d.fund_id AS "fundId", d.status::text AS status, d.purpose, d.currency, d.amount_minor AS "amountMinor",
      d.release_threshold_minor AS "releaseThresholdMinor", d.version, d.requested_by_id AS "requestedById",
      d.approved_by_id AS "approvedById", d.released_by_id AS "releasedById", d.confirmed_by_id AS "confirmedById",
      d.ended_by_id AS "endedById", d.encumbrance_entry_id AS "encumbranceEntryId", d.release_entry_id AS "releaseEntryId",
      d.wire_reference AS "wireReference", d.transfer_fee_minor AS "transferFeeMinor", d.sending_by_id AS "sendingById", d.sending_at AS "sendingAt",
      (SELECT count(*) FROM evidence e WHERE e.disbursement_id = d.id)::int AS "evidenceCount",
      ARRAY(SELECT behind::text FROM aid_group_account_people(d.aid_group_id) AS behind) AS "accountPeopleIds"
    FROM disbursement d JOIN campaign c ON c.id = d.campaign_id WHERE d.id = ${disbursementId}::uuid FOR UPDATE OF d`
  const [row] = rows
  if (!row) throw notFound()
  return row
}

/** Throws `conflict` when the disbursement is no longer the one the person looked at. */
export function requireVersion(locked: { version: number }, seen: number): void {
  if (locked.version === seen) return
  throw new AppError('conflict', 'This disbursement was changed while you looked at it. Read it again, then decide.')
}
