import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { readGiving } from '#lib/donations/read-giving.ts'
import { askForLink } from './actions.ts'
import { currentDonor } from './giving-cookie.ts'
import { OwnPage } from './own-page.tsx'

// Forms are sent from here, and a page without any referrer sends them without an origin as well.
export const metadata: Metadata = {
  title: 'Your gifts',
  robots: { index: false, follow: false },
  referrer: 'same-origin',
}

type Props = { searchParams: Promise<{ page?: string | string[] }> }

/** A donor's own page for who holds its session; for everybody else, the way to ask for it. */
export default async function GivingPage({ searchParams }: Props) {
  const donor = await currentDonor()
  const giving = donor && (await readGiving(donor.donorId))
  if (giving) return <OwnPage giving={giving} asked={(await searchParams).page} />
  return (
    <Page
      title="Your gifts"
      lead="Everything you gave, with receipts, monthly gifts and the sum of each year. You need no account."
      measure="text"
    >
      <ActionForm action={askForLink} submitLabel="Send me the link" label="Your gifts">
        <TextField
          name="email"
          label="Your e-mail address"
          hint="The one you gave with. We send a link to it that opens your page."
          type="email"
          inputMode="email"
          autoComplete="email"
          spellCheck={false}
        />
      </ActionForm>
    </Page>
  )
}
