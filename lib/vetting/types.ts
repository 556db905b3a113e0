export type AidGroupStatus =
  | 'draft'
  | 'submitted'
  | 'screening'
  | 'in_review'
  | 'info_requested'
  | 'pending_second_approval'
  | 'approved'
  | 'approved_with_conditions'
  | 'rejected'
  | 'expiring'
  | 'expired'
  | 'suspended'
  | 'rescreen_hit'
  | 'withdrawn'

export type RiskTier = 'low' | 'medium' | 'high'

/** What may happen to an aid group; `states.ts` says when. */
export type AidGroupEvent =
  | 'submit'
  | 'screen'
  | 'start_review'
  | 'request_info'
  | 'answer_info'
  | 'recommend'
  | 'send_back'
  | 'approve'
  | 'approve_with_conditions'
  | 'reject'
  | 'mark_expiring'
  | 'expire'
  | 'renew'
  | 'suspend'
  | 'hit'
  | 'reinstate'
  | 'withdraw'

/** What the rules need to know of an aid group. */
export type AidGroupFacts = {
  id: string
  chapterId: string
  status: AidGroupStatus
  nominatedById: string | null
  reviewedById: string | null
  approvedUntil: Date | null
  /** Ids of those who worked towards the approval that is being sought: they may not give it. */
  workedOnByIds: readonly string[]
}

/** Why somebody may not do something: an error's code, and the sentence a page shows in the place of the button. */
export type Refusal = { code: 'forbidden' | 'wrong_state' | 'segregation_of_duties' | 'not_found'; message: string }

type AidGroupChangeView = {
  id: string
  from: AidGroupStatus
  to: AidGroupStatus
  reason: string | null
  /** The person's name, or what program of ours it was. */
  by: string
  at: Date
}

/** One line of the desk's queue. */
export type AidGroupRow = {
  id: string
  name: string
  country: string
  region: string
  status: AidGroupStatus
  riskTier: RiskTier | null
  approvedUntil: Date | null
  chapterName: string
  /** When it came into its present state. */
  since: Date
}

/** Everything of an aid group that its chapter's people may see. */
export type AidGroupForDesk = AidGroupFacts &
  AidGroupRow & {
    slug: string
    publicAlias: string | null
    legalName: string | null
    summary: string
    conditions: string | null
    statusReason: string | null
    approvedAt: Date | null
    nominatedBy: string | null
    reviewedBy: string | null
    approvedBy: string | null
    payable: boolean
    changes: AidGroupChangeView[]
  }

/** What anyone may see. `name` is the alias where there is one; never the legal name, the place, or people. */
export type PublicAidGroup = {
  id: string
  slug: string
  name: string
  summary: string
  country: string
  status: 'approved' | 'paused' | 'ended'
  vettedSince: Date | null
  approvedUntil: Date | null
  conditions: boolean
  chapterName: string
  campaigns: { slug: string; title: string; summary: string; status: 'live' | 'paused' | 'closed' | 'settled' }[]
}

/** An aid group an organizer may choose, or the reason why not. */
export type AidGroupChoice = { id: string; name: string; summary: string; unavailable: string | null }
