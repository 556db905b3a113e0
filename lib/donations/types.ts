import type { GiftPurse } from './find-gift-purse.ts'

/** What a donor is asked to pay, in minor units of the campaign's currency; `totalMinor` is the sum of the others. */
export type GiftAmounts = { giftMinor: bigint; coverMinor: bigint; tipMinor: bigint; totalMinor: bigint }

/** What Stripe has for a paid gift, before the fee, in the currency it settled in: the same parts, of the same sum. */
export type SettledAmounts = { currency: string; giftMinor: bigint; coverMinor: bigint; tipMinor: bigint }

/** A donation whose payment page is ready. `receiptToken` proves to the return page that this browser began it. */
export type StartedDonation = { donationId: string; receiptToken: string; checkoutUrl: string }

/**
 * settled: it is in the ledger. unpaid: nobody has paid yet. waiting: paid, and Stripe has not written its account line.
 * foreign: Stripe knows the object and it is none of ours. unknown: Stripe does not know it.
 */
export type SettleOutcome =
  | { state: 'settled'; donationId: string; receiptToken: string; replayed: boolean }
  | { state: 'unpaid' | 'waiting'; donationId: string; receiptToken: string; checkoutUrl: string | null }
  | { state: 'foreign' | 'unknown' }

/** What the two steps of giving show. */
export type GivingView = {
  campaignId: string
  slug: string
  title: string
  summary: string
  chapterName: string
  currency: string
  /** The campaign's own currency; where it is another, Stripe changes the gift into it. */
  fundCurrency: string
  /** The one a giver could choose instead. */
  otherCurrency: string | null
  presetsMinor: bigint[]
  minMinor: bigint
  maxMinor: bigint
  /** A tip goes to the chapter's general fund, which must have the same currency. */
  offersTip: boolean
  /** Null while gifts are taken; else the sentence that says why not. */
  closedReason: string | null
}

/** One line of a campaign's public list: null where the donor chose not to be shown. */
export type PublicGift = {
  id: string
  name: string | null
  amountMinor: bigint | null
  currency: string
  settledAt: Date
  /** The donor got all of it back; it stands in the list as it stands in the books. */
  isReturned: boolean
}

/** A receipt as it was issued. Its wording is that of its day, whatever the chapter says of itself now. */
export type IssuedReceipt = {
  /** As it is printed. */
  label: string
  revision: number
  issuedAt: Date
  statement: string
  address: string
  registrationNumber: string
  signatureLine: string
  returnedMinor: bigint
  /** What of it the law may let a donor deduct; null where the chapter's own sentence says. */
  deductibleMinor: bigint | null
}

/** Something that went back to the donor. `correction`: the gift was entered by mistake. */
export type ReturnLine = { kind: 'refund' | 'dispute' | 'correction'; amountMinor: bigint; currency: string; at: Date }

/** A receipt without anything about the person. */
export type ReceiptView = {
  donationId: string
  status: 'started' | 'settled' | 'failed' | 'expired'
  campaignTitle: string
  campaignSlug: string
  chapterName: string
  chapterLegalName: string
  deductibility: string
  currency: string
  giftMinor: bigint
  coverMinor: bigint
  tipMinor: bigint
  totalMinor: bigint
  /** Stripe's actual fee; null until settled. */
  feeMinor: bigint | null
  netMinor: bigint | null
  /** How much of the net the fund of the gift got, and the chapter's general fund from the tip; null until settled. */
  fundNetMinor: bigint | null
  tipNetMinor: bigint | null
  fundId: bigint | null
  /** Null until settled. */
  purse: GiftPurse | null
  entryId: bigint | null
  settledAt: Date | null
  /** The date of the gift as it was at the chapter, in words; null until settled. */
  givenOn: string | null
  paidBy: 'card' | 'cash' | 'cheque' | 'bank_transfer'
  /** The currency of the fund, which the fee and the nets are in, where it is not the one the donor paid in. */
  settledCurrency: string
  settledMinor: bigint
  /** What went back until now, in `currency`, and each line of it as the books have it. */
  returnedMinor: bigint
  returns: ReturnLine[]
  /** Null for the seconds until the receipt has its number. */
  issued: IssuedReceipt | null
}

/** What can happen to a monthly pledge, as its history calls it. */
export type PledgeStepKind =
  | 'started'
  | 'fell_behind'
  | 'payment_failed'
  | 'recovered'
  | 'paused'
  | 'resumed'
  | 'changed'
  | 'card_changed'
  | 'lapsed'
  | 'restored'
  | 'cancelled'
  | 'refund_asked'

/** A monthly pledge whose payment page is ready. `token` opens its own page. */
export type StartedPledge = { pledgeId: string; token: string; checkoutUrl: string }

/** What a receipt says of the monthly pledge it belongs to. */
export type PledgeNote = Pick<PledgeView, 'token' | 'status' | 'currency' | 'next'>

type PledgeCharge = {
  donationId: string
  at: Date
  totalMinor: bigint
  receiptToken: string
  isRefundAsked: boolean
}

/** What the page of a monthly pledge shows. Nothing in it says who gives. */
export type PledgeView = {
  pledgeId: string
  token: string
  status: 'pending' | 'active' | 'past_due' | 'paused' | 'fulfilled' | 'lapsed' | 'cancelled'
  currency: string
  giftMinor: bigint
  coverMinor: bigint
  tipMinor: bigint
  totalMinor: bigint
  campaignTitle: string
  campaignSlug: string
  chapterName: string
  offersTip: boolean
  /** Why its campaign takes no gifts now; null while it does. */
  closedReason: string | null
  /** What is charged next; null where nothing is. */
  next: { at: Date; amountMinor: bigint } | null
  pausedUntil: Date | null
  isPausedByDonor: boolean
  isPausedByCampaign: boolean
  /** Its end is wished and Stripe has not confirmed it yet. */
  isEnding: boolean
  endReason: string | null
  endedAt: Date | null
  /** Newest first. */
  charges: PledgeCharge[]
  /** The charge that came in within a day of the end. */
  raced: PledgeCharge | null
  failedAttempts: number
  steps: { id: string; kind: string; reason: string | null; at: Date }[]
  card: { brand: string; last4: string } | null
  /** False where Stripe could not be asked; then everything is as of `syncedAt`. */
  isFresh: boolean
  syncedAt: Date | null
  createdAt: Date
}

/** A campaign's monthly pledges, counted; gifts without covered fees and tips. */
export type PledgeSummary = {
  campaignId: string
  campaignTitle: string
  currency: string
  activeCount: number
  pastDueCount: number
  pausedCount: number
  lapsedCount: number
  endedCount: number
  /** Of the pledges that run or are behind. */
  perMonthMinor: bigint
  pastDueMinor: bigint
  receivedMinor: bigint
}
