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
}

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
  /** The campaign whose purse received it; null for the chapter's general purse. Another than the gift's own where the
   * surplus rule sent it on. */
  fundCampaign: { title: string; slug: string } | null
  rerouted: boolean
  entryId: bigint | null
  settledAt: Date | null
}
