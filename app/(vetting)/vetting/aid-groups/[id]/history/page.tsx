import type { Metadata } from 'next'
import { aidGroupStatusWord } from '#components/campaigns/aid-group-status.tsx'
import { HistoryTable } from '#components/campaigns/history-table.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { Table } from '#components/ui/table.tsx'
import { formatMoney } from '#lib/money/format.ts'
import { refuseExport } from '#lib/vetting/export-dossier.ts'
import { listApprovals } from '#lib/vetting/list-approvals.ts'
import { DossierFrame, loadDossier } from '../dossier-frame.tsx'

export const metadata: Metadata = { title: 'History of a dossier' }

type Props = { params: Promise<{ id: string }> }

export default async function HistoryPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/history')
  const { actor, group } = page
  const history = group.changes.map(({ to, ...change }) => ({ ...change, what: aidGroupStatusWord(to) }))
  return (
    <DossierFrame {...page} current="/history">
      <Panel id="steps-made" title="Steps" intro="Who did what, and why. It cannot be changed.">
        <HistoryTable rows={history} caption="Steps of this vetting, oldest first" />
      </Panel>
      <Panel id="approvals" title="Approvals" intro="What was approved, by whom and up to which sums.">
        <Approvals approvals={await listApprovals(id)} />
      </Panel>
      <Panel
        id="export"
        title="Export"
        intro="The whole dossier with its versions, findings, decisions and the lines of the audit log. The same state gives the same bytes, so two people can compare hashes. Account numbers are masked. Each export leaves a line in the audit log."
      >
        <Exports aidGroupId={id} refusal={refuseExport(actor, group.chapterId)} />
      </Panel>
    </DossierFrame>
  )
}

function Exports({ aidGroupId, refusal }: { aidGroupId: string; refusal: string | null }) {
  if (refusal) return <p>{refusal}</p>
  const root = `/vetting/aid-groups/${aidGroupId}`
  const files = [
    ['dossier.pdf', 'Dossier as PDF', 'for people to read; tagged for screen readers'],
    ['dossier.json', 'Dossier as JSON', 'complete; canonical by RFC 8785'],
    ['manifest.json', 'Manifest of hashes', 'the sha-256 of each file, version, finding, decision and line of the log'],
  ] as const
  return (
    <ul className="flex flex-col border-t border-rule">
      {files.map(([name, title, what]) => (
        <li key={name} className="border-b border-rule py-2">
          <a href={`${root}/${name}`} download>
            {title}
          </a>
          <span className="block text-sm text-ink-soft">{what}</span>
        </li>
      ))}
    </ul>
  )
}

type ApprovalRow = Awaited<ReturnType<typeof listApprovals>>[number]

function Approvals({ approvals }: { approvals: readonly ApprovalRow[] }) {
  return (
    <Table
      caption="Approvals, newest first"
      captionHidden
      rows={approvals}
      rowKey={(approval) => approval.id}
      empty={<p className="text-ink-soft">It has not been approved yet.</p>}
      columns={[
        { key: 'at', header: 'Approved', nowrap: true, cell: ({ at }) => <DateTime at={at} show="short" /> },
        { key: 'until', header: 'Until', nowrap: true, cell: ({ until }) => <DateTime at={until} show="short" /> },
        { key: 'risk', header: 'Risk', cell: ({ riskTier }) => riskTier },
        {
          key: 'caps',
          header: 'Up to',
          align: 'figure',
          cell: ({ caps }) =>
            caps.length === 0
              ? 'no sum'
              : caps.map(({ currency, capMinor }) => (
                  <span key={currency} className="block">
                    {formatMoney(capMinor, currency, { showCode: true })}
                  </span>
                )),
        },
        { key: 'by', header: 'By', cell: ({ reviewedBy, approvedBy }) => `${reviewedBy}, then ${approvedBy}` },
        {
          key: 'why',
          header: 'Why',
          cell: ({ reason, conditions }) => (
            <>
              {reason}
              {conditions ? <span className="block">Conditions: {conditions}</span> : null}
            </>
          ),
        },
      ]}
    />
  )
}
