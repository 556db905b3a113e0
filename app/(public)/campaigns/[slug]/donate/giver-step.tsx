import { AmountLines } from '#components/donations/amount-lines.tsx'
import { GivingChallenge } from '#components/donations/giving-challenge.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { GiftChoice } from '#lib/donations/read-choice.ts'
import type { GivingChallenge as Asked } from '#lib/donations/read-defence.ts'
import type { GiftAmounts, GivingView } from '#lib/donations/types.ts'
import { formatMoney } from '#lib/money/format.ts'
import { give } from './actions.ts'
import { choiceQuery } from './choice-query.ts'

type Props = {
  campaign: GivingView
  choice: GiftChoice
  amounts: GiftAmounts
  submissionKey: string
  challenge: Asked | null
}

/** Step 2: what it comes to, and who gives. Being seen is a choice that nobody made beforehand. */
export function GiverStep({ campaign, choice, amounts, submissionKey, challenge }: Props) {
  const { currency, slug } = campaign
  const { giftMinor, coverMinor, tipMinor, totalMinor } = amounts
  const lines = [
    { label: 'Gift', amountMinor: giftMinor },
    { label: 'Card fee, covered by you', amountMinor: coverMinor },
    { label: `Tip for ${campaign.chapterName}`, amountMinor: tipMinor },
  ]
  const isMonthly = choice.frequency === 'monthly'
  return (
    <>
      <div className="flex flex-col gap-2">
        <AmountLines
          caption={isMonthly ? 'What you pay each month' : 'What you pay'}
          currency={currency}
          lines={lines.filter(({ amountMinor }) => amountMinor > 0n)}
          total={{ label: isMonthly ? 'You pay each month' : 'You pay', amountMinor: totalMinor }}
        />
        <p>
          <a href={`/campaigns/${slug}/donate?${choiceQuery(choice)}`}>Change the amounts</a>
        </p>
      </div>
      <ActionForm
        action={give.bind(null, slug)}
        submitLabel={`Go to payment: ${formatMoney(totalMinor, currency)}${isMonthly ? ' a month' : ''}`}
        submitSize="large"
        label="Who gives"
      >
        <HiddenField name="currency" value={currency} />
        <HiddenField name="frequency" value={choice.frequency} />
        <HiddenField name="amount" value={choice.amount} />
        <HiddenField name="coverFee" value={choice.coverFee ? 'yes' : ''} />
        <HiddenField name="tip" value={choice.tip} />
        <HiddenField name="submissionKey" value={submissionKey} />
        <TextField
          name="email"
          type="email"
          inputMode="email"
          autoComplete="email"
          maxLength={254}
          spellCheck={false}
          label="Your e-mail address"
          hint={
            isMonthly
              ? 'For your receipts, each with the link that changes, pauses or ends your monthly gift. It is never shown and never passed on.'
              : 'For your receipt. It is never shown and never passed on.'
          }
        />
        <TextField name="name" label="Your name" optional autoComplete="name" maxLength={100} />
        <fieldset className="flex flex-col">
          <legend className="font-semibold">In the public list of gifts</legend>
          <CheckboxField name="showName" label="Show my name" />
          <CheckboxField name="showAmount" label="Show the amount of my gift" />
          <p className="text-sm text-ink-soft">Unticked, the list says only that somebody gave, and when.</p>
        </fieldset>
        {challenge ? <GivingChallenge challenge={challenge} /> : null}
        <p className="max-w-prose text-sm text-ink-soft">
          You pay on Stripe’s own page, so your card number never reaches us. After it you see your receipt and where
          your cents are.
          {isMonthly
            ? ' The first payment is now and the next a month later. You need no account: a link in each receipt changes, pauses or ends it, and when the campaign ends it ends too.'
            : null}
        </p>
      </ActionForm>
    </>
  )
}
