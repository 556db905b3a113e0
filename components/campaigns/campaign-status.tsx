import type { ReactNode } from 'react'
import { Badge, StatusSentence, type Tone } from '#components/ui/badge.tsx'
import type { CampaignStatus } from '#lib/campaigns/types.ts'

const STATES: Record<CampaignStatus, { tone: Tone; word: string; next: string }> = {
  draft: {
    tone: 'attention',
    word: 'Draft',
    next: 'Only the chapter sees it. When it is complete, an organizer sends it for review.',
  },
  in_review: {
    tone: 'waiting',
    word: 'In review',
    next: 'Another organizer or a treasurer reads it and lets it go live, or sends it back with a note.',
  },
  live: { tone: 'active', word: 'Live', next: 'Gifts are taken until the last day or until it is closed.' },
  paused: {
    tone: 'attention',
    word: 'Paused',
    next: 'No gifts are taken until an organizer or treasurer lets it go on.',
  },
  closed: {
    tone: 'done',
    word: 'Closed',
    next: 'No more gifts. Treasurers send what is left; then a treasurer settles the books.',
  },
  settled: {
    tone: 'done',
    word: 'Settled',
    next: 'Everything given was sent or moved as the surplus rule says. The books are closed.',
  },
}

/** A campaign's state in one or two words. */
export function CampaignBadge({ status }: { status: CampaignStatus }) {
  return <Badge tone={STATES[status].tone}>{STATES[status].word}</Badge>
}

/** The state, what happens next, and who does it. */
export function CampaignStatusSentence({ status, children }: { status: CampaignStatus; children?: ReactNode }) {
  const { tone, word, next } = STATES[status]
  return (
    <StatusSentence tone={tone} state={word}>
      {next}
      {children ? <> {children}</> : null}
    </StatusSentence>
  )
}
