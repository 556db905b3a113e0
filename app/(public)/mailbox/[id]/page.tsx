import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { readMail } from '#lib/auth/read-mailbox.ts'
import { currentActor } from '#lib/auth/session.ts'

export const metadata: Metadata = { title: 'Mail', robots: { index: false } }

export default async function MailPage({ params }: { params: Promise<{ id: string }> }) {
  const mail = await readMail(await currentActor(), (await params).id)
  if (!mail) notFound()
  return (
    <Page title={mail.subject} crumbs={[{ label: 'Mailbox', href: '/mailbox' }]} measure="text">
      <DefinitionList
        items={[
          { term: 'To', detail: mail.recipient },
          { term: 'Written', detail: <DateTime at={mail.createdAt} show="minute" /> },
        ]}
      />
      <Panel id="as-text" title="The mail as text">
        <div className="max-w-prose whitespace-pre-wrap break-words">{withLinks(mail.text)}</div>
      </Panel>
      <Panel id="as-sent" title="The mail as sent">
        <iframe
          src={`/mailbox/${mail.id}/html`}
          title={`Mail: ${mail.subject}`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          className="h-[28rem] w-full border border-rule"
        />
      </Panel>
    </Page>
  )
}

/** Addresses in the text become links; everything else stays text. */
function withLinks(text: string) {
  return Array.from(text.matchAll(/(https?:\/\/[^\s\]]*)|([^h]|h(?!ttps?:\/\/))+/g), (part) =>
    part[1] ? (
      <a key={part.index} href={part[1]} target="_top" rel="noreferrer">
        {part[1]}
      </a>
    ) : (
      part[0]
    ),
  )
}
