import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'
import { formatMoney } from '#lib/money/format.ts'
import type { Gate } from '#lib/purposes/types.ts'
import { type DisbursementEvent, hasStep, wrongStateSentence } from './states.ts'
import type { DisbursementFacts, Verdict } from './types.ts'

const ALLOWED: Verdict = { allowed: true }

/** A chapter's organizers and treasurers ask for money to be sent. */
export function canRequest(actor: Actor, chapterId: string): Verdict {
  if (hasRole(actor, chapterId, 'organizer', 'treasurer')) return ALLOWED
  return forbidden('Only organizers and treasurers of the chapter ask for money to be sent.')
}

/** Only the person who asked may change the request: the others decide on it. */
export function canEdit(actor: Actor, facts: DisbursementFacts): Verdict {
  return (
    step('edit', facts) ??
    (isPerson(actor, facts.requestedById)
      ? canRequest(actor, facts.chapterId)
      : forbidden('Only the person who made the request changes it.'))
  )
}

/** The second person: a treasurer who did not ask for it. */
export function canApprove(actor: Actor, facts: DisbursementFacts): Verdict {
  return (
    step('approve', facts) ??
    treasurer(actor, facts, 'approve') ??
    (isPerson(actor, facts.requestedById)
      ? segregated('You made this request, so another treasurer approves it.')
      : enteredAccount(actor, facts, 'approves it')) ??
    ALLOWED
  )
}

/** The requester withdraws; somebody else rejects. */
export function canReject(actor: Actor, facts: DisbursementFacts): Verdict {
  return (
    step('reject', facts) ??
    treasurer(actor, facts, 'reject') ??
    (isPerson(actor, facts.requestedById)
      ? segregated('You made this request: cancel it, or let another treasurer decide.')
      : ALLOWED)
  )
}

/** The requester and every treasurer may call off what has not been sent. */
export function canCancel(actor: Actor, facts: DisbursementFacts): Verdict {
  const wrong = step('cancel', facts)
  if (wrong) return wrong
  if (isPerson(actor, facts.requestedById) && canRequest(actor, facts.chapterId).allowed) return ALLOWED
  return treasurer(actor, facts, 'cancel') ?? ALLOWED
}

/** The third person; up to the chapter's threshold the approver is enough. Never the requester. */
export function canRelease(actor: Actor, facts: DisbursementFacts): Verdict {
  const refused = step('release', facts) ?? treasurer(actor, facts, 'release')
  if (refused) return refused
  if (isPerson(actor, facts.requestedById)) {
    return segregated('You made this request, so another treasurer sends the money.')
  }
  if (isPerson(actor, facts.approvedById) && needsThirdPerson(facts)) {
    return segregated('You approved this and it is above the chapter’s threshold, so a third person sends the money.')
  }
  return enteredAccount(actor, facts, 'sends the money') ?? ALLOWED
}

/** Whoever hears from the aid group records it, once there is evidence. */
export function canConfirm(actor: Actor, facts: DisbursementFacts): Verdict {
  const refused = step('confirm', facts) ?? canAddEvidence(actor, facts)
  if (!refused.allowed) return refused
  if (facts.evidenceCount > 0) return ALLOWED
  return { allowed: false, code: 'wrong_state', reason: 'Add at least one evidence file first.' }
}

/** Evidence may come from the moment the money was sent, and for ever after. */
export function canAddEvidence(actor: Actor, facts: DisbursementFacts): Verdict {
  if (!hasRole(actor, facts.chapterId, 'organizer', 'treasurer')) {
    return forbidden('Only organizers and treasurers of the chapter add evidence.')
  }
  if (facts.status === 'released' || facts.status === 'confirmed') return ALLOWED
  return { allowed: false, code: 'wrong_state', reason: 'Evidence is added once the money has been sent.' }
}

/** A treasurer who sees the money come back on the bank's statement says so. */
export function canReturn(actor: Actor, facts: DisbursementFacts): Verdict {
  return step('return', facts) ?? treasurer(actor, facts, 'record a returned wire for') ?? ALLOWED
}

/** Above the threshold the requester, the approver and the releaser are three people. */
export function needsThirdPerson(facts: Pick<DisbursementFacts, 'amountMinor' | 'releaseThresholdMinor'>): boolean {
  return facts.amountMinor > facts.releaseThresholdMinor
}

/** The chapters whose disbursements the actor may look at. */
export function readableChapterIds(actor: Actor): string[] {
  return chapterIdsWith(actor, 'organizer', 'treasurer', 'auditor')
}

/** Throws the verdict's reason when the action is not open. */
export function requireAllowed(verdict: Verdict): void {
  if (!verdict.allowed) throw new AppError(verdict.code, verdict.reason)
}

function step(event: DisbursementEvent, facts: DisbursementFacts): Verdict | undefined {
  if (hasStep(event, facts.status)) return undefined
  return { allowed: false, code: 'wrong_state', reason: wrongStateSentence(event, facts.status) }
}

function treasurer(actor: Actor, facts: DisbursementFacts, verb: string): Verdict | undefined {
  if (hasRole(actor, facts.chapterId, 'treasurer')) return undefined
  return forbidden(`Only treasurers of the chapter ${verb} disbursements.`)
}

/** Whoever wrote down where the money goes is not one of those who let it go. */
function enteredAccount(actor: Actor, facts: DisbursementFacts, does: string): Verdict | undefined {
  if (!facts.accountPeopleIds.some((userId) => isPerson(actor, userId))) return undefined
  return segregated(`You entered the aid group’s bank account, so another treasurer ${does}.`)
}

function isPerson(actor: Actor, userId: string | null): boolean {
  return actor.kind === 'user' && actor.userId === userId
}

function forbidden(reason: string): Verdict {
  return { allowed: false, code: 'forbidden', reason }
}

function segregated(reason: string): Verdict {
  return { allowed: false, code: 'segregation_of_duties', reason }
}

const GROUP_WORDS: Record<string, string> = {
  draft: 'It has not been sent to vetting yet.',
  submitted: 'Vetting has not begun yet.',
  screening: 'It is being screened.',
  in_review: 'It is being reviewed.',
  info_requested: 'Vetting waits for an answer from the group.',
  pending_second_approval: 'Its second approval is missing.',
  rejected: 'Vetting rejected it.',
  expired: 'Its approval has ended; vetting can renew it.',
  suspended: 'It is suspended.',
  rescreen_hit: 'A new screening has to be looked at first.',
  withdrawn: 'It has withdrawn.',
}

/** Why an aid group cannot be paid, in words that name nobody. */
function aidGroupReason(group: { status: string; approvedUntil: Date | null } | null, at: Date): string {
  const words = group ? GROUP_WORDS[group.status] : undefined
  if (words) return words
  if (group?.approvedUntil && group.approvedUntil <= at) {
    return `Its approval ended on ${group.approvedUntil.toISOString().slice(0, 10)}; vetting can renew it.`
  }
  return 'It is not approved.'
}

/** What a gate asks, in a few words for the desk. */
export const GATE_LABELS: Partial<Record<Gate, string>> = {
  approved: 'The aid group is approved',
  part_ended: 'Its part in this campaign has not ended',
  expired: 'Its approval has not ended',
  bank_account: 'The bank account is the one that was approved',
  bank_cooling_off: 'The bank account is older than a day',
  screening_list: 'Everyone was compared with the lists in force',
  screening_age: 'The screening is not older than 30 days',
  screening_hit: 'No hit on a list is open',
  region: 'The places of delivery are under no embargo, or licensed',
  end_use: 'The end-use statement is signed',
  agreement: 'The agreement is signed',
  separation: 'Nobody decides on it who may not',
  restriction: 'It pays for what the aid group was approved for',
  evidence_overdue: 'No earlier payment lacks its evidence',
  cap: 'The approval’s cap covers it',
}

type Around = {
  group: { status: string; approvedUntil: Date | null } | null
  at: Date
  /** null where the amount is not known. */
  currency: string | null
}

/** Why a gate is shut, in words that name nobody; `fact` is the figure that the database gives with it. */
export function explainGate({ gate, fact }: { gate: Gate; fact: string | null }, around: Around): string {
  switch (gate) {
    case 'approved':
    case 'expired':
      return aidGroupReason(around.group, around.at)
    case 'part_ended':
      return 'Its part in this campaign has ended, and the givers were told so.'
    case 'bank_account':
      return 'Its bank account is not the one that was approved, or nobody has verified it: it has to be approved anew.'
    case 'bank_cooling_off':
      return fact
        ? `Its bank account was changed less than 24 hours ago: from ${fact} UTC on.`
        : 'Its bank account was changed less than 24 hours ago.'
    case 'screening_list':
      return 'It has not been screened against the lists in force now; the screening runs by itself.'
    case 'screening_age':
      return 'Its screening is older than 30 days; it has to be screened again.'
    case 'screening_hit':
      return 'A hit on a sanctions list has to be answered by vetting first.'
    case 'region':
      return 'It delivers to a place under an embargo, and no licence is recorded.'
    case 'end_use':
      return 'Its end-use statement is not signed.'
    case 'agreement':
      return 'Its agreement is not signed.'
    case 'separation':
      return 'Whoever entered its bank account neither approves nor sends a payment to it.'
    case 'restriction':
      return fact
        ? `It is not approved for this kind of aid: ${fact}.`
        : 'The money was given for other aid groups or other kinds of aid.'
    case 'evidence_overdue':
      return fact
        ? `The arrival of disbursement ${fact} is overdue: confirm it with evidence first.`
        : 'The evidence of an earlier payment is overdue.'
    case 'cap':
      return fact && around.currency
        ? `Its approval’s cap leaves ${formatMoney(BigInt(fact), around.currency)} for further payments.`
        : 'Its approval’s cap does not cover this payment.'
    default:
      return 'This payment is not allowed.'
  }
}
