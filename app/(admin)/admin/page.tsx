import type { Metadata } from 'next'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import type { AuditLine } from '#lib/audit/queries.ts'
import { listChapters } from '#lib/auth/queries.ts'
import { readAuditLog } from '#lib/auth/read-audit-log.ts'
import { AdminDesk, currentAdmin } from '../admin-desk.tsx'

export const metadata: Metadata = { title: 'Administration' }

export default async function AdminPage() {
  const actor = await currentAdmin('/admin')
  const [chapters, lines] = await Promise.all([listChapters(actor), readAuditLog(actor)])
  return (
    <AdminDesk
      title="Administration"
      current="/admin"
      nextAction={{ kind: 'link', href: '/admin/people#invite', label: 'Invite a person' }}
    >
      <Panel id="chapters" title="Chapters" intro="Each has its own people, campaigns and books.">
        <Table
          caption="Every chapter of this instance"
          captionHidden
          rows={chapters}
          rowKey={(chapter) => chapter.id}
          empty={<EmptyState title="No chapters yet" />}
          columns={[
            {
              key: 'name',
              header: 'Chapter',
              cell: (chapter) => <a href={`/admin/chapters/${chapter.id}`}>{chapter.name}</a>,
            },
            { key: 'city', header: 'City', cell: (chapter) => chapter.city },
            { key: 'currency', header: 'Currency', cell: (chapter) => chapter.currency },
            { key: 'people', header: 'People', align: 'figure', cell: (chapter) => chapter.peopleCount },
          ]}
        />
      </Panel>
      <Panel
        id="audit"
        title="What was done"
        intro="The newest lines of the audit log. It is append-only, and each line carries the hash of the one before."
      >
        <Table
          caption="Audit log, the newest 50 lines"
          captionHidden
          rows={lines}
          rowKey={(line) => String(line.id)}
          empty={<EmptyState title="Nothing yet" />}
          columns={[
            { key: 'action', header: 'What', nowrap: true, cell: describe },
            { key: 'who', header: 'Who', cell: (line) => line.actorName },
            { key: 'chapter', header: 'Chapter', cell: (line) => line.chapterName ?? 'All' },
            { key: 'reason', header: 'Why', cell: (line) => line.reason ?? '' },
            { key: 'at', header: 'When', nowrap: true, cell: (line) => <DateTime at={line.at} show="minute" /> },
          ]}
        />
      </Panel>
    </AdminDesk>
  )
}

/** `role.grant` to Tess reads "role grant: Tess". */
function describe({ action, subjectName }: AuditLine): string {
  const words = action.replace(/[._-]/g, ' ')
  return subjectName === null ? words : `${words}: ${subjectName}`
}
