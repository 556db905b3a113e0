import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { sameSitePath } from '#lib/auth/policy.ts'

export const metadata: Metadata = { title: 'Finish signing in', robots: { index: false } }

type Search = Record<'token' | 'email' | 'next', string | string[] | undefined>

/** Only shows a button: programs that look into mails open links, and must not use this one up. */
export default async function ConfirmPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { token, email, next } = await searchParams
  if (typeof token !== 'string' || typeof email !== 'string') {
    return (
      <Page title="Finish signing in" measure="text">
        <Alert kind="attention" title="This address is not complete">
          Copy the whole link from the mail, or <a href="/sign-in">ask for a new one</a>.
        </Alert>
      </Page>
    )
  }
  const path = sameSitePath(typeof next === 'string' ? next : undefined)
  return (
    <Page title="Finish signing in" lead="One more step, so that only a person can use the link." measure="text">
      <form method="post" action="/api/auth/callback/email" className="flex flex-col items-start gap-6">
        <HiddenField name="token" value={token} />
        <HiddenField name="email" value={email} />
        {path ? <HiddenField name="next" value={path} /> : null}
        <p>
          You sign in as <strong>{email}</strong>.
        </p>
        <SubmitButton size="large">Sign in</SubmitButton>
      </form>
    </Page>
  )
}
