import type { HoldEvent, HoldOutcome, HoldStatus } from './types.ts'

type Step = { from: readonly HoldStatus[]; to: HoldStatus }

/** Every legal step of a hold. The database holds the same table (hold_step_is_legal); a test compares them. */
export const holdSteps: Record<HoldEvent, Step> = {
  cure: { from: ['held'], to: 'cured' },
  open_choice: { from: ['held'], to: 'choosing' },
  close: { from: ['held', 'choosing'], to: 'closed' },
}

/** Whether the event is legal in this status. */
export function canStep(status: HoldStatus, event: HoldEvent): boolean {
  return holdSteps[event].from.includes(status)
}

/** Whether payments and gifts still wait for the end of this hold. */
export function isOpen(status: HoldStatus): boolean {
  return status === 'held' || status === 'choosing'
}

export const HOLD_LABEL: Record<HoldStatus, string> = {
  held: 'On hold',
  cured: 'Lifted',
  choosing: 'Givers choose',
  closed: 'Ended',
}

export const OUTCOME_SENTENCE: Record<HoldOutcome, string> = {
  others_continue: 'The campaign goes on with its other aid groups.',
  nothing_left: 'Nothing was left in the fund.',
  redirected: 'What givers did not want back goes to the alternate aid group.',
  refunded: 'What was left went back to its givers.',
}
