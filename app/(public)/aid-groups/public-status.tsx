import { StatusSentence } from '#components/ui/badge.tsx'
import type { PublicAidGroup } from '#lib/vetting/types.ts'

/** Whether money may go to the group now, in a sentence for anyone. Never says why a group was stopped. */
export function PublicAidGroupStatus({ group }: { group: PublicAidGroup }) {
  if (group.status === 'approved') {
    return (
      <StatusSentence tone="active" state="Vetted">
        Money may be sent to it{group.conditions ? ', under conditions its reviewers watch' : ''}.
      </StatusSentence>
    )
  }
  if (group.status === 'paused') {
    return (
      <StatusSentence tone="waiting" state="On hold">
        No money is sent to it until its reviewers have finished another look.
      </StatusSentence>
    )
  }
  return (
    <StatusSentence tone="stopped" state="Approval ended">
      No money is sent to it unless it is vetted again.
    </StatusSentence>
  )
}
