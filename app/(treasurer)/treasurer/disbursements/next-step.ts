import type { Actor } from '#lib/auth/types.ts'
import { canAddEvidence, canApprove, canConfirm, canRelease } from '#lib/disbursements/policy.ts'
import type { DisbursementFacts, Verdict } from '#lib/disbursements/types.ts'

export type NextStep = { label: string; verdict: Verdict }

/** The one step that leads on from where a disbursement is, and whether this person may take it; null at its end. */
export function nextStep(actor: Actor, facts: DisbursementFacts): NextStep | null {
  switch (facts.status) {
    case 'requested':
      return { label: 'Approve', verdict: canApprove(actor, facts) }
    case 'approved':
      return { label: 'Make the wire', verdict: canRelease(actor, facts) }
    case 'released': {
      const add = canAddEvidence(actor, facts)
      return {
        label: 'Confirm receipt',
        verdict: add.allowed && facts.evidenceCount === 0 ? add : canConfirm(actor, facts),
      }
    }
    default:
      return null
  }
}

const DAY_MS = 86_400_000

/** How long something has waited, in whole days. */
export function waitedFor(since: Date, at: Date): string {
  const days = Math.max(0, Math.floor((at.getTime() - since.getTime()) / DAY_MS))
  if (days === 0) return 'since today'
  return days === 1 ? '1 day' : `${days} days`
}
