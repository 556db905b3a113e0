import type { Tone } from '#components/ui/badge.tsx'
import type { DisbursementStatus } from '#lib/disbursements/types.ts'

/** Which colour and mark a state has: marigold where one of us must act. */
export const STATUS_TONE: Record<DisbursementStatus, Tone> = {
  requested: 'attention',
  approved: 'attention',
  released: 'waiting',
  confirmed: 'done',
  returned: 'stopped',
  rejected: 'stopped',
  cancelled: 'stopped',
}
