import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { Money } from '#components/ui/money.tsx'
import { currentActor } from '#lib/auth/session.ts'
import { findPledge } from '#lib/donations/find-pledge.ts'
import type { PledgeView } from '#lib/donations/types.ts'
import { formatMoney } from '#lib/money/format.ts'
import { nothingHere } from '../../nothing-here.ts'
import { ChargeFacts, ChargeTable, MonthlyAmounts, StepList } from './pledge-facts.tsx'
import { CardForm, ChangeForm, PauseForm, RefundForm, RestoreForm, ResumeForm } from './pledge-forms.tsx'
import { PledgeState } from './pledge-state.tsx'

// The address is the key to this page: it goes to no other site and into no index.
export const metadata: Metadata = {
  title: 'Your monthly gift',
  robots: { index: false, follow: false },
  // Forms are sent from here, and a page without any referrer sends them without an origin, which is refused.
  referrer: 'same-origin',
}

type Props = {
  params: Promise<{ token: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const DONE: Record<string, string> = {
  change: 'The amount is changed. Nothing was charged for it.',
  pause: 'It is paused.',
  resume: 'It is resumed.',
  card: 'The card is changed.',
  cancel: 'It is ended.',
  refund: 'The chapter’s treasurers know that you ask for this gift back, and answer you by mail.',
}

/** A monthly gift as its giver sees it: what is charged when, and everything they can do about it, without an account. */
export default async function PledgePage({ params, searchParams }: Props) {
  const pledge = await findPledge(await currentActor(), (await params).token)
  if (!pledge) nothingHere()
  const { done } = await searchParams
  const isRunning = ['active', 'past_due', 'paused'].includes(pledge.status) && !pledge.isEnding
  return (
    <Page
      title="Your monthly gift"
      lead={`${formatMoney(pledge.totalMinor, pledge.currency)} a month to ${pledge.campaignTitle}.`}
      crumbs={[{ label: pledge.campaignTitle, href: `/campaigns/${pledge.campaignSlug}` }]}
    >
      <Notices pledge={pledge} done={typeof done === 'string' ? done : ''} />
      <PledgeState pledge={pledge} />
      {pledge.status === 'past_due' && !pledge.isEnding ? <Recovery token={pledge.token} /> : null}
      {pledge.status === 'lapsed' ? <Lapsed pledge={pledge} /> : null}
      {pledge.status === 'cancelled' || pledge.status === 'pending' ? <BeginAgain pledge={pledge} /> : null}
      <div className="grid gap-10 lg:grid-cols-2">
        <Panel id="amounts" title="What a month costs">
          <MonthlyAmounts pledge={pledge} />
        </Panel>
        <Panel id="charged" title="What is charged">
          <ChargeFacts pledge={pledge} />
        </Panel>
      </div>
      {isRunning ? <Running pledge={pledge} /> : null}
      <div className="grid gap-10 lg:grid-cols-2">
        <Panel id="charges" title="Charges and receipts">
          <ChargeTable pledge={pledge} />
        </Panel>
        <Panel id="history" title="What happened">
          <StepList steps={pledge.steps} />
        </Panel>
      </div>
    </Page>
  )
}

function Notices({ pledge, done }: { pledge: PledgeView; done: string }) {
  const said = DONE[done]
  const { raced, currency, token } = pledge
  // What was done a moment ago is said only while it is still so.
  const isTrue =
    !(done === 'cancel' && pledge.status !== 'cancelled') && !(done === 'pause' && pledge.status !== 'paused')
  return (
    <>
      {pledge.isFresh ? null : (
        <Alert kind="attention" title="Stripe does not answer just now">
          What stands here is as of{' '}
          {pledge.syncedAt ? <DateTime at={pledge.syncedAt} show="minute" /> : 'the beginning'}.
        </Alert>
      )}
      {said && isTrue ? <Alert kind="done">{said}</Alert> : null}
      {pledge.status === 'cancelled' && raced ? (
        <Alert kind="note" title="One charge came in shortly before the end">
          <p>
            <Money amountMinor={raced.totalMinor} currency={currency} /> was charged on{' '}
            <DateTime at={raced.at} show="minute" />; it is the last one.
          </p>
          {raced.isRefundAsked ? (
            <p className="mt-2">You asked for it back. The chapter’s treasurers answer you by mail.</p>
          ) : (
            <div className="mt-3">
              <RefundForm token={token} donationId={raced.donationId} />
            </div>
          )}
        </Alert>
      ) : null}
    </>
  )
}

function Recovery({ token }: { token: string }) {
  return (
    <Panel
      id="recover"
      title="Pay what failed"
      intro="With this card or another, on Stripe’s page. If you do nothing, Stripe tries the card again by itself."
    >
      <div className="flex flex-wrap items-start gap-4">
        <LinkButton href={`/pledges/${token}/recover`}>Pay it now</LinkButton>
        <CardForm token={token} />
      </div>
    </Panel>
  )
}

function Lapsed({ pledge }: { pledge: PledgeView }) {
  return (
    <Panel
      id="restore"
      title="Go on giving"
      intro={
        pledge.closedReason ??
        'The first payment is made at once, the next a month later. What you gave before stays listed here.'
      }
    >
      {pledge.closedReason === null ? <RestoreForm pledge={pledge} /> : null}
    </Panel>
  )
}

function BeginAgain({ pledge }: { pledge: PledgeView }) {
  if (pledge.closedReason !== null) return <p>{pledge.closedReason}</p>
  return (
    <p>
      <LinkButton href={`/campaigns/${pledge.campaignSlug}/donate?frequency=monthly`} variant="secondary">
        {pledge.status === 'pending' ? 'Begin it' : 'Give again'}
      </LinkButton>
    </p>
  )
}

function Running({ pledge }: { pledge: PledgeView }) {
  const { token, isPausedByDonor } = pledge
  return (
    <div className="grid gap-10 lg:grid-cols-2">
      <Panel id="change" title="Change the amount">
        <ChangeForm pledge={pledge} />
      </Panel>
      <div className="flex flex-col gap-10">
        <Panel
          id="pause"
          title={isPausedByDonor ? 'Paused by you' : 'Pause'}
          {...(isPausedByDonor ? { intro: 'Resumed, it is charged again on the next day of payment.' } : {})}
        >
          {isPausedByDonor ? <ResumeForm token={token} /> : <PauseForm token={token} />}
        </Panel>
        {pledge.status === 'past_due' ? null : (
          <Panel id="card" title="Card" intro="You enter it on Stripe’s page; its number never reaches us.">
            <CardForm token={token} />
          </Panel>
        )}
        <Panel id="cancel" title="End it" intro="At once, and for good. Nothing is charged after it.">
          <LinkButton href={`/pledges/${token}/cancel`} variant="secondary">
            End my monthly gift
          </LinkButton>
        </Panel>
      </div>
    </div>
  )
}
