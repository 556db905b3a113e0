import { PledgeSummaryTable } from '#components/donations/pledge-summary.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { listPledgeSummaries } from '#lib/donations/list-pledges.ts'

/** The monthly pledges of the treasurer's chapters; nothing where there are none. */
export async function PledgesPanel({ actor }: { actor: UserActor }) {
  const pledges = await listPledgeSummaries(actor)
  if (pledges.length === 0) return null
  return (
    <Panel
      id="pledges"
      title="Monthly pledges"
      intro="What donors mean to give each month. It is no money until it is charged, and is in no fund."
    >
      <PledgeSummaryTable rows={pledges} />
    </Panel>
  )
}
