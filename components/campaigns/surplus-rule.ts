import type { SurplusRule } from '#lib/campaigns/types.ts'

/** What each surplus rule means, said to donors and organizers alike. */
export const SURPLUS_RULE_LABEL: Record<SurplusRule, string> = {
  same_aid_group: 'It goes to the same aid groups',
  chapter_general_fund: 'It goes to the chapter’s general fund',
  next_campaign: 'It goes to the chapter’s next campaign',
}

export const SURPLUS_RULE_EXPLANATION: Record<SurplusRule, string> = {
  same_aid_group:
    'More than the goal, or what is left at the end, is sent to the aid groups of this campaign for the same purpose.',
  chapter_general_fund: 'More than the goal, or what is left at the end, is used where the chapter needs it most.',
  next_campaign: 'More than the goal, or what is left at the end, starts the chapter’s next campaign.',
}
