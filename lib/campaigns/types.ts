import { type AidGroupChoice, aidCategories, type PublicAidGroup, type Refusal } from '#lib/vetting/types.ts'

export { aidCategories }

export type CampaignStatus = 'draft' | 'in_review' | 'live' | 'paused' | 'closed' | 'settled'

/** What may happen to a campaign; `states.ts` says when. */
export type CampaignEvent = 'submit' | 'approve' | 'send_back' | 'pause' | 'resume' | 'close' | 'settle'

export type AidCategory = (typeof aidCategories)[number]

/** What happens with money that is left or comes late; fixed before the campaign is live. */
export const surplusRules = ['same_aid_group', 'chapter_general_fund', 'next_campaign'] as const
export type SurplusRule = (typeof surplusRules)[number]

export type BudgetLineView = { id: string; category: AidCategory; description: string; amountMinor: bigint }

export type CampaignUpdateView = { id: string; title: string; bodyHtml: string; publishedAt: Date }

/** News as the desk sees it: with words that can also serve a war it is public once another person allowed it. */
export type CampaignUpdateForDesk = CampaignUpdateView & {
  state: 'public' | 'waiting' | 'refused'
  dualUse: string[]
  /** What whoever read it wrote; empty until then. */
  reason: string
}

/** News that waits, for whoever may read it; `refusal` says why that is not this person. */
export type WaitingUpdate = CampaignUpdateForDesk & { campaignTitle: string; author: string; refusal: string | null }

/** What the rules need to know of a campaign. */
export type CampaignFacts = {
  id: string
  chapterId: string
  status: CampaignStatus
  createdById: string
  submittedById: string | null
  /** Everybody who made, edited or submitted it: none of them may review it. */
  editedByIds: readonly string[]
}

export type CampaignRow = {
  id: string
  slug: string
  title: string
  status: CampaignStatus
  chapterId: string
  chapterName: string
  goalMinor: bigint
  currency: string
  deadline: Date | null
  updatedAt: Date
  reviewNote: string | null
}

type CampaignTransitionView = {
  id: string
  event: string
  from: CampaignStatus
  to: CampaignStatus
  reason: string | null
  by: string
  at: Date
}

/** Something a draft lacks, with the field it belongs to. */
export type Lack = { field: string; message: string }

/** Everything of a campaign that the people of its chapter may see. */
export type CampaignForDesk = CampaignFacts &
  CampaignRow & {
    summary: string
    storyMarkdown: string
    storyHtml: string
    coverFileId: string | null
    coverAlt: string | null
    surplusRule: SurplusRule
    /** A second currency in which givers may give. */
    alsoCurrency: string | null
    fundId: bigint | null
    version: number
    createdBy: string
    submittedBy: string | null
    reviewedBy: string | null
    liveAt: Date | null
    closedAt: Date | null
    budget: BudgetLineView[]
    aidGroups: AidGroupChoice[]
    /** Gets what givers do not want back if the vetting of all its groups fails. */
    alternate: AidGroupChoice | null
    updates: CampaignUpdateForDesk[]
    history: CampaignTransitionView[]
    /** What must be added before it can be sent for review; empty when nothing. */
    lacks: Lack[]
  }

/** For each event: null when the actor may do it now, else the reason why not. */
export type CampaignActions = Record<CampaignEvent | 'edit' | 'publish_update', Refusal | null>

export type PublicStatus = Extract<CampaignStatus, 'live' | 'paused' | 'closed' | 'settled'>

/** A campaign in a list for anyone. */
export type PublicCampaignCard = {
  id: string
  slug: string
  title: string
  summary: string
  status: PublicStatus
  goalMinor: bigint
  currency: string
  /** The last day on which gifts are taken, at midnight UTC. */
  deadline: Date | null
  coverFileId: string | null
  coverAlt: string | null
  /** The ledger's fund: what totals are read by. */
  fundId: bigint
  chapterSlug: string
  chapterName: string
  liveAt: Date | null
  categories: AidCategory[]
}

/** A campaign's page for anyone. The HTML is sanitized. */
export type PublicCampaign = PublicCampaignCard & {
  chapterCity: string
  storyHtml: string
  surplusRule: SurplusRule
  closedAt: Date | null
  budget: BudgetLineView[]
  aidGroups: PublicAidGroup[]
  updates: CampaignUpdateView[]
}
