import { DateTime } from '#components/ui/date-time.tsx'
import type { TimelineEvent } from '#lib/disbursements/types.ts'

/** Who did what and when, in order, from the audit log. */
export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  return (
    <ol className="flex flex-col border-t border-rule">
      {events.map((event) => (
        <li key={event.key} className="grid gap-x-6 border-b border-rule py-2 sm:grid-cols-[14rem_1fr]">
          <p className="text-sm text-ink-soft sm:text-base">
            <DateTime at={event.at} show="minute" />
          </p>
          <div className="min-w-0 wrap-anywhere">
            <p>
              <span className="font-semibold">{event.by}</span>: {event.action}
            </p>
            {event.reason ? <p className="text-sm">“{event.reason}”</p> : null}
            {event.detail ? <p className="text-sm">{event.detail}</p> : null}
          </div>
        </li>
      ))}
    </ol>
  )
}
