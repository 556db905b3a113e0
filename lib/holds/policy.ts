import { hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import type { Refusal } from '#lib/vetting/types.ts'
import { canStep } from './states.ts'
import type { Choice, HoldFacts } from './types.ts'

const DAY_MS = 86_400_000

/** When a window that opens now closes: HOLD_CHOICE_DAYS whole days later, 14 where nothing is configured. */
export function choiceEnd(at: Date, days: number): Date {
  return new Date(at.getTime() + days * DAY_MS)
}

/** What happens with the gifts of those who say nothing: what the campaign said before they gave. */
export function silentChoice(hold: { alternateAidGroupId: string | null }): Choice {
  return hold.alternateAidGroupId === null ? 'refund' : 'redirect'
}

/** Whether a chapter's holds are shown to the actor. */
export function canSeeHold(actor: Actor, chapterId: string): boolean {
  return hasRole(actor, chapterId, 'treasurer', 'organizer', 'vetting_reviewer', 'auditor')
}

/** Why the actor may not say that the vetting has failed for good, or null. */
export function refuseFailure(actor: Actor, hold: HoldFacts): Refusal | null {
  if (!hasRole(actor, hold.chapterId, 'treasurer'))
    return forbidden('Only treasurers of the chapter declare a failure.')
  if (!canStep(hold.status, 'open_choice')) return wrongState('This hold has moved on.')
  return hold.failedById === null ? null : wrongState('Somebody has declared it already. It waits for a second person.')
}

/** Why the actor may not be the second person who says so, or null. */
export function refuseConfirmation(actor: Actor, hold: HoldFacts): Refusal | null {
  if (!hasRole(actor, hold.chapterId, 'treasurer', 'organizer', 'vetting_reviewer')) {
    return forbidden('Only treasurers, organizers and vetting reviewers of the chapter confirm a failure.')
  }
  if (!canStep(hold.status, 'open_choice') || hold.failedById === null || hold.confirmedById !== null) {
    return wrongState('There is nothing to confirm.')
  }
  if (actor.kind === 'user' && actor.userId === hold.failedById) {
    return { code: 'segregation_of_duties', message: 'You declared the failure, so another person confirms it.' }
  }
  return null
}

/** Why the actor may not end what is left of a hold, or null. */
export function refuseClosing(actor: Actor, hold: HoldFacts): Refusal | null {
  if (!hasRole(actor, hold.chapterId, 'treasurer')) return forbidden('Only treasurers of the chapter end a hold.')
  if (hold.status !== 'choosing' || hold.choicesClosedAt === null) {
    return wrongState('It can be ended when the givers’ window is over.')
  }
  return null
}

/** Whether a giver whose refund came back may let the money go on: to the alternate that has taken over, or may still. */
export function canLetGo(hold: {
  status: string
  redirectedAt: Date | null
  alternateAidGroupId: string | null
}): boolean {
  return hold.redirectedAt !== null || (hold.status === 'choosing' && hold.alternateAidGroupId !== null)
}

/** Whether the vetting itself ended with a no. One that ran out can be renewed, so of that two people say that it failed. */
export function hasFailed(group: { status: string }): boolean {
  return group.status === 'rejected' || group.status === 'withdrawn'
}

const forbidden = (message: string): Refusal => ({ code: 'forbidden', message })
const wrongState = (message: string): Refusal => ({ code: 'wrong_state', message })
