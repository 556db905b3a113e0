import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { readReceiptSettings } from '#lib/donations/read-receipt-settings.ts'
import { readLossPolicy } from '#lib/donations/set-loss-policy.ts'
import { AdminDesk, currentAdmin } from '../../../admin-desk.tsx'
import { HistoryTable } from './history-table.tsx'
import { LossForm } from './loss-form.tsx'
import { ReceiptForm } from './receipt-form.tsx'
import { SummaryYears } from './summary-years.tsx'

export const metadata: Metadata = { title: 'Receipts of a chapter' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ saved?: string | string[] }> }

/** What the receipts of a chapter say, from now on; and the summaries of its years. */
export default async function ChapterReceiptsPage({ params, searchParams }: Props) {
  const { id } = await params
  const actor = await currentAdmin(`/admin/chapters/${id}`)
  const settings = await readReceiptSettings(actor, id)
  if (!settings) notFound()
  const { current, versions, years, chapterName } = settings
  return (
    <AdminDesk title={`${chapterName}: receipts and fiscal year`} current="/admin">
      {(await searchParams).saved ? (
        <Alert kind="done" title="Saved">
          Receipts say this from now on. Those that were issued keep what they said.
        </Alert>
      ) : null}
      <Panel
        id="receipts"
        title="What receipts say"
        intro="A new version counts for receipts that are issued from now on. Every receipt keeps the text of its day, and a corrected one keeps the text of the first."
      >
        <ReceiptForm key={current.version} chapterId={id} settings={current} />
      </Panel>
      <Panel
        id="years"
        title="Summaries of a year"
        intro="One mail to each donor who gave in that fiscal year and left an address. Started again, it mails only those who have none yet."
      >
        <SummaryYears chapterId={id} years={years} />
      </Panel>
      <Panel
        id="losses"
        title="Who bears losses"
        intro="Refunds and disputes cost fees that nobody gets back. What is posted from now on follows this; what was posted stays."
      >
        <LossForm chapterId={id} policy={await readLossPolicy(actor, id)} />
      </Panel>
      <Panel id="history" title="Versions">
        <HistoryTable versions={versions} />
      </Panel>
    </AdminDesk>
  )
}
