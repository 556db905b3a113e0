import { ActionForm } from '#components/ui/action-form.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Table } from '#components/ui/table.tsx'
import type { SummaryYear } from '#lib/donations/read-receipt-settings.ts'
import { sendSummaries } from '../actions.ts'

/** The fiscal years that are over, with how many donors have their summary. */
export function SummaryYears({ chapterId, years }: { chapterId: string; years: SummaryYear[] }) {
  return (
    <Table
      caption="Fiscal years that are over"
      captionHidden
      rows={years}
      rowKey={({ year }) => String(year)}
      empty={<EmptyState title="No year is over yet">The first can be summed up after its last day.</EmptyState>}
      columns={[
        {
          key: 'year',
          header: 'Year',
          cell: ({ name, first, last }) => (
            <>
              {name}
              <span className="block text-ink-soft">
                {first} to {last}
              </span>
            </>
          ),
        },
        { key: 'donors', header: 'Donors', align: 'figure', cell: ({ donorCount }) => donorCount },
        { key: 'mailed', header: 'Mailed', align: 'figure', cell: ({ mailedCount }) => mailedCount },
        {
          key: 'send',
          header: 'Send',
          cell: ({ year, name, donorCount, mailedCount }) =>
            mailedCount < donorCount ? (
              <ActionForm
                action={sendSummaries}
                submitLabel="Mail the summaries"
                submitVariant="secondary"
                submitSize="small"
                label={`Mail the summaries of ${name}`}
                className="flex flex-col gap-2"
              >
                <HiddenField name="chapterId" value={chapterId} />
                <HiddenField name="year" value={String(year)} />
              </ActionForm>
            ) : (
              'All are out'
            ),
        },
      ]}
    />
  )
}
