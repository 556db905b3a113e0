import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { canReadMailbox } from '#lib/auth/policy.ts'
import { env } from '#lib/env.ts'

export const metadata: Metadata = { title: 'Check your mail', robots: { index: false } }

export default function CheckMailPage() {
  const instance = { isSandbox: env().SANDBOX, hasMailServer: env().SMTP_URL !== undefined }
  return (
    <Page
      title="Check your mail"
      lead="If this address has an account, a sign-in link is on its way. It works once, for 15 minutes."
      measure="text"
    >
      {canReadMailbox({ kind: 'guest' }, instance) ? (
        <Alert kind="note" title="This instance is a sandbox and sends no mail">
          Every mail lands in the <a href="/mailbox">mailbox page</a> instead. Open the newest one there.
        </Alert>
      ) : null}
      <p className="max-w-prose">
        Nothing after a few minutes? Look in the folder for unwanted mail, or{' '}
        <a href="/sign-in">try again with another address</a>. New people are invited by an administrator of this
        instance.
      </p>
    </Page>
  )
}
