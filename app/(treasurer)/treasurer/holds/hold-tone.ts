import type { Tone } from '#components/ui/badge.tsx'
import type { HoldStatus } from '#lib/holds/types.ts'

export const HOLD_TONE: Record<HoldStatus, Tone> = {
  held: 'attention',
  cured: 'done',
  choosing: 'waiting',
  closed: 'stopped',
}
