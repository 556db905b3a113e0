import { notFound, redirect } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { currentActor } from '#lib/auth/session.ts'
import { campaignOfPledge, isPledgeSession, newestReceipt } from '#lib/donations/find-pledge.ts'
import { type PledgeSessionOutcome, settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { verifyPledgeToken } from '#lib/donations/sign-pledge-link.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { Arrived, OnItsWay, Unpaid } from './return-states.tsx'

/**
 * The return from a hosted page of a monthly gift. `mark` is this browser's own token: without it the page says only
 * that something arrived.
 */
export async function PledgeReturn({ sessionId, mark }: { sessionId: string; mark: string }) {
  // An address that anybody can invent asks nothing of Stripe.
  if (verifyPledgeToken(mark) === null && !(await isPledgeSession(sessionId))) notFound()
  const outcome = await settle(sessionId)
  if (outcome === null || outcome.state === 'waiting') return <OnItsWay sessionId={sessionId} />
  if (!('pledgeId' in outcome)) notFound()
  const { pledgeId } = outcome
  const isOwn = verifyPledgeToken(mark) === pledgeId
  const slug = await campaignOfPledge(pledgeId)
  if (outcome.state === 'card') {
    if (isOwn) redirect(`/pledges/${mark}?done=card`)
    return <Page measure="text" title="The card is changed" lead="The next monthly payment uses it." />
  }
  if (outcome.state === 'unpaid') return <Unpaid slug={slug} checkoutUrl={isOwn ? outcome.checkoutUrl : null} />
  if (outcome.state === 'ended') return <Ended slug={slug} />
  const receipt = isOwn ? await newestReceipt(pledgeId) : null
  if (receipt !== null) redirect(`/receipts/${receipt}`)
  if (isOwn) redirect(`/pledges/${mark}`)
  return <Arrived slug={slug} />
}

/** Null when Stripe cannot be asked now, or the books wait for it: the webhook, or the sweep, settles later. */
async function settle(sessionId: string): Promise<PledgeSessionOutcome | null> {
  try {
    return await settlePledgeSession(await currentActor(), { sessionId })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    logger().warn({ err: error }, 'return page could not settle a monthly gift')
    return null
  }
}

function Ended({ slug }: { slug: string }) {
  return (
    <Page measure="text" title="This payment page has expired" lead="No money was taken, and no gift was counted.">
      <p>
        <LinkButton href={`/campaigns/${slug}/donate`}>Start again</LinkButton>
      </p>
    </Page>
  )
}
