import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { listMailbox } from '#lib/auth/read-mailbox.ts'
import { currentActor } from '#lib/auth/session.ts'

export const metadata: Metadata = { title: 'Mailbox', robots: { index: false } }

const STATUS: Record<string, string> = { queued: 'waiting', sent: 'delivered', failed: 'failed, tried again' }

export default async function MailboxPage() {
  const mails = await listMailbox(await currentActor())
  if (!mails) notFound()
  return (
    <Page
      title="Mailbox"
      lead="Every mail this instance writes, the newest first. Without a mail server this is where they arrive."
    >
      <Table
        caption="Outgoing mail"
        captionHidden
        rows={mails}
        rowKey={(mail) => mail.id}
        empty={
          <EmptyState title="No mail yet">
            Ask for a sign-in link or give to a campaign, and it appears here.
          </EmptyState>
        }
        columns={[
          {
            key: 'subject',
            header: 'Mail',
            cell: (mail) => (
              <>
                <a href={`/mailbox/${mail.id}`}>{mail.subject}</a>
                <span className="block break-words text-ink-soft">to {mail.recipient}</span>
              </>
            ),
          },
          { key: 'status', header: 'State', nowrap: true, cell: (mail) => STATUS[mail.status] ?? mail.status },
          {
            key: 'at',
            header: 'Written',
            nowrap: true,
            cell: (mail) => <DateTime at={mail.createdAt} show="minute" />,
          },
        ]}
      />
    </Page>
  )
}
