import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { firstDesk, sameSitePath } from '#lib/auth/policy.ts'
import { currentActor } from '#lib/auth/session.ts'
import { signIn } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in', robots: { index: false } }

type Search = { next?: string | string[]; problem?: string | string[] }

export default async function SignInPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { next, problem } = await searchParams
  const path = sameSitePath(typeof next === 'string' ? next : undefined)
  const actor = await currentActor()
  if (actor.kind === 'user') redirect(path ?? firstDesk(actor))
  return (
    <Page title="Sign in" lead="For the people of the chapters. To give, you need no account." measure="text">
      {problem === 'link' ? (
        <Alert kind="attention" title="That link no longer works">
          A link works once, for 15 minutes. Enter your address to get a new one.
        </Alert>
      ) : null}
      <ActionForm action={signIn} submitLabel="Send me a sign-in link" label="Sign in">
        {path ? <HiddenField name="next" value={path} /> : null}
        <TextField
          name="email"
          label="Your e-mail address"
          hint="There is no password: we send a link to this address."
          type="email"
          inputMode="email"
          autoComplete="email"
          spellCheck={false}
        />
      </ActionForm>
    </Page>
  )
}
