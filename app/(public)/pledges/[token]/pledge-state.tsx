import { StatusSentence, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { Money } from '#components/ui/money.tsx'
import type { PledgeView } from '#lib/donations/types.ts'

const STATE: Record<PledgeView['status'], { tone: Tone; word: string }> = {
  pending: { tone: 'waiting', word: 'Not paid yet' },
  active: { tone: 'active', word: 'Running' },
  past_due: { tone: 'attention', word: 'Payment failed' },
  paused: { tone: 'waiting', word: 'Paused' },
  lapsed: { tone: 'stopped', word: 'Stopped' },
  cancelled: { tone: 'stopped', word: 'Ended' },
  fulfilled: { tone: 'done', word: 'Done' },
}

const ENDED: Record<string, string> = {
  donor: 'You ended it',
  campaign_ended: 'It ended with its campaign',
  disputed: 'It ended because a charge was disputed',
  never_paid: 'It was never paid, so it never began',
  stripe: 'It was ended for you',
}

/** Where a pledge is, and what is charged next and when. */
export function PledgeState({ pledge }: { pledge: PledgeView }) {
  if (pledge.isEnding) {
    return (
      <StatusSentence tone="attention" state="Ending">
        Your wish to end it is noted, and Stripe has not confirmed it yet. We go on asking; look again in a minute.
      </StatusSentence>
    )
  }
  const { tone, word } = STATE[pledge.status]
  return (
    <StatusSentence tone={tone} state={word}>
      <Sentence pledge={pledge} />
    </StatusSentence>
  )
}

function Sentence({ pledge }: { pledge: PledgeView }) {
  const { status, next, endedAt, endReason, campaignTitle } = pledge
  if (status === 'pending') return 'Nothing has been charged. It begins with the first payment.'
  if (status === 'lapsed')
    return 'The payment failed each time it was tried, so it has stopped. Nothing more is charged.'
  if (status === 'cancelled') {
    return (
      <>
        {ENDED[endReason ?? ''] ?? 'It has ended'}
        {endedAt ? (
          <>
            {' '}
            on <DateTime at={endedAt} show="minute" />
          </>
        ) : null}
        . Nothing more is charged.
      </>
    )
  }
  if (status === 'paused' && pledge.isPausedByCampaign) {
    return (
      <>
        {campaignTitle} is paused, so nothing is charged. When it goes on, your monthly gift{' '}
        {pledge.isPausedByDonor ? 'stays paused, as you asked.' : 'does too.'}
      </>
    )
  }
  return (
    <>
      {status === 'past_due' ? 'The last payment did not go through. ' : null}
      <Next pledge={pledge} isRetry={status === 'past_due'} isPaused={status === 'paused'} hasNext={next !== null} />
    </>
  )
}

function Next(props: { pledge: PledgeView; isRetry: boolean; isPaused: boolean; hasNext: boolean }) {
  const { pledge, isRetry, isPaused } = props
  const { next, currency, pausedUntil } = pledge
  if (next === null) return isPaused ? 'Nothing is charged until you resume it.' : 'Nothing more is charged.'
  return (
    <>
      {isPaused && pausedUntil ? (
        <>
          Nothing is charged before <DateTime at={pausedUntil} />.{' '}
        </>
      ) : null}
      {isRetry ? 'Stripe tries again on ' : 'The next charge is on '}
      <DateTime at={next.at} />: <Money amountMinor={next.amountMinor} currency={currency} />.
    </>
  )
}
