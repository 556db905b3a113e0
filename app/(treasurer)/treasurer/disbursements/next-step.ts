import type { Actor } from '#lib/auth/types.ts'
import { canAddEvidence, canApprove, canConfirm, canRelease } from '#lib/disbursements/policy.ts'
import type { DisbursementFacts, Verdict } from '#lib/disbursements/types.ts'
import { formatMoney } from '#lib/money/format.ts'

/** What a fund may still promise. */
type Left = { headroomMinor: bigint; currency: string }

export type NextStep = { label: string; verdict: Verdict | { allowed: false; reason: string } }

/**
 * The one step that leads on from where a disbursement is, and whether this person may take it; null at its end. With the
 * fund it comes from, nobody is told to approve what the fund has no money for.
 */
export function nextStep(actor: Actor, facts: DisbursementFacts, fund?: Left): NextStep | null {
  switch (facts.status) {
    case 'requested': {
      const verdict = canApprove(actor, facts)
      if (!verdict.allowed || !fund || fund.headroomMinor >= facts.amountMinor) return { label: 'Approve', verdict }
      const reason = `Its fund has ${formatMoney(fund.headroomMinor, fund.currency)} left to promise.`
      return { label: 'Approve', verdict: { allowed: false, reason } }
    }
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

/** The fund a disbursement is paid from. */
export function fundOf<T extends { campaignId: string | null }>(
  funds: readonly T[],
  { campaignId }: { campaignId: string },
): T | undefined {
  return funds.find((fund) => fund.campaignId === campaignId)
}

const DAY_MS = 86_400_000

/** How long something has waited, in whole days. */
export function waitedFor(since: Date, at: Date): string {
  const days = Math.max(0, Math.floor((at.getTime() - since.getTime()) / DAY_MS))
  if (days === 0) return 'since today'
  return days === 1 ? '1 day' : `${days} days`
}
