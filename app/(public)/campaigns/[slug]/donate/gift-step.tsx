import { ActionForm } from '#components/ui/action-form.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { amountsOf, TIP_PERCENTS } from '#lib/donations/policy.ts'
import type { GiftChoice } from '#lib/donations/read-choice.ts'
import type { GivingView } from '#lib/donations/types.ts'
import { formatMoney, toDecimalString } from '#lib/money/format.ts'
import { chooseGift } from './actions.ts'

/** Step 1: how much, and what goes with it. Nothing that costs more is chosen beforehand. */
export function GiftStep({ campaign, choice }: { campaign: GivingView; choice: GiftChoice }) {
  const { currency, presetsMinor, minMinor } = campaign
  const presets = presetsMinor.map((amountMinor) => ({
    value: toDecimalString(amountMinor, currency),
    label: withoutZeros(formatMoney(amountMinor, currency)),
  }))
  const preset = presets.find(({ value }) => value === choice.amount)?.value
  return (
    <ActionForm action={chooseGift.bind(null, campaign.slug)} submitLabel="Go on" submitSize="large" label="Your gift">
      <HiddenField name="currency" value={currency} />
      <RadioGroupField
        name="frequency"
        label="How often"
        look="jars"
        defaultValue={choice.frequency}
        options={[
          { value: 'once', label: 'Once' },
          { value: 'monthly', label: 'Monthly', hint: 'End it at any time' },
        ]}
      />
      <RadioGroupField
        name="preset"
        label="Your gift"
        look="jars"
        options={presets}
        {...(preset === undefined ? {} : { defaultValue: preset })}
      />
      <MoneyField
        name="amount"
        label="Or your own amount"
        hint={`From ${formatMoney(minMinor, currency)}. It counts instead of the choice above.`}
        optional
        currency={currency}
        defaultValue={preset === undefined ? choice.amount : ''}
      />
      {campaign.otherCurrency === null ? null : <OtherCurrency campaign={campaign} other={campaign.otherCurrency} />}
      <CheckboxField
        name="coverFee"
        label="I also pay the card fee, so that the whole gift arrives"
        hint={`${coverExample(campaign)} Without it the fee is taken from the gift.`}
        defaultChecked={choice.coverFee}
      />
      {campaign.offersTip ? (
        <RadioGroupField
          name="tip"
          label={`A tip for ${campaign.chapterName}’s own work`}
          hint="Rent, phones, transfers. It is not part of this campaign and goes to the chapter’s general purse."
          optional
          defaultValue={choice.tip}
          options={[
            { value: 'none', label: 'No tip' },
            ...TIP_PERCENTS.map((percent) => ({ value: percent, label: `${percent} % of my gift` })),
          ]}
        />
      ) : null}
    </ActionForm>
  )
}

function OtherCurrency({ campaign, other }: { campaign: GivingView; other: string }) {
  const { slug, currency, fundCurrency } = campaign
  return (
    <p className="text-sm">
      {currency === fundCurrency
        ? null
        : `Where our account holds no ${currency}, Stripe changes your gift into ${fundCurrency}; your receipt shows both amounts. `}
      <a href={`/campaigns/${slug}/donate?currency=${other}`}>Give in {other} instead</a>
    </p>
  )
}

function coverExample({ currency, presetsMinor }: GivingView): string {
  const giftMinor = presetsMinor[1] ?? 0n
  const { coverMinor } = amountsOf({ giftMinor, coverFee: true, tipPercent: 0n, currency })
  return `For a gift of ${formatMoney(giftMinor, currency)} that is about ${formatMoney(coverMinor, currency)}.`
}

/** On the large choices the cents are always zero and only in the way. */
function withoutZeros(amount: string): string {
  return amount.replace(/[.,]0+(?=\D*$)/, '')
}
