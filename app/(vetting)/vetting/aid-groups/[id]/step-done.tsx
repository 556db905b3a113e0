import { Alert } from '#components/ui/alert.tsx'
import { aidGroupSteps } from '#lib/vetting/states.ts'
import type { AidGroupEvent, AidGroupForDesk } from '#lib/vetting/types.ts'

const DONE: Partial<Record<AidGroupEvent, string>> = {
  start_review: 'Taken on. It is in review, with your name.',
  recommend: 'Asked. Another reviewer now reads it and approves it, or gives it back.',
  renew: 'It is in review again. No money may be sent to it until it is approved anew.',
  reinstate: 'Cleared. Another reviewer now has to approve it again.',
  send_back: 'Given back to the reviewer.',
  suspend: 'Suspended. Money to it has stopped.',
  expire: 'Written down.',
  reject: 'Rejected.',
  withdraw: 'Withdrawn.',
  approve: 'Approved. Campaigns may choose it from now on.',
  approve_with_conditions: 'Approved, with conditions. Campaigns may choose it from now on.',
}

type Props = { event: string | string[] | undefined; group: AidGroupForDesk }

/** That a step was made, on the page it leads to. An address alone claims nothing: the state has to be that of the step. */
export function StepDone({ event, group }: Props) {
  if (typeof event !== 'string' || !Object.hasOwn(DONE, event)) return null
  const made = event as AidGroupEvent
  if (aidGroupSteps[made].to !== group.status) return null
  return <Alert kind="done" title={DONE[made]} />
}
