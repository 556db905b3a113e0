import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { listHolds } from '#lib/holds/queries.ts'
import { HOLD_LABEL } from '#lib/holds/states.ts'
import type { HoldRow } from '#lib/holds/types.ts'
import { holdPerson } from './hold-person.ts'
import { HOLD_TONE } from './hold-tone.ts'

export const metadata: Metadata = { title: 'Holds' }

const PATH = '/treasurer/holds'

export default async function HoldsPage() {
  const actor = await holdPerson(PATH)
  const holds = await listHolds(actor)
  return (
    <TreasurerDesk title="Holds" current={PATH}>
      <p className="max-w-prose text-ink-soft">
        When an aid group may not be paid, what was not sent to it waits here, and the money of a campaign that has no
        other group to pay is set aside.
      </p>
      <Table
        caption="Holds, open ones first"
        captionHidden
        keyboardRows
        rows={holds}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No holds">Every aid group of your campaigns may be paid.</EmptyState>}
        columns={[
          {
            key: 'campaign',
            header: 'Campaign',
            cell: ({ id, campaignTitle, aidGroupName, openedAt }) => (
              <>
                <a href={`${PATH}/${id}`}>{campaignTitle}</a>
                <span className="block text-sm font-normal text-ink-soft">
                  {aidGroupName}, since <DateTime at={openedAt} />
                </span>
              </>
            ),
          },
          { key: 'state', header: 'State', cell: (hold) => <State hold={hold} /> },
          {
            key: 'aside',
            header: 'Set aside',
            align: 'figure',
            cell: ({ quarantinedMinor, currency }) => (
              <Money amountMinor={quarantinedMinor} currency={currency} showCode />
            ),
          },
        ]}
      />
    </TreasurerDesk>
  )
}

/** One that has ended is open again as long as a giver waits for a refund that came back. */
function State({ hold: { status, quarantinedMinor } }: { hold: HoldRow }) {
  if (status === 'closed' && quarantinedMinor > 0n) return <Badge tone="attention">A refund came back</Badge>
  return <Badge tone={HOLD_TONE[status]}>{HOLD_LABEL[status]}</Badge>
}
