/** A fiscal year is named by the calendar year it begins in. */
export type FiscalCalendar = { fiscalYearStartMonth: number; timeZone: string }

const MONTHS = 12

/** The calendar of a gift: one without Stripe was entered as a day, which has no hour that a time zone could move. */
export function calendarOf<Calendar extends FiscalCalendar>(
  settings: Calendar,
  offlineMethod: string | null,
): Calendar {
  return offlineMethod === null ? settings : { ...settings, timeZone: 'UTC' }
}

/** The fiscal year of a moment, by the date that a calendar on the wall of the chapter shows then. */
export function fiscalYearOf(at: Date, { fiscalYearStartMonth, timeZone }: FiscalCalendar): number {
  const parts = new Intl.DateTimeFormat('en-US', { year: 'numeric', month: 'numeric', timeZone }).formatToParts(at)
  const read = (type: 'year' | 'month') => Number(parts.find((part) => part.type === type)?.value)
  return read('month') >= fiscalYearStartMonth ? read('year') : read('year') - 1
}

/** First and last day, as people write them: "1 July 2025" and "30 June 2026". */
export function fiscalYearDays(year: number, startMonth: number): { first: string; last: string } {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  const first = new Date(Date.UTC(year, startMonth - 1, 1))
  // The day before the month in which the next year begins.
  const last = new Date(Date.UTC(year, startMonth - 1 + MONTHS, 0))
  return { first: day.format(first), last: day.format(last) }
}

/** "2026", or "2025/26" where it is not the calendar's year. */
export function fiscalYearName(year: number, startMonth: number): string {
  return startMonth === 1 ? String(year) : `${year}/${String((year + 1) % 100).padStart(2, '0')}`
}

/** A moment as the date it was at the chapter: "23 November 2026". */
export function dayAt(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(at)
}
