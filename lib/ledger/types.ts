/** What every posting says about itself. The same key with the same contents is the same posting, whenever it comes. */
export type Posting = {
  /** Unique for ever: name the business effect (`gift:txn_…`), not the message that told us of it. */
  idempotencyKey: string
  /** What in the business records this is about, for example `donation` and its id. */
  sourceType: string
  sourceId: string
  /** When the fact happened. In a closed period it posts at the start of the open one and keeps this time beside it. */
  effectiveAt: Date
  /** The person's or system actor's id. */
  actorId: string
  memo?: string | undefined
}

/** `replayed`: this key had been posted before with the same contents; nothing was written now. */
export type Posted = { entryId: bigint; replayed: boolean }

export type Restriction = 'with' | 'without'

export type AccountRole =
  | 'stripe_pending'
  | 'stripe_available'
  | 'bank'
  | 'undeposited'
  | 'in_transit'
  | 'chapter_receivable'
  | 'contributions'
  | 'fee_cover'
  | 'tips'
  | 'refunds'
  | 'disputes_lost'
  | 'processing_fees'
  | 'dispute_fees'
  | 'transfer_fees'
  | 'aid_granted'
  | 'exchange_loss'
  | 'encumbrances'
  | 'reserve_for_encumbrances'
  | 'interfund'
  | 'exchange'
  | 'restricted_net_assets'
  | 'unrestricted_net_assets'

export type EntryKind =
  | 'gift'
  | 'offline_gift'
  | 'offline_deposit'
  | 'available'
  | 'payout'
  | 'payout_arrival'
  | 'refund'
  | 'dispute'
  | 'dispute_won'
  | 'encumbrance'
  | 'encumbrance_cancelled'
  | 'release'
  | 'grant_confirmed'
  | 'wire_returned'
  | 'interfund'
  | 'receivable_settled'
  | 'bank_charge'
  | 'bank_transfer'
  | 'stripe_fee'
  | 'exchange_difference'
  | 'exchange'
  | 'reversal'

export type OutflowKind =
  | 'disbursement'
  | 'transfer_fee'
  | 'refund'
  | 'dispute'
  | 'dispute_fee'
  | 'stripe_fee'
  | 'exchange_loss'
  | 'exchange'
  | 'interfund'
  | 'reversal'

/** Where the money of a fund is: what these accounts hold together is what the fund has. */
export const MONEY_ROLES: readonly AccountRole[] = [
  'stripe_pending',
  'stripe_available',
  'bank',
  'undeposited',
  'in_transit',
  'chapter_receivable',
]
