import { StatusSentence, type StatusSentenceProps } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { Money } from '#components/ui/money.tsx'
import type { PublicStatus, SurplusRule } from '#lib/campaigns/types.ts'

export const STATUS_WORD: Record<PublicStatus, string> = {
  live: 'Open',
  paused: 'Paused',
  closed: 'Closed',
  settled: 'Settled',
}

export const STATUS_TONE: Record<PublicStatus, StatusSentenceProps['tone']> = {
  live: 'active',
  paused: 'attention',
  closed: 'waiting',
  settled: 'done',
}

const SURPLUS: Record<SurplusRule, string> = {
  same_aid_group: 'goes to the same aid group',
  chapter_general_fund: 'goes to the chapter’s general fund',
  next_campaign: 'goes to the chapter’s next campaign',
}

export type CampaignStateProps = {
  status: PublicStatus
  deadline: Date | null
  closedAt: Date | null
  surplusRule: SurplusRule
  leftMinor: bigint
  currency: string
  /** Whether the last day is over although nobody closed it yet. */
  isOver: boolean
}

/** Where a campaign is and what happens next, and when. */
export function CampaignState(props: CampaignStateProps) {
  const { status, isOver } = props
  const ended = status === 'live' && isOver
  return (
    <StatusSentence tone={ended ? 'waiting' : STATUS_TONE[status]} state={ended ? 'Ended' : STATUS_WORD[status]}>
      <Sentence {...props} />
    </StatusSentence>
  )
}

function Sentence({ status, deadline, closedAt, surplusRule, leftMinor, currency, isOver }: CampaignStateProps) {
  const left = <Money amountMinor={leftMinor} currency={currency} />
  if (status === 'settled') return <>Everything was sent and the books of this campaign are closed.</>
  if (status === 'paused')
    return <>Gifts wait while the chapter looks into something. What was given stays in its fund.</>
  if (status === 'closed' || isOver) {
    return (
      <>
        {closedAt ? (
          <>
            It closed on <DateTime at={closedAt} />.{' '}
          </>
        ) : (
          'Its last day is over. '
        )}
        {leftMinor > 0n ? (
          <>
            Next, the {left} that are left are sent; what cannot be sent {SURPLUS[surplusRule]}.
          </>
        ) : null}
        {leftMinor > 0n ? null : 'Next, the last proofs are added and its books are closed.'}
      </>
    )
  }
  return (
    <>
      Gifts are open
      {deadline ? (
        <>
          {' '}
          until <DateTime at={deadline} />
        </>
      ) : null}
      . Next, two people agree on what is sent to whom; what is left at the end {SURPLUS[surplusRule]}.
    </>
  )
}
