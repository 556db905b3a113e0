/** What was counted: `…Hour` of one giver in the last hour, the rest of all in the last ten minutes. */
export type TryCounts = {
  begunBySenderHour: number
  begunByEmailHour: number
  declinedBySenderHour: number
  declinedByEmailHour: number
  begunByCampaign: number
  declinedByCampaign: number
  begunByAll: number
  declinedByAll: number
}

export type DefenceMode = 'auto' | 'on' | 'off'

export type Verdict = 'pass' | 'challenge' | 'refuse'

/** Above the first number a giver is asked to prove themselves, above the second nothing more is begun for an hour. */
export const GIVER_LIMITS = {
  begunBySenderHour: [10, 60],
  begunByEmailHour: [6, 20],
  declinedBySenderHour: [4, 12],
  declinedByEmailHour: [4, 8],
} as const satisfies Partial<Record<keyof TryCounts, readonly [number, number]>>

/** Above these a campaign's givers prove themselves; a campaign that many like must not be closed to them. */
export const CAMPAIGN_LIMITS = { begunByCampaign: 200, declinedByCampaign: 25 } as const

/** Above these the breaker trips, and everybody's givers prove themselves. */
export const BREAKER_LIMITS = { begunByAll: 1_000, declinedByAll: 60 } as const

/** One payment page on which so many cards were declined is closed. */
export const DECLINES_PER_PAGE_MAX = 6
export const TRIPPED_MINUTES = 30

type Giver = { counts: TryCounts; isDonor: boolean; mode: DefenceMode; isTripped: boolean }

/**
 * What a gift that is about to begin meets. Whoever has given before, by the address they give, meets nothing but the
 * limit on declined cards; with the defence off nobody is challenged, and the hard limits stay.
 */
export function checkLimits({ counts, isDonor, mode, isTripped }: Giver): Verdict {
  const [, declinedMax] = GIVER_LIMITS.declinedByEmailHour
  if (isDonor) return counts.declinedByEmailHour >= declinedMax ? 'refuse' : 'pass'
  const names = Object.keys(GIVER_LIMITS) as (keyof typeof GIVER_LIMITS)[]
  if (names.some((name) => counts[name] > GIVER_LIMITS[name][1])) return 'refuse'
  if (mode === 'off') return 'pass'
  if (mode === 'on' || isTripped) return 'challenge'
  const isSuspect = names.some((name) => counts[name] > GIVER_LIMITS[name][0])
  return isSuspect || isCampaignPressed(counts) ? 'challenge' : 'pass'
}

export function isCampaignPressed(counts: Pick<TryCounts, keyof typeof CAMPAIGN_LIMITS>): boolean {
  const { begunByCampaign, declinedByCampaign } = CAMPAIGN_LIMITS
  return counts.begunByCampaign > begunByCampaign || counts.declinedByCampaign > declinedByCampaign
}

/** Why the breaker trips now, as a sentence; null while it need not. */
export function trippedBy(counts: Pick<TryCounts, keyof typeof BREAKER_LIMITS>): string | null {
  if (counts.declinedByAll > BREAKER_LIMITS.declinedByAll)
    return `${counts.declinedByAll} cards were declined in ten minutes`
  if (counts.begunByAll > BREAKER_LIMITS.begunByAll) return `${counts.begunByAll} gifts were begun in ten minutes`
  return null
}
