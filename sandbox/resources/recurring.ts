import { invalidRequest } from '#sandbox/errors.ts'
import type { WirePrice } from '#sandbox/objects.ts'

export interface Cycle {
  interval: 'day' | 'week' | 'month' | 'year'
  count: number
}

const DAY = 24 * 3600
const COUNT_MAX = { day: 1095, week: 156, month: 36, year: 3 } as const

/** Reads `recurring` of a price; `param` names it in the error. At most three years, as at Stripe. */
export function readCycle(
  recurring: { interval: string; interval_count?: number; usage_type?: string; meter?: string },
  param: string,
): Cycle {
  const interval = recurring.interval as Cycle['interval']
  const count = recurring.interval_count ?? 1
  if (count < 1 || count > COUNT_MAX[interval]) {
    const message = 'You cannot set `interval_count` to less than 1 or to more than 3 years.'
    throw invalidRequest(message, { param: `${param}[interval_count]` })
  }
  if (recurring.usage_type === 'metered' || recurring.meter !== undefined) {
    throw invalidRequest('This sandbox has no metered prices.', { param: `${param}[usage_type]` })
  }
  return { interval, count }
}

/** The cycle of a recurring price. */
export function cycleOf(price: WirePrice): Cycle {
  if (!price.recurring) throw new Error(`${price.id} does not recur`)
  return { interval: price.recurring.interval as Cycle['interval'], count: price.recurring.interval_count }
}

/**
 * The second the n-th period after the anchor begins, in UTC. Counted from the anchor each time, so that the 31st is the
 * 28th in a February and the 31st again in March.
 */
export function periodStart(anchor: number, cycle: Cycle, n: number): number {
  const steps = cycle.count * n
  if (cycle.interval === 'day') return anchor + steps * DAY
  if (cycle.interval === 'week') return anchor + steps * 7 * DAY
  const from = new Date(anchor * 1000)
  const months = from.getUTCMonth() + steps * (cycle.interval === 'year' ? 12 : 1)
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), lastDay)
  const timeOfDay = ((anchor % DAY) + DAY) % DAY
  return Date.UTC(from.getUTCFullYear(), months, day) / 1000 + timeOfDay
}

/** `per month`, `every 3 months` */
export function cycleWords(cycle: Cycle): string {
  return cycle.count === 1 ? `per ${cycle.interval}` : `every ${cycle.count} ${cycle.interval}s`
}
