import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { now } from '#lib/clock.ts'
import type { HoldView } from '#lib/holds/types.ts'
import { retry, settle } from './actions.ts'

const OUTCOMES = [
  {
    value: 'given_back',
    label: 'It was given back without Stripe',
    hint: 'Posted: it leaves the bank, or the cash box where the gift was never deposited.',
  },
  { value: 'kept', label: 'It could not be given back', hint: 'It stays with the campaign. Say why.' },
]

/** Each refund that no card took: sent to the card again, given back another way, or kept with a reason. */
export function OpenRefunds({ hold, maySettle }: { hold: HoldView; maySettle: boolean }) {
  if (hold.openRefunds.length === 0) return null
  const today = now().toISOString().slice(0, 10)
  return (
    <Panel
      id="refunds"
      title="To give back by hand"
      intro="No card has taken these. Until you say what became of each it stays set aside for its giver, also when the hold has ended. A giver whose card refused was written to, and may choose anew."
    >
      <ol className="flex flex-col gap-8">
        {hold.openRefunds.map(({ choiceId, donationId, minor, why, canRetry, givenAt }, index) => (
          <li key={choiceId} className="flex flex-col gap-4 border-t border-rule pt-4">
            <h3>
              <Money amountMinor={minor} currency={hold.currency} showCode />
            </h3>
            <p>
              {why} <a href={`/treasurer/donations/${donationId}`}>The gift</a>
            </p>
            {maySettle && canRetry ? (
              <ActionForm
                action={retry.bind(null, hold.id)}
                submitLabel="Send it to the card again"
                submitVariant="secondary"
                label={`Send refund ${index + 1} to the card again`}
              >
                <HiddenField name="choiceId" value={choiceId} />
              </ActionForm>
            ) : null}
            {maySettle ? (
              <details open={hold.openRefunds.length === 1}>
                <summary className="min-h-11 cursor-pointer py-2 text-ink-soft">Say what became of it</summary>
                <div className="max-w-form py-2">
                  <ActionForm
                    action={settle.bind(null, hold.id)}
                    submitLabel="Write it down"
                    submitVariant="secondary"
                    label={`Settle refund ${index + 1}`}
                  >
                    <HiddenField name="choiceId" value={choiceId} />
                    <RadioGroupField name="how" label="What became of it" options={OUTCOMES} />
                    <DateField
                      name="paidOn"
                      label="Given back on"
                      hint="Only where it was given back."
                      optional
                      min={givenAt.toISOString().slice(0, 10)}
                      max={today}
                    />
                    <TextField
                      name="reference"
                      label="Reference"
                      hint="What the transfer says. The bank’s line is found by it."
                      maxLength={140}
                      optional
                    />
                    <TextareaField name="note" label="How it was given back, or why it could not be" rows={2} />
                  </ActionForm>
                </div>
              </details>
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  )
}
