const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
const SHORT = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' })
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

export type DateTimeProps = {
  at: Date | string
  /** `day`: 23 November 2026. `short`: 23 Nov 2026, for tables. `minute`: with the clock, in UTC. `month`: no day. */
  show?: 'day' | 'short' | 'minute' | 'month'
}

/** A point in time, always in UTC and never "two days ago": books are read years later. */
export function DateTime({ at, show = 'day' }: DateTimeProps) {
  const date = typeof at === 'string' ? new Date(at) : at
  if (show === 'month') {
    return (
      <time dateTime={date.toISOString().slice(0, 7)} className="figures">
        {MONTH.format(date)}
      </time>
    )
  }
  return (
    <time dateTime={show === 'minute' ? date.toISOString() : date.toISOString().slice(0, 10)} className="figures">
      {show === 'day' ? DAY.format(date) : SHORT.format(date)}
      {show === 'minute' ? `, ${CLOCK.format(date)} UTC` : null}
    </time>
  )
}
