import type { LockedDisbursement } from './lock-disbursement.ts'

/**
 * What every ledger entry of a disbursement says of itself. The key is made of the disbursement, the step and the
 * version it was taken from: the same step twice is one entry, and a new approval after an edit is a new one.
 */
export function stepPosting(
  locked: Pick<LockedDisbursement, 'id' | 'version'>,
  step: 'approve' | 'void' | 'cancel' | 'release' | 'confirm' | 'return',
  userId: string,
  effectiveAt: Date,
) {
  return {
    idempotencyKey: `disbursement:${locked.id}:${step}:${locked.version}`,
    sourceType: 'disbursement',
    sourceId: locked.id,
    effectiveAt,
    actorId: userId,
  }
}
