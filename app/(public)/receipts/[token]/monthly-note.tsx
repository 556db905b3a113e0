import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { Money } from '#components/ui/money.tsx'
import { pledgeOfDonation } from '#lib/donations/find-pledge.ts'

/** On the receipt of a monthly gift: what comes next, and the way to the page that changes or ends it. */
export async function MonthlyNote({ donationId }: { donationId: string }) {
  const pledge = await pledgeOfDonation(donationId)
  if (!pledge) return null
  const { next, currency, token } = pledge
  return (
    <Panel id="monthly" title="You give this each month" className="print:hidden">
      <p className="mb-4 max-w-prose">
        {next ? (
          <>
            The next charge is <Money amountMinor={next.amountMinor} currency={currency} /> on <DateTime at={next.at} />
            .
          </>
        ) : (
          'Nothing more is charged at present.'
        )}{' '}
        You need no account to change the amount, pause, take another card or end it. The link below opens your pledge
        for whoever has it.
      </p>
      <LinkButton href={`/pledges/${token}`} variant="secondary">
        Your monthly gift
      </LinkButton>
    </Panel>
  )
}
