import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { openLink } from '../actions.ts'

// The address opens somebody's page: it leaves this site with no link, but the form needs its origin.
export const metadata: Metadata = {
  title: 'Show your gifts',
  robots: { index: false, follow: false },
  referrer: 'same-origin',
}

/** Only shows a button: programs that look into mails open links, and must not use this one up. */
export default async function OpenGivingPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  return (
    <Page title="Your gifts" lead="One more step, so that only a person can use the link." measure="text">
      <ActionForm action={openLink} submitLabel="Show my gifts" submitSize="large" label="Show my gifts">
        <HiddenField name="token" value={token} />
      </ActionForm>
      <p className="max-w-prose text-ink-soft">
        The page stays open in this browser for two hours, or until you close it. If the link was used already,{' '}
        <a href="/giving">ask for a new one</a>.
      </p>
    </Page>
  )
}
