import type { CampaignEvent, CampaignStatus } from './types.ts'

type Step = { from: readonly CampaignStatus[]; to: CampaignStatus }

/** Every legal step of a campaign. The database holds the same table (campaign_step_is_legal); a test compares them. */
export const campaignSteps: Record<CampaignEvent, Step> = {
  submit: { from: ['draft'], to: 'in_review' },
  approve: { from: ['in_review'], to: 'live' },
  send_back: { from: ['in_review'], to: 'draft' },
  pause: { from: ['live'], to: 'paused' },
  resume: { from: ['paused'], to: 'live' },
  close: { from: ['live', 'paused'], to: 'closed' },
  settle: { from: ['closed'], to: 'settled' },
}

/** Whether the event is legal in this status. */
export function canStep(status: CampaignStatus, event: CampaignEvent): boolean {
  return campaignSteps[event].from.includes(status)
}

/** The statuses of campaigns that anyone may see. */
export const publicStatuses = ['live', 'paused', 'closed', 'settled'] as const
