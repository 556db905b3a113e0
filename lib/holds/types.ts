export type HoldStatus = 'held' | 'cured' | 'choosing' | 'closed'

/** What may happen to a hold; `states.ts` says when. */
export type HoldEvent = 'cure' | 'open_choice' | 'close'

export type HoldOutcome = 'others_continue' | 'nothing_left' | 'redirected' | 'refunded'

/** What a giver may want with the unspent cents of their gifts. */
export const choices = ['redirect', 'refund'] as const
export type Choice = (typeof choices)[number]

/** What the rules need to know of a hold. */
export type HoldFacts = {
  id: string
  chapterId: string
  status: HoldStatus
  failedById: string | null
  confirmedById: string | null
  choicesClosedAt: Date | null
}

/** A hold in the treasurers' list. */
export type HoldRow = HoldFacts & {
  campaignId: string
  campaignTitle: string
  campaignSlug: string
  chapterName: string
  aidGroupId: string
  aidGroupName: string
  currency: string
  openedAt: Date
  choiceUntil: Date | null
  /** Set aside in the ledger for this hold, now. */
  quarantinedMinor: bigint
  outcome: HoldOutcome | null
}

/** One kind of wish, over all gifts. */
export type ChoiceTotal = { count: number; minor: bigint }

/** A refund that no card could take back: a treasurer gives it back another way and says how. */
type OpenRefund = {
  choiceId: string
  donationId: string
  minor: bigint
  why: string
  /** It came by card, and may be sent there again. */
  canRetry: boolean
  /** The first day on which it can have been given back. */
  givenAt: Date
}

export type HeldDisbursement = {
  id: string
  number: number
  status: 'requested' | 'approved'
  version: number
  amountMinor: bigint
  currency: string
  isBeingSent: boolean
}

export type HoldView = HoldRow & {
  version: number
  cause: string
  pausedCampaign: boolean
  curedAt: Date | null
  closedAt: Date | null
  closedReason: string | null
  failedBy: string | null
  failedReason: string | null
  failedAt: Date | null
  confirmedBy: string | null
  alternateName: string | null
  alternatePayable: boolean
  redirectedAt: Date | null
  disbursements: HeldDisbursement[]
  /** Null before the window opens. */
  totals: {
    redirect: ChoiceTotal
    refund: ChoiceTotal
    open: ChoiceTotal
    /** Made and standing: by card, and by hand. */
    refunded: ChoiceTotal
    byHand: ChoiceTotal
    /** Could not be given back, or the giver let it go on after all. */
    kept: ChoiceTotal
  } | null
  openRefunds: OpenRefund[]
}

/** What anyone may read: no cause, and nobody who works here. */
export type PublicNotice = {
  holdId: string
  aidGroupId: string
  kind: 'held' | 'choosing' | 'settling' | 'redirected' | 'refunded'
  since: Date
  sentence: string
}

/** What a giver sees at the link in the mail. */
export type ChoicePage = {
  campaignTitle: string
  campaignSlug: string
  chapterName: string
  currency: string
  /** The unspent part of everything this giver gave to the campaign. */
  atStakeMinor: bigint
  giftCount: number
  alternate: { name: string; slug: string } | null
  until: Date
  isOpen: boolean
  choice: Choice | null
  defaulted: boolean
  /** What happens where the giver says nothing. */
  silent: Choice
  /** Gifts that did not come by card go back by the treasurer's hand. */
  hasOffline: boolean
  hasPledge: boolean
  refundedMinor: bigint
  /** Given back without a card. */
  givenBackMinor: bigint
  /** Refunds that came back: set aside until the giver or a treasurer says what happens to them. */
  cameBackMinor: bigint
  /** Whether what came back may go on to the alternate instead. */
  canLetGo: boolean
  /** What the giver let go on after its refund had come back. */
  letGoMinor: bigint
}
