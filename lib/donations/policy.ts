import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { endOf } from '#lib/campaigns/policy.ts'
import type { CampaignStatus, SurplusRule } from '#lib/campaigns/types.ts'
import { coverFee, type FeeRate } from '#lib/money/cover.ts'
import { currencyOf, minorPerMajor } from '#lib/money/currencies.ts'
import type { RefundStatus } from './states.ts'
import type { GiftAmounts } from './types.ts'

// The smallest gift and the middle preset, in whole units, where 5 and 25 would be too little or too much.
const SCALE: Readonly<Record<string, bigint>> = {
  UAH: 40n,
  PLN: 4n,
  CZK: 20n,
  DKK: 6n,
  NOK: 10n,
  SEK: 10n,
  HUF: 400n,
  RON: 4n,
  MDL: 20n,
  GEL: 3n,
  TRY: 40n,
  ILS: 4n,
  MXN: 20n,
  BRL: 6n,
  INR: 100n,
  ZAR: 20n,
  JPY: 100n,
  KRW: 1000n,
  VND: 20_000n,
  CLP: 1000n,
  ISK: 100n,
  UGX: 4000n,
}
const MIN_UNITS = 5n
const MAX_UNITS = 50_000n
const PRESET_UNITS = [10n, 25n, 50n, 100n]
const RATE_PPM = 29_000n
const FIXED_CENTS: Readonly<Record<string, bigint>> = { EUR: 25n, GBP: 20n }

/** The percentages a donor may add for the chapter's own work; none is chosen beforehand. */
export const TIP_PERCENTS = ['5', '10', '15'] as const

/** The currency of a gift: what the form asked for where the campaign takes it, else the campaign's own. */
export function giftCurrency(campaign: { currency: string; alsoCurrency: string | null }, asked: unknown): string {
  return campaign.alsoCurrency !== null && asked === campaign.alsoCurrency ? campaign.alsoCurrency : campaign.currency
}

type Receiving = { status: CampaignStatus; deadline: Date | null }

/** Why no gift is taken now, as a sentence that says what happens next; null while a campaign is live and before its end. */
export function closedReason({ status, deadline }: Receiving, at: Date): string | null {
  if (status === 'paused') return 'This campaign is paused. Gifts can be made again when it goes on.'
  const isOver = status === 'closed' || status === 'settled' || (deadline !== null && endOf(deadline) <= at)
  if (isOver) return 'This campaign has ended. Thank you to everyone who gave.'
  return status === 'live' ? null : 'This campaign is not open yet.'
}

/** The smallest and largest one-off gift, and the choices offered, in minor units. Small gifts are how stolen cards are tried. */
export function giftChoices(currency: string): { minMinor: bigint; maxMinor: bigint; presetsMinor: bigint[] } {
  const unit = minorPerMajor(currency) * (SCALE[currency] ?? 1n)
  const presetsMinor = PRESET_UNITS.map((units) => units * unit)
  return { minMinor: MIN_UNITS * unit, maxMinor: MAX_UNITS * unit, presetsMinor }
}

/** What a card costs, for the estimate a donor may cover. What it did cost is known from Stripe afterwards. */
export function feeRateOf(currency: string): FeeRate {
  const { exponent } = currencyOf(currency)
  const fixedCents = FIXED_CENTS[currency] ?? 30n
  return { ratePpm: RATE_PPM, fixedMinor: exponent === 3 ? fixedCents * 10n : fixedCents }
}

/** Gift, covered fee and tip as three separate amounts. The tip is a share of the gift, rounded down. */
export function amountsOf(asked: {
  giftMinor: bigint
  coverFee: boolean
  tipPercent: bigint
  currency: string
}): GiftAmounts {
  const { giftMinor, currency } = asked
  const stepMinor = currencyOf(currency).stripeStepMinor
  const coverMinor = asked.coverFee ? coverFee(giftMinor, feeRateOf(currency), stepMinor) : 0n
  const tipMinor = ((giftMinor * asked.tipPercent) / 100n / stepMinor) * stepMinor
  return { giftMinor, coverMinor, tipMinor, totalMinor: giftMinor + coverMinor + tipMinor }
}

/**
 * Which fund a paid gift goes to. While the campaign runs or is paused: its own. After its end the surplus rule
 * decides; a campaign whose aid group goes on being helped keeps the gift until its books are settled.
 */
export function destinationOf(status: CampaignStatus, rule: SurplusRule): 'campaign' | 'general' | 'next' {
  if (status !== 'closed' && status !== 'settled') return 'campaign'
  if (rule === 'next_campaign') return 'next'
  return rule === 'same_aid_group' && status === 'closed' ? 'campaign' : 'general'
}

/** Asks Stripe to give a gift back: the chapter's treasurers alone. */
export function canRefund(actor: Actor, chapterId: string): boolean {
  return hasRole(actor, chapterId, 'treasurer')
}

/** The chapters whose single gifts the actor may look at, without who gave them. */
export function donationChapterIds(actor: Actor): string[] {
  return chapterIdsWith(actor, 'treasurer', 'auditor')
}

/** Of those the ones in which the actor may also see, and look for, a donor's address. */
export function donorChapterIds(actor: Actor): string[] {
  return chapterIdsWith(actor, 'treasurer')
}

/** A gift's refunds and disputes as far as they matter for what can still be refunded, in the donor's currency. */
export type Returned = {
  refunds: readonly { status: RefundStatus; amountMinor: bigint }[]
  disputes: readonly { amountMinor: bigint; withdrawnMinor: bigint; returnedMinor: bigint }[]
}

/**
 * What can still be refunded: the whole payment less what was refunded or is being refunded, and less what a bank has
 * taken back and not returned. An inquiry takes nothing, so it can be answered by a refund.
 */
export function refundableMinor(askedMinor: bigint, { refunds, disputes }: Returned): bigint {
  const gone = refunds.filter(({ status }) => !['failed', 'canceled', 'refused'].includes(status))
  const taken = disputes
    .filter(({ withdrawnMinor }) => withdrawnMinor > 0n)
    .map(({ amountMinor, returnedMinor }) => ({ amountMinor: amountMinor - returnedMinor }))
  const leftMinor = [...gone, ...taken].reduce((left, { amountMinor }) => left - amountMinor, askedMinor)
  return leftMinor > 0n ? leftMinor : 0n
}
