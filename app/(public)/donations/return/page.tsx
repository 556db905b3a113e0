import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { currentActor } from '#lib/auth/session.ts'
import { donationOfSession } from '#lib/donations/queries.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { verifyPledgeToken } from '#lib/donations/sign-pledge-link.ts'
import type { SettleOutcome } from '#lib/donations/types.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { GIFT_COOKIE } from './gift-cookie.ts'
import { PledgeReturn } from './pledge-return.tsx'
import { Arrived, OnItsWay, Unpaid } from './return-states.tsx'

export const metadata: Metadata = { title: 'Your gift', robots: { index: false }, referrer: 'no-referrer' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/**
 * Where Stripe sends the donor. The address proves nothing: what was paid is asked of Stripe, by the same function the
 * webhook uses, and only the browser that began the gift learns more than that somebody gave.
 */
export default async function ReturnPage({ searchParams }: Props) {
  const { session_id: sessionId, left } = await searchParams
  const mark = (await cookies()).get(GIFT_COOKIE)?.value ?? ''
  if (left === 'pledge') return <LeftStripe mark={mark} />
  if (typeof sessionId !== 'string' || !/^cs_\w{5,250}$/.test(sessionId)) notFound()
  const donation = await donationOfSession(sessionId)
  if (!donation) return <PledgeReturn sessionId={sessionId} mark={mark} />
  const isOwn = mark === donation.receiptToken
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

/** Somebody left Stripe’s page of a monthly gift without using it. */
function LeftStripe({ mark }: { mark: string }) {
  const own = verifyPledgeToken(mark) === null ? null : mark
  return (
    <Page measure="text" title="Nothing was changed" lead="You left Stripe’s page. No money was taken.">
      <p>
        <LinkButton href={own ? `/pledges/${own}` : '/campaigns'}>
          {own ? 'Your monthly gift' : 'See the campaigns'}
        </LinkButton>
      </p>
    </Page>
  )
}
