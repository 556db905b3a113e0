import { hasRole } from '#lib/auth/policy.ts'
import type { Actor, Role } from '#lib/auth/types.ts'
import { canStep, expiringFrom } from './states.ts'
import type { AidGroupEvent, AidGroupFacts, AidGroupStatus, Part, Refusal, WritingFacts } from './types.ts'

/** Whether the actor may see the group's desk page: anyone with a role in its chapter. */
export function canSeeAidGroup(actor: Actor, chapterId: string): boolean {
  return actor.kind === 'system' || hasRole(actor, chapterId, 'organizer', 'treasurer', 'vetting_reviewer', 'auditor')
}

type Named = { chapterId: string; name: string; publicAlias: string | null }

/** What people of a chapter call the group: only its own chapter knows the name of one that has an alias. */
export function deskName(group: Named, chapterId: string): string {
  return group.chapterId === chapterId ? group.name : (group.publicAlias ?? group.name)
}

/** Whether the actor may nominate an aid group for the chapter. */
export function canNominate(actor: Actor, chapterId: string): boolean {
  return hasRole(actor, chapterId, 'organizer', 'vetting_reviewer')
}

/** Whether the actor speaks for this aid group through a link of its own. */
export function isOwnGroup(actor: Actor, aidGroupId: string): boolean {
  return actor.kind === 'applicant' && actor.aidGroupId === aidGroupId
}

const WHO: Record<AidGroupEvent, readonly Role[]> = {
  submit: ['organizer', 'vetting_reviewer'],
  screen: [],
  start_review: ['vetting_reviewer'],
  request_info: ['vetting_reviewer'],
  answer_info: ['organizer', 'vetting_reviewer'],
  recommend: ['vetting_reviewer'],
  send_back: ['vetting_reviewer'],
  approve: ['vetting_reviewer'],
  approve_with_conditions: ['vetting_reviewer'],
  reject: ['vetting_reviewer'],
  mark_expiring: [],
  expire: ['vetting_reviewer', 'treasurer'],
  renew: ['vetting_reviewer'],
  // Made with a change of the bank account and never by itself: whoever may change it.
  void_approval: ['organizer', 'vetting_reviewer'],
  // One person may stop money; starting it again takes two.
  suspend: ['vetting_reviewer', 'treasurer'],
  hit: [],
  reinstate: ['vetting_reviewer'],
  withdraw: ['organizer', 'vetting_reviewer'],
}

const BY_PROGRAM: readonly AidGroupEvent[] = ['screen', 'mark_expiring', 'expire', 'hit']
const BY_APPLICANT: readonly AidGroupEvent[] = ['submit', 'answer_info', 'void_approval']
const NOT_BY_NOMINATOR: readonly AidGroupEvent[] = ['start_review', 'recommend', 'renew', 'reinstate', 'send_back']
const IS_APPROVAL: readonly AidGroupEvent[] = ['approve', 'approve_with_conditions']

/** Why the actor may not make this step now, or null when they may. Pure: pages show it, writes throw it. */
export function refuseStep(actor: Actor, group: AidGroupFacts, event: AidGroupEvent, at: Date): Refusal | null {
  if (!canSeeAidGroup(actor, group.chapterId) && !isOwnGroup(actor, group.id)) {
    return { code: 'not_found', message: 'There is no such aid group.' }
  }
  if (!canStep(group.status, event)) {
    return { code: 'wrong_state', message: 'This step does not follow from where the vetting stands now.' }
  }
  if (event === 'expire' && group.approvedUntil !== null && group.approvedUntil > at) {
    return { code: 'wrong_state', message: 'The approval has not come to its end yet.' }
  }
  if (event === 'mark_expiring' && group.approvedUntil !== null && group.approvedUntil > expiringFrom(at)) {
    return { code: 'wrong_state', message: 'The approval does not end soon.' }
  }
  if (actor.kind === 'applicant') return BY_APPLICANT.includes(event) ? null : forbidden(event)
  if (actor.kind !== 'user') {
    return actor.kind === 'system' && BY_PROGRAM.includes(event) ? null : forbidden(event)
  }
  if (!hasRole(actor, group.chapterId, ...WHO[event])) return forbidden(event)
  return refusePerson(actor.userId, group, event)
}

/** The rule follows the person: nobody approves what they nominated or reviewed, whatever roles they hold. */
function refusePerson(userId: string, group: AidGroupFacts, event: AidGroupEvent): Refusal | null {
  if (userId === group.nominatedById && (NOT_BY_NOMINATOR.includes(event) || IS_APPROVAL.includes(event))) {
    return duties('You nominated this aid group, so another person must review and approve it.')
  }
  if (IS_APPROVAL.includes(event) && (userId === group.reviewedById || group.workedOnByIds.includes(userId))) {
    return duties('You worked on this review, so the second approval must come from another reviewer.')
  }
  return null
}

const IN_WORK: readonly AidGroupStatus[] = ['in_review', 'info_requested']
const FIRST_ROUND: readonly AidGroupStatus[] = ['draft', 'submitted', 'screening', ...IN_WORK]
const LATER_ROUND: readonly AidGroupStatus[] = [
  'approved',
  'approved_with_conditions',
  'expiring',
  'expired',
  ...IN_WORK,
]
const CLOSED: readonly AidGroupStatus[] = ['pending_second_approval', 'rejected', 'withdrawn']

/**
 * Why the actor may not write this part of the dossier now, or null when they may. Whoever holds a link: until the
 * round is sent in and while the group may be worked on, afterwards what an open question is about.
 * The database holds the same rule for links (applicant_may_write). People of the chapter: until somebody is asked to
 * approve what stands there.
 */
export function refuseWriting(actor: Actor, facts: WritingFacts, part: Part): Refusal | null {
  if (isOwnGroup(actor, facts.id)) {
    if (!facts.isLinkOpen) return { code: 'not_found', message: 'This link is closed.' }
    return isOpenToApplicant(facts, part)
      ? null
      : { code: 'wrong_state', message: 'This part was sent in and is closed.' }
  }
  if (!canSeeAidGroup(actor, facts.chapterId)) return { code: 'not_found', message: 'There is no such aid group.' }
  if (!hasRole(actor, facts.chapterId, 'organizer', 'vetting_reviewer')) {
    return { code: 'forbidden', message: 'Only an organizer or a vetting reviewer of this chapter can do this.' }
  }
  if (!CLOSED.includes(facts.status)) return null
  return { code: 'wrong_state', message: 'The dossier is closed while its approval is decided, and after a no.' }
}

/** Whether a round can still be sent in: once, and while its group may be worked on. */
export function canSendIn({ status, round, isRoundSubmitted }: WritingFacts): boolean {
  return !isRoundSubmitted && (round === 1 ? FIRST_ROUND : LATER_ROUND).includes(status)
}

type Nominated = { chapterId: string; nominatedById: string | null }

/** Why the actor's word is not that of an independent reference, or null. Whoever is not signed in answers by the link. */
export function refuseReference(actor: Actor, { chapterId, nominatedById }: Nominated): Refusal | null {
  if (actor.kind !== 'user') return null
  if (!canSeeAidGroup(actor, chapterId) && actor.userId !== nominatedById) return null
  return duties(
    'You work for the chapter that decides, or nominated this aid group. Only the person who was asked can answer, and it has to be somebody outside of both.',
  )
}

function isOpenToApplicant(facts: WritingFacts, part: Part): boolean {
  if (canSendIn(facts)) return true
  const { status, openRequests } = facts
  const isAsked = openRequests.some((section) => section === null || section === part)
  return status === 'info_requested' && (isAsked || (part === 'documents' && openRequests.length > 0))
}

function forbidden(event: AidGroupEvent): Refusal {
  const names = WHO[event].map((role) => (role === 'vetting_reviewer' ? 'vetting reviewer' : role))
  const who = names.length === 0 ? 'the program itself' : `a ${names.join(' or ')} of this chapter`
  return { code: 'forbidden', message: `Only ${who} can do this.` }
}

const duties = (message: string): Refusal => ({ code: 'segregation_of_duties', message })
