import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { readChoicePage } from '#lib/holds/read-choice.ts'
import type { ChoicePage } from '#lib/holds/types.ts'
import { formatMoney } from '#lib/money/format.ts'
import { nothingHere } from '../../nothing-here.ts'
import { choose } from './actions.ts'
import { CameBack } from './came-back.tsx'

// The address is the key to this page: it goes to no other site and into no index.
export const metadata: Metadata = {
  title: 'Your choice',
  robots: { index: false, follow: false },
  // Forms are sent from here, and a page without any referrer sends them without an origin, which is refused.
  referrer: 'same-origin',
}

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ done?: string }> }

/** A giver says what happens with what is not spent of their gifts. No account, no JavaScript. */
export default async function ChoicesPage({ params, searchParams }: Props) {
  const { token } = await params
  const page = await readChoicePage(token)
  if (!page) nothingHere()
  const { done } = await searchParams
  const amount = formatMoney(page.atStakeMinor, page.currency)
  return (
    <Page
      measure="text"
      title={page.isOpen && page.alternate ? 'You choose what happens to your gift' : 'Your gift'}
      lead={`${amount} of what you gave to ${page.campaignTitle} was not spent when payments ended.`}
      crumbs={[{ label: page.campaignTitle, href: `/campaigns/${page.campaignSlug}` }]}
    >
      {done === 'yes' && page.isOpen && page.choice ? (
        <Alert kind="done" title="Your choice is kept">
          {page.choice === 'refund' ? 'The money comes back to you' : 'The money goes on'} when the time to choose is
          over. Until then you can change it here.
        </Alert>
      ) : null}
      <p>
        The aid group it was for no longer passes our vetting, so it gets nothing more. Your money is safe in the
        campaign’s fund at {page.chapterName}.
      </p>
      {done === 'again' ? (
        <Alert kind="done" title="Your choice is kept">
          Below is where the money stands now.
        </Alert>
      ) : null}
      {page.cameBackMinor > 0n ? <CameBack page={page} token={token} /> : null}
      {page.isOpen ? <Open page={page} token={token} /> : <Over page={page} />}
    </Page>
  )
}

function Open({ page, token }: { page: ChoicePage; token: string }) {
  const { alternate, choice, until, hasPledge, hasOffline } = page
  return (
    <>
      {alternate === null ? (
        <Alert kind="note" title="It comes back to you">
          The campaign named no other aid group, so you need to do nothing. The money is returned after{' '}
          <DateTime at={until} />.
        </Alert>
      ) : (
        <ActionForm action={choose.bind(null, token)} submitLabel="Keep my choice" label="Your choice">
          <RadioGroupField
            name="choice"
            label={`What happens to ${formatMoney(page.atStakeMinor, page.currency)}?`}
            hint="If you say nothing, it goes on. You can change your choice until the time is over."
            {...(choice === null ? {} : { defaultValue: choice })}
            options={[
              {
                value: 'redirect',
                label: `It goes on to ${alternate.name}`,
                hint: 'The vetted aid group that the campaign named for this case before you gave.',
              },
              {
                value: 'refund',
                label: 'I want it back',
                hint: hasPledge
                  ? 'To the card you paid with. Your monthly gift ends as well.'
                  : 'To the card you paid with.',
              },
            ]}
          />
        </ActionForm>
      )}
      {hasOffline ? (
        <p className="text-sm">
          What you gave in cash, by cheque or by transfer is given back by the chapter’s treasurer, who writes to you.
        </p>
      ) : null}
      <DefinitionList
        items={[
          {
            term: 'Time to choose',
            detail: (
              <>
                until <DateTime at={until} show="minute" />
              </>
            ),
          },
          { term: 'Your gifts', detail: String(page.giftCount) },
          ...(alternate
            ? [{ term: 'The other aid group', detail: <a href={`/aid-groups/${alternate.slug}`}>{alternate.name}</a> }]
            : []),
        ]}
      />
    </>
  )
}

function Over({ page }: { page: ChoicePage }) {
  const { choice, defaulted, alternate, refundedMinor, givenBackMinor, letGoMinor, currency, until } = page
  const chosen = choice === 'refund' ? 'it comes back to you' : `it goes on to ${alternate?.name ?? 'the campaign'}`
  return (
    <Alert kind="note" title="The time to choose is over">
      <p>
        It ended on <DateTime at={until} />. {defaulted ? 'You said nothing, so' : 'As you chose,'} {chosen}.
      </p>
      {refundedMinor > 0n ? (
        <p>
          <Money amountMinor={refundedMinor} currency={currency} /> went back to your card. Banks show it after some
          days.
        </p>
      ) : null}
      {givenBackMinor > 0n ? (
        <p>
          <Money amountMinor={givenBackMinor} currency={currency} /> was given back to you without your card.
        </p>
      ) : null}
      {letGoMinor > 0n ? (
        <p>
          <Money amountMinor={letGoMinor} currency={currency} /> goes on to {alternate?.name ?? 'the campaign'}, as you
          chose when your refund had come back.
        </p>
      ) : null}
    </Alert>
  )
}
