import { hasRole } from '#lib/auth/policy.ts'
import type { Actor, Role } from '#lib/auth/types.ts'
import { formatMoney } from '#lib/money/format.ts'
import type { Refusal } from '#lib/vetting/types.ts'
import { canStep } from './states.ts'
import type { CampaignActions, CampaignEvent, CampaignFacts, Lack } from './types.ts'

/** Whether the actor may see the campaign's desk page: anyone with a role in its chapter. */
export function canSeeCampaign(actor: Actor, chapterId: string): boolean {
  return actor.kind === 'system' || hasRole(actor, chapterId, 'organizer', 'treasurer', 'vetting_reviewer', 'auditor')
}

// Reviewing takes another person than the makers, with a role that answers for money or campaigns in the same chapter.
// An instance administrator without such a role may not: running the servers is not standing behind a campaign.
const WHO: Record<CampaignEvent, readonly Role[]> = {
  submit: ['organizer'],
  approve: ['organizer', 'treasurer'],
  send_back: ['organizer', 'treasurer'],
  pause: ['organizer', 'treasurer'],
  resume: ['organizer', 'treasurer'],
  close: ['organizer', 'treasurer'],
  settle: ['treasurer'],
}

const WRONG_STATE: Record<CampaignEvent, string> = {
  submit: 'Only a draft can be sent for review.',
  approve: 'This campaign is not waiting for a review.',
  send_back: 'This campaign is not waiting for a review.',
  pause: 'Only a live campaign can be paused.',
  resume: 'Only a paused campaign can go on.',
  close: 'Only a live or paused campaign can be closed.',
  settle: 'Only a closed campaign can be settled.',
}

/** Why the actor may not make this step now, or null when they may. Pure: pages show it, writes throw it. */
export function refuseStep(actor: Actor, campaign: CampaignFacts, event: CampaignEvent): Refusal | null {
  if (!canSeeCampaign(actor, campaign.chapterId)) return notFound
  if (!canStep(campaign.status, event)) return { code: 'wrong_state', message: WRONG_STATE[event] }
  if (actor.kind === 'system') {
    // A deadline that passes closes a campaign without a person, and lib/holds pauses one that nobody may be paid from.
    return event === 'close' || event === 'pause' || event === 'resume'
      ? null
      : { code: 'forbidden', message: 'Only a person can do this.' }
  }
  if (!hasRole(actor, campaign.chapterId, ...WHO[event])) {
    return { code: 'forbidden', message: `Only ${WHO[event].map(articled).join(' or ')} of this chapter can do this.` }
  }
  const isReview = event === 'approve' || event === 'send_back'
  if (isReview && actor.kind === 'user' && isMaker(actor.userId, campaign)) {
    return {
      code: 'segregation_of_duties',
      message: 'You made, edited or submitted this campaign, so another person must review it.',
    }
  }
  return null
}

/** Why the actor may not edit the campaign now, or null. */
export function refuseEdit(actor: Actor, campaign: CampaignFacts): Refusal | null {
  if (!canSeeCampaign(actor, campaign.chapterId)) return notFound
  if (!hasRole(actor, campaign.chapterId, 'organizer')) {
    return { code: 'forbidden', message: 'Only an organizer of this chapter can edit a campaign.' }
  }
  if (campaign.status === 'draft') return null
  return {
    code: 'wrong_state',
    message: 'Only a draft can be edited. After that, tell donors what changed in an update.',
  }
}

/** Why the actor may not post an update for donors now, or null. */
export function refuseUpdate(actor: Actor, campaign: CampaignFacts): Refusal | null {
  if (!canSeeCampaign(actor, campaign.chapterId)) return notFound
  if (!hasRole(actor, campaign.chapterId, 'organizer')) {
    return { code: 'forbidden', message: 'Only an organizer of this chapter can post an update.' }
  }
  if (campaign.status !== 'draft' && campaign.status !== 'in_review') return null
  return { code: 'wrong_state', message: 'Updates can be posted once the campaign is public.' }
}

type UpdateFacts = { chapterId: string; authorId: string; dualUse: readonly string[]; isReviewed: boolean }

/** Why the actor may not decide about news that names what can also serve a war, or null. As for payments. */
export function refuseUpdateReview(actor: Actor, update: UpdateFacts): Refusal | null {
  if (actor.kind === 'user' && actor.userId === update.authorId) {
    return { code: 'segregation_of_duties', message: 'You wrote this update, so another person looks at its words.' }
  }
  if (!hasRole(actor, update.chapterId, 'vetting_reviewer', 'treasurer')) {
    return { code: 'forbidden', message: 'Vetting reviewers and treasurers of the chapter look at dual-use words.' }
  }
  if (update.dualUse.length === 0)
    return { code: 'wrong_state', message: 'Nothing in this update has to be looked at.' }
  return update.isReviewed ? { code: 'wrong_state', message: 'Somebody has decided about this update already.' } : null
}

/** Every action on the campaign with the reason where it is not available to the actor. */
export function actionsFor(actor: Actor, campaign: CampaignFacts): CampaignActions {
  return {
    submit: refuseStep(actor, campaign, 'submit'),
    approve: refuseStep(actor, campaign, 'approve'),
    send_back: refuseStep(actor, campaign, 'send_back'),
    pause: refuseStep(actor, campaign, 'pause'),
    resume: refuseStep(actor, campaign, 'resume'),
    close: refuseStep(actor, campaign, 'close'),
    settle: refuseStep(actor, campaign, 'settle'),
    edit: refuseEdit(actor, campaign),
    publish_update: refuseUpdate(actor, campaign),
  }
}

type Complete = {
  goalMinor: bigint
  currency: string
  deadline: Date | null
  coverFileId: string | null
  coverAlt: string | null
  budget: readonly { amountMinor: bigint }[]
  aidGroups: readonly { name: string; unavailable: string | null }[]
  alternate: { name: string; unavailable: string | null } | null
}

/**
 * What a draft lacks before somebody else is asked to read it. The budget must add up to the goal exactly: a donor sees
 * what all of the money is for, and nothing is asked for that has no purpose.
 */
export function lacksOf(campaign: Complete, at: Date): Lack[] {
  const lacks: Lack[] = []
  const plannedMinor = campaign.budget.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  if (campaign.budget.length === 0) lacks.push({ field: 'budget', message: 'Add at least one budget line.' })
  else if (plannedMinor !== campaign.goalMinor) {
    const say = (amountMinor: bigint) => formatMoney(amountMinor, campaign.currency)
    lacks.push({
      field: 'budget',
      message: `The budget lines must add up to the goal exactly: they are ${say(plannedMinor)} of ${say(campaign.goalMinor)}.`,
    })
  }
  if (campaign.aidGroups.length === 0) lacks.push({ field: 'aidGroupIds', message: 'Choose at least one aid group.' })
  for (const { name, unavailable } of campaign.aidGroups) {
    if (unavailable) lacks.push({ field: 'aidGroupIds', message: `${name}: ${unavailable}` })
  }
  if (campaign.alternate?.unavailable) {
    const { name, unavailable } = campaign.alternate
    lacks.push({ field: 'alternateAidGroupId', message: `${name}: ${unavailable}` })
  }
  if (campaign.deadline && endOf(campaign.deadline) <= at) {
    lacks.push({ field: 'deadline', message: 'The last day for gifts has passed. Choose a later one.' })
  }
  if (campaign.coverFileId && !campaign.coverAlt) {
    lacks.push({ field: 'coverAlt', message: 'Say what the picture shows, for those who cannot see it.' })
  }
  return lacks
}

/** The moment a deadline is over: the whole day counts, in UTC. */
export function endOf(deadline: Date): Date {
  return new Date(deadline.getTime() + 86_400_000)
}

function isMaker(userId: string, campaign: CampaignFacts): boolean {
  return userId === campaign.createdById || userId === campaign.submittedById || campaign.editedByIds.includes(userId)
}

const notFound: Refusal = { code: 'not_found', message: 'There is no such campaign.' }
const articled = (role: Role) => (/^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`)
