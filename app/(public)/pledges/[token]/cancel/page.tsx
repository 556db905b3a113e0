import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { Money } from '#components/ui/money.tsx'
import { currentActor } from '#lib/auth/session.ts'
import { findPledge } from '#lib/donations/find-pledge.ts'
import { formatMoney } from '#lib/money/format.ts'
import { nothingHere } from '../../../nothing-here.ts'
import { cancel } from '../actions.ts'

export const metadata: Metadata = {
  title: 'End your monthly gift',
  robots: { index: false, follow: false },
  // Forms are sent from here, and a page without any referrer sends them without an origin, which is refused.
  referrer: 'same-origin',
}

/** One plain question; nothing on it tries to keep anybody. */
export default async function CancelPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const pledge = await findPledge(await currentActor(), token)
  if (!pledge) nothingHere()
  if (!['active', 'past_due', 'paused'].includes(pledge.status)) redirect(`/pledges/${token}`)
  const { next, currency, totalMinor, campaignTitle } = pledge
  return (
    <Page
      measure="text"
      title="End your monthly gift?"
      lead={`${formatMoney(totalMinor, currency)} a month to ${campaignTitle}.`}
      crumbs={[{ label: 'Your monthly gift', href: `/pledges/${token}` }]}
    >
      <p>
        It ends at once.{' '}
        {next ? (
          <>
            The charge of <Money amountMinor={next.amountMinor} currency={currency} /> on <DateTime at={next.at} /> is
            not made.
          </>
        ) : (
          'Nothing more is charged.'
        )}{' '}
        What you gave before stays where it was sent.
      </p>
      <ActionForm
        action={cancel.bind(null, token)}
        submitLabel="End it"
        label="End my monthly gift"
        beside={<a href={`/pledges/${token}`}>Keep it</a>}
      />
    </Page>
  )
}
