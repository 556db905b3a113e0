import type { AidCategory } from '#lib/campaigns/types.ts'
import type { AccountRole, EntryKind } from '#lib/ledger/types.ts'

/**
 * Every total of one scope in one currency, from the ledger's accounts; amounts in minor units. They are one equation:
 * raised + cover + tips - stripeFees - disputeFees - transferFees - refunded - disputed - sent + interfund + exchange
 * = money, and money = promised + left.
 */
export type Figures = {
  currency: string
  /** Settled gifts, without covered fees and tips, before anything went back. */
  raisedMinor: bigint
  /**
   * What counts towards a goal: raised - refunded - disputed. What went back of a covered fee is in it, so that the
   * figures beside a goal add up; never below zero.
   */
  keptMinor: bigint
  coverMinor: bigint
  tipsMinor: bigint
  /** What Stripe actually kept of the gifts. */
  stripeFeesMinor: bigint
  disputeFeesMinor: bigint
  transferFeesMinor: bigint
  refundedMinor: bigint
  disputedMinor: bigint
  /** Released or confirmed: on its way to, or with, an aid group. */
  sentMinor: bigint
  confirmedMinor: bigint
  /** Encumbered: approved and not yet sent. */
  promisedMinor: bigint
  /** Net of what came from (+) and went to (-) other funds. */
  interfundMinor: bigint
  exchangeMinor: bigint
  /** Everything the funds have now, promised or not. */
  moneyMinor: bigint
  leftMinor: bigint
  /** What the chapter still has to put back after a refund of money that was already spent; part of money. */
  owedByChapterMinor: bigint
}

export type CampaignFigures = Figures & {
  /** Single gifts whose giver is done and whose bank has not paid yet: not money. Opened payment pages are not in it. */
  pledgedMinor: bigint
  /** What running monthly pledges give in a month, and how many they are: not money yet, and never added to it. */
  monthlyMinor: bigint
  monthlyCount: number
  /** What the same donors gave beside their gifts to the chapter's own work, in its general fund. */
  tipsBesideMinor: bigint
  /** People, those who hide their name included. */
  donorCount: number
}

export type ReportScope =
  | { kind: 'federation' }
  | { kind: 'chapter'; chapterId: string }
  | { kind: 'campaign'; campaignId: string }

/** Days in UTC, both included, as 2026-11-23. */
export type Period = { from: string; to: string }

/** One line of a statement; all are what they are called, so the equation subtracts fees, refunds and what was sent. */
export type StatementAmounts = {
  openingMinor: bigint
  giftsMinor: bigint
  coverMinor: bigint
  tipsMinor: bigint
  stripeFeesMinor: bigint
  disputeFeesMinor: bigint
  refundsMinor: bigint
  disputesMinor: bigint
  transferFeesMinor: bigint
  sentMinor: bigint
  interfundMinor: bigint
  exchangeMinor: bigint
  closingMinor: bigint
  /** Of the closing balance: approved and not yet sent. */
  promisedMinor: bigint
}

export type FundStatement = StatementAmounts & {
  fundId: bigint
  name: string
  chapterName: string
  campaign: { slug: string; title: string } | null
  restriction: 'with' | 'without'
  currency: string
}

/** One wire of the period, or one that came back in it (then `amountMinor` is negative). */
export type SentItem = {
  number: number
  /** False as long as its aid group needs: then recipient, day, purpose, lines and evidence are not here. */
  isPublished: boolean
  /** The day, or the first day of its month where the day is not public yet. */
  on: Date
  status: 'released' | 'confirmed' | 'returned'
  currency: string
  amountMinor: bigint
  aidGroup: { slug: string; name: string; vettedOn: Date | null } | null
  campaign: { slug: string; title: string }
  purpose: string
  lines: { position: number; category: AidCategory; description: string; amountMinor: bigint }[]
  evidence: { fileId: string; caption: string; mediaType: string; byteCount: number; takenOn: Date }[]
}

/** An aid group that was sent money in the period; one row for each currency, and one for all whose name is not public yet. */
export type Recipient = {
  slug: string | null
  name: string
  vettedOn: Date | null
  currency: string
  amountMinor: bigint
  wireCount: number
}

export type MonthRow = { month: string; currency: string; inMinor: bigint; sentMinor: bigint }

export type PeriodStatement = Period & {
  scope: { kind: ReportScope['kind']; name: string; slug: string | null }
  /** When the data were read. */
  dataAsOf: Date
  /** The last entry the statement knows of: with the same period it can be made again. Null before the first. */
  lastEntryId: bigint | null
  funds: FundStatement[]
  totals: (StatementAmounts & { currency: string })[]
  months: MonthRow[]
  sent: SentItem[]
  recipients: Recipient[]
}

/** A fund somebody can look at in the ledger. */
export type FundChoice = {
  id: bigint
  name: string
  currency: string
  chapterId: string
  chapterName: string
  chapterSlug: string
  campaign: { slug: string; title: string } | null
}

/** What one entry did to one fund. Without `desk` it names nobody and leads to nobody. */
export type LedgerRow = {
  entryId: bigint
  fundId: bigint
  kind: EntryKind
  effectiveAt: Date
  currency: string
  /** Gifts, covered fees and tips of it; zero for everything else. */
  grossMinor: bigint
  /** What the payment company kept of it. */
  feeMinor: bigint
  /** What the fund's money changed by; zero where it only moved, for example to the bank. */
  netMinor: bigint
  /** What moved, whichever way: the amount of an encumbrance or a payout. */
  movedMinor: bigint
  /** After it, in the order of posting; null unless one fund is chosen. */
  balanceMinor: bigint | null
  reversesEntryId: bigint | null
  disbursement: { number: number; campaignSlug: string } | null
  /** Of a payment that is not public yet: `effectiveAt` is the first day of the month. */
  isMonthOnly: boolean
  /** A hold's: money set aside and promised to nobody, or that set free again. */
  isAside: boolean
  /** The movements inside it. */
  transfers: { id: string; debitRole: AccountRole; creditRole: AccountRole; amountMinor: bigint }[]
  /** Only for the chapter's own people. */
  desk: DeskDetail | null
}

/** What only the people of the chapter see of an entry. */
export type DeskDetail = {
  recordedAt: Date
  /** Set where the fact belongs to a closed period and was posted to the open one. */
  originalEffectiveAt: Date | null
  sourceType: string
  sourceId: string
  memo: string | null
}

/** `nextBefore`: the entry to start after for older rows, or null at the end. */
export type LedgerPage = { rows: LedgerRow[]; nextBefore: bigint | null }

/** What an export or a filtered ledger holds, to compare with the file. */
export type ControlTotals = {
  rowCount: bigint
  byCurrency: { currency: string; grossMinor: bigint; feeMinor: bigint; netMinor: bigint }[]
}
