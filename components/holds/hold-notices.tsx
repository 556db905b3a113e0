import { Alert } from '#components/ui/alert.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import type { PublicNotice } from '#lib/holds/types.ts'

const TITLE: Record<PublicNotice['kind'], string> = {
  held: 'Payments on hold',
  choosing: 'Payments have ended; givers choose',
  settling: 'Payments have ended',
  redirected: 'This money goes to another aid group now',
  refunded: 'What was not spent went back',
}

/** What anyone may know of holds, the newest first. Says no cause and names nobody who works here. */
export function HoldNotices({ notices }: { notices: readonly PublicNotice[] }) {
  return notices.map(({ holdId, kind, since, sentence }) => (
    <Alert key={holdId} kind={kind === 'redirected' || kind === 'refunded' ? 'note' : 'attention'} title={TITLE[kind]}>
      <p>{sentence}</p>
      <p className="text-sm text-ink-soft">
        Since <DateTime at={since} />.
      </p>
    </Alert>
  ))
}
