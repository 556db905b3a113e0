import type { AidCategory } from '#lib/campaigns/types.ts'
import type { FundHeadroom } from '#lib/ledger/queries.ts'

export type DisbursementStatus =
  | 'requested'
  | 'approved'
  | 'released'
  | 'confirmed'
  | 'returned'
  | 'rejected'
  | 'cancelled'

/** What the policy needs to know of a disbursement; ids of people, nothing of their names. */
export type DisbursementFacts = {
  chapterId: string
  status: DisbursementStatus
  amountMinor: bigint
  /** Up to this the approver may also release; above it three people are needed. */
  releaseThresholdMinor: bigint
  requestedById: string
  approvedById: string | null
  evidenceCount: number
  /** Who entered the bank account that is in force, themselves or behind a link. */
  accountPeopleIds: readonly string[]
}

/** An action that is open, or why it is not, in words for the person who asks. */
export type Verdict =
  | { allowed: true }
  | { allowed: false; code: 'forbidden' | 'wrong_state' | 'segregation_of_duties'; reason: string }

/** A condition on money out as the page shows it: green, or red with the reason. */
export type Gate = { key: string; label: string; open: boolean; reason: string }

/** A fund on the desk: its money, and what it is for. */
export type DeskFund = FundHeadroom & { chapterName: string; campaignId: string | null; campaignTitle: string | null }

/** A campaign that money may be sent from. */
export type RequestTarget = {
  campaignId: string
  title: string
  chapterId: string
  chapterName: string
  currency: string
  releaseThresholdMinor: bigint
  fund: FundHeadroom
  /** `reason` says why the group cannot be paid now; null when it can. */
  aidGroups: { id: string; name: string; reason: string | null }[]
}

export type DisbursementLineView = {
  id: string
  position: number
  category: AidCategory
  description: string
  amountMinor: bigint
}

export type EvidenceView = {
  id: string
  fileId: string
  fileName: string
  mediaType: string
  byteCount: number
  caption: string
  /** A day; the hour and the place are never kept. */
  takenOn: Date
  linePosition: number | null
}

export type TimelineEvent = {
  key: string
  at: Date
  action: string
  by: string
  reason: string | null
  detail: string | null
}

/** One row of the desk's table. */
export type DisbursementRow = {
  id: string
  number: number
  status: DisbursementStatus
  chapterId: string
  campaignId: string
  campaignTitle: string
  aidGroupName: string
  purpose: string
  currency: string
  amountMinor: bigint
  requestedAt: Date
  /** When it came into the state it is in. */
  since: Date
  facts: DisbursementFacts
}

/** All facts of one disbursement for the people of its chapter. */
export type DisbursementView = DisbursementRow & {
  version: number
  chapterName: string
  campaignSlug: string
  aidGroupId: string
  lines: DisbursementLineView[]
  evidence: EvidenceView[]
  requestedBy: string
  approvedBy: string | null
  approvedAt: Date | null
  releasedBy: string | null
  releasedAt: Date | null
  confirmedBy: string | null
  confirmedAt: Date | null
  endedReason: string | null
  wireReference: string | null
  /** What we write on the wire so that the bank's line can be found again. */
  paymentReference: string
  transferFeeMinor: bigint | null
  /** Who said they are making the wire right now. */
  sending: { by: string; byId: string; at: Date } | null
  /** What the gate asks that shut after the wire was begun; it was recorded all the same. */
  sentDespite: { asked: string; reason: string | null } | null
  /** What the aid group's approval asks of it, for whoever pays; null for nothing. */
  conditions: string | null
  fund: FundHeadroom
  gates: Gate[]
  timeline: TimelineEvent[]
}

/** What anybody may see on the campaign's page. Names nobody who works here, and no bank fact. */
export type PublicDisbursement = {
  id: string
  number: number
  status: 'approved' | 'released' | 'confirmed' | 'returned'
  /**
   * False before the wire, and as long after it as the aid group needs: then only amount, currency and month are told.
   * `purpose` says that details follow, there are no lines and no evidence.
   */
  isPublished: boolean
  /** The day of the latest step; where details follow later, the first day of the month of its approval or release. */
  on: Date
  sentence: string
  /** Null where the aid group's payments become public late and this one is not yet. */
  aidGroupName: string | null
  purpose: string
  currency: string
  amountMinor: bigint
  lines: DisbursementLineView[]
  evidence: EvidenceView[]
}
