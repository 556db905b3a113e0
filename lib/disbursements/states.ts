import { AppError } from '#lib/errors.ts'
import type { DisbursementStatus } from './types.ts'

/**
 * Every legal step of a disbursement. The database holds the same table (`disbursement_step_columns` in the migration
 * of this room) and refuses every other one; a test compares the two. An edit of an approved request makes its
 * approval void and it begins again. `start` is the releaser's word that the wire is being made now.
 */
export const TRANSITIONS = {
  edit: { from: ['requested', 'approved'], to: 'requested' },
  approve: { from: ['requested'], to: 'approved' },
  reject: { from: ['requested'], to: 'rejected' },
  cancel: { from: ['requested', 'approved'], to: 'cancelled' },
  start: { from: ['approved'], to: 'approved' },
  release: { from: ['approved'], to: 'released' },
  confirm: { from: ['released'], to: 'confirmed' },
  return: { from: ['released'], to: 'returned' },
} as const satisfies Record<string, { from: readonly DisbursementStatus[]; to: DisbursementStatus }>

/** What stands in the place of everything that is not public yet about a payment. */
export const DETAILS_LATER = 'Details follow later'

/** The states of a campaign from which money is sent. */
export const OPEN_FOR_REQUESTS = ['live', 'paused', 'closed'] as const

export type DisbursementEvent = keyof typeof TRANSITIONS

/** Whether the event is a step from this state. */
export function hasStep(event: DisbursementEvent, status: DisbursementStatus): boolean {
  return (TRANSITIONS[event].from as readonly DisbursementStatus[]).includes(status)
}

/** The state after the event. Throws `wrong_state` where there is no such step. */
export function nextStatus(event: DisbursementEvent, status: DisbursementStatus): DisbursementStatus {
  if (!hasStep(event, status)) throw new AppError('wrong_state', wrongStateSentence(event, status))
  return TRANSITIONS[event].to
}

const NOW: Record<DisbursementStatus, string> = {
  requested: 'It waits for approval.',
  approved: 'It is approved and waits to be sent.',
  released: 'It is already sent.',
  confirmed: 'Its arrival is already confirmed.',
  returned: 'The wire came back.',
  rejected: 'It was rejected.',
  cancelled: 'It was cancelled.',
}

const VERB: Record<DisbursementEvent, string> = {
  edit: 'changed',
  approve: 'approved',
  reject: 'rejected',
  cancel: 'cancelled',
  start: 'sent',
  release: 'sent',
  confirm: 'confirmed',
  return: 'marked as returned',
}

/** Why the event is not possible in this state, for people. */
export function wrongStateSentence(event: DisbursementEvent, status: DisbursementStatus): string {
  return `This disbursement cannot be ${VERB[event]} now. ${NOW[status]}`
}

/** The state in one or two words, in the treasurers' terms. */
export const STATUS_LABEL: Record<DisbursementStatus, string> = {
  requested: 'Requested',
  approved: 'Approved',
  released: 'Released',
  confirmed: 'Confirmed',
  returned: 'Returned',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
}

/** What happens next, for the people of the desk. */
export function deskSentence(status: DisbursementStatus, needsThird: boolean): string {
  switch (status) {
    case 'requested':
      return 'Next: a treasurer other than the requester approves it. The money is promised from then on.'
    case 'approved':
      return needsThird
        ? 'The money is promised. Next: a third person makes the wire and records its reference.'
        : 'The money is promised. Next: the approver or a third person makes the wire and records its reference.'
    case 'released':
      return 'The wire is on its way. Next: the aid group confirms and somebody adds evidence.'
    case 'confirmed':
      return 'The aid group has the money and the evidence is public. More evidence can be added.'
    case 'returned':
      return 'The bank sent the money back and it is in the fund again. To try again, make a new request.'
    case 'rejected':
      return 'A treasurer said no. Nothing was promised. To try again, make a new request.'
    case 'cancelled':
      return 'It was called off. What was promised is free again.'
  }
}

/** The same for everybody, without the terms of the trade. */
export function publicSentence(status: DisbursementStatus): string {
  switch (status) {
    case 'approved':
      return 'Promised: two people agreed to it and the money is set aside. It is sent after a last look at every gate.'
    case 'released':
      return 'Sent: the money is on its way. The aid group confirms that it arrived and shows what it bought.'
    case 'confirmed':
      return 'Arrived: the aid group has the money, and the evidence is below.'
    case 'returned':
      return 'Came back: the bank returned the money and it is in the campaign’s fund again.'
    default:
      return 'Not decided yet.'
  }
}
