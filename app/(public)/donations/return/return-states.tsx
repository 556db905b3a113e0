import { Page } from '#components/shell/page.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'

export function Arrived({ slug }: { slug: string }) {
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

export function Unpaid({ slug, checkoutUrl }: { slug: string; checkoutUrl: string | null }) {
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

export function OnItsWay({ sessionId }: { sessionId: string }) {
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
