import { ActionForm } from '#components/ui/action-form.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { now } from '#lib/clock.ts'
import { giftChoices, TIP_PERCENTS } from '#lib/donations/policy.ts'
import type { PledgeView } from '#lib/donations/types.ts'
import { newToken } from '#lib/ids.ts'
import { formatMoney, toDecimalString } from '#lib/money/format.ts'
import { askRefund, change, pause, replaceCard, restore, resume } from './actions.ts'

const DAY_MS = 86_400_000

export function ChangeForm({ pledge }: { pledge: PledgeView }) {
  const { token, currency, giftMinor, coverMinor, tipMinor } = pledge
  const tip = TIP_PERCENTS.find((percent) => (giftMinor * BigInt(percent)) / 100n === tipMinor)
  return (
    <ActionForm
      action={change.bind(null, token)}
      submitLabel="Change the amount"
      submitVariant="secondary"
      label="Change the amount"
    >
      <MoneyField
        name="amount"
        label="Gift each month"
        hint={`From ${formatMoney(giftChoices(currency).minMinor, currency)}. It counts from the next charge on; nothing is charged now.`}
        currency={currency}
        defaultValue={toDecimalString(giftMinor, currency)}
      />
      <CheckboxField
        name="coverFee"
        label="I also pay the card fee, so that the whole gift arrives"
        defaultChecked={coverMinor > 0n}
      />
      {pledge.offersTip ? (
        <RadioGroupField
          name="tip"
          label={`A tip for ${pledge.chapterName}’s own work`}
          optional
          defaultValue={tipMinor > 0n ? (tip ?? 'none') : 'none'}
          options={[
            { value: 'none', label: 'No tip' },
            ...TIP_PERCENTS.map((percent) => ({ value: percent, label: `${percent} % of my gift` })),
          ]}
        />
      ) : null}
    </ActionForm>
  )
}

export function PauseForm({ token }: { token: string }) {
  const tomorrow = new Date(now().getTime() + DAY_MS).toISOString().slice(0, 10)
  return (
    <ActionForm action={pause.bind(null, token)} submitLabel="Pause" submitVariant="secondary" label="Pause">
      <RadioGroupField
        name="how"
        label="Until when"
        defaultValue="open"
        options={[
          { value: 'open', label: 'Until I resume it' },
          { value: 'day', label: 'Until a day', hint: 'It goes on by itself with the first charge after it.' },
        ]}
      />
      <DateField name="until" label="The day" optional min={tomorrow} />
    </ActionForm>
  )
}

export function ResumeForm({ token }: { token: string }) {
  return <ActionForm action={resume.bind(null, token)} submitLabel="Resume now" label="Resume" />
}

/** The key of the form makes a double click open one page at Stripe. */
export function CardForm({ token, label = 'Use another card' }: { token: string; label?: string }) {
  return (
    <ActionForm action={replaceCard.bind(null, token)} submitLabel={label} submitVariant="secondary" label="Card">
      <HiddenField name="submissionKey" value={newToken()} />
    </ActionForm>
  )
}

export function RestoreForm({ pledge }: { pledge: PledgeView }) {
  const amount = formatMoney(pledge.totalMinor, pledge.currency)
  return (
    <ActionForm
      action={restore.bind(null, pledge.token)}
      submitLabel={`Go on with ${amount} a month`}
      label="Go on giving"
    />
  )
}

export function RefundForm({ token, donationId }: { token: string; donationId: string }) {
  return (
    <ActionForm
      action={askRefund.bind(null, token)}
      submitLabel="Ask for this gift back"
      submitVariant="secondary"
      label="Ask for a refund"
    >
      <HiddenField name="donationId" value={donationId} />
    </ActionForm>
  )
}
