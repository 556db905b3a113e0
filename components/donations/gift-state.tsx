import { Badge, type Tone } from '#components/ui/badge.tsx'
import type { DisputeStage, RefundStatus } from '#lib/donations/states.ts'

export const DISPUTE_TONE: Record<DisputeStage, Tone> = {
  inquiry: 'attention',
  open: 'attention',
  won: 'done',
  lost: 'stopped',
  closed: 'done',
}

export const REFUND_LABEL: Record<RefundStatus, string> = {
  requested: 'Asked for',
  pending: 'On its way',
  requires_action: 'Waits for the donor',
  succeeded: 'Refunded',
  failed: 'Failed',
  canceled: 'Canceled',
  refused: 'Refused',
}

export const REFUND_TONE: Record<RefundStatus, Tone> = {
  requested: 'waiting',
  pending: 'waiting',
  requires_action: 'waiting',
  succeeded: 'done',
  failed: 'stopped',
  canceled: 'stopped',
  refused: 'stopped',
}

const LABEL = { started: 'Not paid', settled: 'Settled', failed: 'Failed', expired: 'Expired' } as const
const TONE: Record<keyof typeof LABEL, Tone> = {
  started: 'waiting',
  settled: 'active',
  failed: 'stopped',
  expired: 'stopped',
}

export type GiftStateProps = {
  status: keyof typeof LABEL
  totalMinor: bigint
  refundedMinor: bigint
  /** Of the newest dispute. */
  dispute: { stage: DisputeStage; label: string } | null
}

/** Where a gift stands, what came after it first. */
export function GiftState({ status, totalMinor, refundedMinor, dispute }: GiftStateProps) {
  if (dispute && dispute.stage !== 'closed')
    return <Badge tone={DISPUTE_TONE[dispute.stage]}>Dispute: {dispute.label}</Badge>
  if (refundedMinor > 0n) {
    return <Badge tone="stopped">{refundedMinor >= totalMinor ? 'Refunded' : 'Refunded in part'}</Badge>
  }
  return <Badge tone={TONE[status]}>{LABEL[status]}</Badge>
}
