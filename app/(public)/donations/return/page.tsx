import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { currentActor } from '#lib/auth/session.ts'
import { donationOfSession } from '#lib/donations/queries.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import type { SettleOutcome } from '#lib/donations/types.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { GIFT_COOKIE } from './gift-cookie.ts'

export const metadata: Metadata = { title: 'Your gift', robots: { index: false }, referrer: 'no-referrer' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/**
 * Where Stripe sends the donor. The address proves nothing: what was paid is asked of Stripe, by the same function the
 * webhook uses, and only the browser that began the gift learns more than that somebody gave.
 */
export default async function ReturnPage({ searchParams }: Props) {
  const sessionId = (await searchParams)['session_id']
  if (typeof sessionId !== 'string' || !/^cs_\w{5,250}$/.test(sessionId)) notFound()
  const donation = await donationOfSession(sessionId)
  if (!donation) notFound()
  const isOwn = (await cookies()).get(GIFT_COOKIE)?.value === donation.receiptToken
  const outcome = await settle(sessionId)
  if (outcome?.state === 'settled' && isOwn) redirect(`/receipts/${donation.receiptToken}`)
  if (outcome?.state === 'unpaid')
    return <Unpaid slug={donation.slug} checkoutUrl={isOwn ? outcome.checkoutUrl : null} />
  if (outcome?.state === 'settled') return <Arrived slug={donation.slug} />
  return <OnItsWay sessionId={sessionId} />
}

/** Null when Stripe cannot be asked now: the webhook, or the sweep, settles later. */
async function settle(sessionId: string): Promise<SettleOutcome | null> {
  try {
    return await settleDonation(await currentActor(), { sessionId })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    logger().warn({ err: error }, 'return page could not settle')
    return null
  }
}

function Arrived({ slug }: { slug: string }) {
  return (
    <Page
      measure="text"
      title="Thank you"
      lead="This gift has arrived. Its receipt comes by mail to the person who gave."
    >
      <p>
        <LinkButton href={`/campaigns/${slug}`}>See the campaign</LinkButton>
      </p>
    </Page>
  )
}

function Unpaid({ slug, checkoutUrl }: { slug: string; checkoutUrl: string | null }) {
  return (
    <Page measure="text" title="Nothing has been paid yet" lead="No money was taken, and no gift was counted.">
      <p className="flex flex-wrap gap-4">
        {checkoutUrl ? <LinkButton href={checkoutUrl}>Back to the payment page</LinkButton> : null}
        <LinkButton href={`/campaigns/${slug}/donate`} variant="secondary">
          Start again
        </LinkButton>
      </p>
    </Page>
  )
}

function OnItsWay({ sessionId }: { sessionId: string }) {
  return (
    <Page
      measure="text"
      title="Thank you"
      lead="Your payment is being entered into the books. That takes a few seconds; the receipt also comes by mail."
    >
      <p>
        <LinkButton href={`/donations/return?session_id=${sessionId}`}>Look again</LinkButton>
      </p>
      <p>You can also close this page: nothing is lost.</p>
    </Page>
  )
}
