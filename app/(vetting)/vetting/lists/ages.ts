const DAY_MS = 86_400_000

/** Whole days from one moment to a later one. */
export function daysBetween(since: Date, at: Date): number {
  return Math.max(0, Math.floor((at.getTime() - since.getTime()) / DAY_MS))
}

/** "less than a day old", "3 days old". */
export function ageWords(since: Date, at: Date): string {
  const days = daysBetween(since, at)
  if (days === 0) return 'less than a day old'
  return days === 1 ? '1 day old' : `${days.toLocaleString('en')} days old`
}

export const count = (value: number, one: string, many: string) =>
  `${value.toLocaleString('en')} ${value === 1 ? one : many}`
