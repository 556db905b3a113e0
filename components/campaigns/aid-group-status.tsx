import { Badge, StatusSentence, type Tone } from '#components/ui/badge.tsx'
import type { AidGroupStatus } from '#lib/vetting/types.ts'

const STATES: Record<AidGroupStatus, { tone: Tone; word: string; next: string }> = {
  draft: { tone: 'attention', word: 'Draft', next: 'Its nominator sends it to the reviewers.' },
  submitted: { tone: 'attention', word: 'Nominated', next: 'A vetting reviewer who did not nominate it takes it on.' },
  screening: { tone: 'waiting', word: 'Screening', next: 'Its names are compared with the sanctions lists.' },
  in_review: {
    tone: 'active',
    word: 'In review',
    next: 'A vetting reviewer checks the papers, then asks for the second approval.',
  },
  info_requested: {
    tone: 'waiting',
    word: 'Question asked',
    next: 'The chapter’s organizers answer what the reviewer asked.',
  },
  pending_second_approval: {
    tone: 'attention',
    word: 'Second approval',
    next: 'A reviewer who neither nominated nor reviewed it approves it, or gives it back.',
  },
  approved: {
    tone: 'done',
    word: 'Approved',
    next: 'Campaigns may choose it and money may be sent until its approval ends.',
  },
  approved_with_conditions: {
    tone: 'done',
    word: 'Approved, with conditions',
    next: 'Campaigns may choose it and money may be sent while the conditions are kept.',
  },
  expiring: {
    tone: 'attention',
    word: 'Ends soon',
    next: 'A reviewer takes it into review again before its approval ends.',
  },
  expired: { tone: 'stopped', word: 'Ended', next: 'No money may be sent. A reviewer can take it into review again.' },
  suspended: {
    tone: 'stopped',
    word: 'Suspended',
    next: 'No money may be sent until a reviewer clears it and a second one approves.',
  },
  rescreen_hit: {
    tone: 'attention',
    word: 'List hit',
    next: 'No money may be sent. A reviewer decides about the hit.',
  },
  rejected: {
    tone: 'stopped',
    word: 'Rejected',
    next: 'The vetting ended with a no. A changed group is nominated anew.',
  },
  withdrawn: { tone: 'stopped', word: 'Withdrawn', next: 'Nothing more happens. It can be nominated anew.' },
}

/** The words of a status, for tables. */
export const aidGroupStatusWord = (status: AidGroupStatus): string => STATES[status].word

/** Whether the date has passed though the row still says approved; then the date rules. */
const shownStatus = (status: AidGroupStatus, payable: boolean): AidGroupStatus =>
  !payable && (status === 'approved' || status === 'approved_with_conditions' || status === 'expiring')
    ? 'expired'
    : status

/** An aid group's state in one or two words. */
export function AidGroupBadge({ status, payable }: { status: AidGroupStatus; payable: boolean }) {
  const { tone, word } = STATES[shownStatus(status, payable)]
  return <Badge tone={tone}>{word}</Badge>
}

/** The state, what happens next, and who does it. */
export function AidGroupStatusSentence({ status, payable }: { status: AidGroupStatus; payable: boolean }) {
  const { tone, word, next } = STATES[shownStatus(status, payable)]
  return (
    <StatusSentence tone={tone} state={word}>
      {next}
    </StatusSentence>
  )
}
