import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { canReadMailbox } from '#lib/auth/policy.ts'
import { env } from '#lib/env.ts'

export const metadata: Metadata = { title: 'Check your mail', robots: { index: false } }

export default function GivingMailPage() {
  const instance = { isSandbox: env().SANDBOX, hasMailServer: env().SMTP_URL !== undefined }
  return (
    <Page
      title="Check your mail"
      lead="If somebody gave with this address, a link to their page is on its way. It works once, for 30 minutes."
      measure="text"
    >
      {canReadMailbox({ kind: 'guest' }, instance) ? (
        <Alert kind="note" title="This instance is a sandbox and sends no mail">
          Every mail lands in the <a href="/mailbox">mailbox page</a> instead. Open the newest one there.
        </Alert>
      ) : null}
      <p className="max-w-prose">
        Nothing after a few minutes? Look in the folder for unwanted mail, or{' '}
        <a href="/giving">try again with another address</a>: the one you wrote when you gave.
      </p>
    </Page>
  )
}
