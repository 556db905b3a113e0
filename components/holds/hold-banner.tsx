import { Alert } from '#components/ui/alert.tsx'
import { DateTime } from '#components/ui/date-time.tsx'

export type HoldBannerProps = {
  hold: { id: string; status: 'held' | 'choosing'; openedAt: Date; aidGroupName: string } | null
}

/** At the desks: that payments wait, and where the hold stands. */
export function HoldBanner({ hold }: HoldBannerProps) {
  if (hold === null) return null
  const isHeld = hold.status === 'held'
  return (
    <Alert kind="attention" title={isHeld ? 'On hold' : 'Payments to this aid group have ended'}>
      <p>
        {isHeld
          ? `${hold.aidGroupName} may not be paid now. What was asked for or approved stays as it is and waits.`
          : `${hold.aidGroupName} gets nothing more from this campaign; givers choose what happens to what is left.`}{' '}
        Since <DateTime at={hold.openedAt} />. <a href={`/treasurer/holds/${hold.id}`}>The hold</a>
      </p>
    </Alert>
  )
}
