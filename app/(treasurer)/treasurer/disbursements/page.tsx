import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { listDisbursements, listFunds, listRequestTargets } from '#lib/disbursements/queries.ts'
import { STATUS_LABEL } from '#lib/disbursements/states.ts'
import type { DisbursementStatus } from '#lib/disbursements/types.ts'
import { deskPerson } from './desk-person.ts'
import { DisbursementTable, NoDisbursements } from './disbursement-table.tsx'

export const metadata: Metadata = { title: 'Disbursements' }

const PATH = '/treasurer/disbursements'
const GROUPS: { key: string; label: string; statuses: readonly DisbursementStatus[] }[] = [
  { key: 'requested', label: STATUS_LABEL.requested, statuses: ['requested'] },
  { key: 'approved', label: STATUS_LABEL.approved, statuses: ['approved'] },
  { key: 'released', label: STATUS_LABEL.released, statuses: ['released'] },
  { key: 'confirmed', label: STATUS_LABEL.confirmed, statuses: ['confirmed'] },
  { key: 'ended', label: 'Ended', statuses: ['returned', 'rejected', 'cancelled'] },
]

export default async function DisbursementsPage({ searchParams }: { searchParams: Promise<{ state?: string }> }) {
  const actor = await deskPerson(PATH)
  const { state } = await searchParams
  const [rows, targets, funds] = await Promise.all([
    listDisbursements(actor),
    listRequestTargets(actor),
    listFunds(actor),
  ])
  const chosen = GROUPS.find((group) => group.key === state)
  const shown = chosen ? rows.filter((row) => chosen.statuses.includes(row.status)) : rows
  const tabs = [
    { label: 'All', href: PATH, count: rows.length },
    ...GROUPS.map(({ key, label, statuses }) => ({
      label,
      href: `${PATH}?state=${key}`,
      count: rows.filter((row) => statuses.includes(row.status)).length,
    })),
  ]
  return (
    <TreasurerDesk
      title="Disbursements"
      current={PATH}
      nextAction={
        targets.length > 0
          ? { kind: 'link', href: `${PATH}/new`, label: 'New disbursement' }
          : {
              kind: 'unavailable',
              label: 'New disbursement',
              reason: 'Your role here only reads, or no campaign is open.',
            }
      }
    >
      <Tabs label="State" tabs={tabs} current={chosen ? `${PATH}?state=${chosen.key}` : PATH} />
      <DisbursementTable
        caption={chosen ? `${chosen.label}: ${shown.length}` : `All disbursements: ${shown.length}`}
        captionHidden
        rows={shown}
        funds={funds}
        actor={actor}
        empty={<NoDisbursements>When somebody asks for money to be sent, it is here.</NoDisbursements>}
      />
    </TreasurerDesk>
  )
}
