import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import type { ChoicePage } from '#lib/holds/types.ts'
import { formatMoney } from '#lib/money/format.ts'
import { chooseAgain } from './actions.ts'

/** A refund that the giver's bank sent back: it waits for them, and they choose anew. */
export function CameBack({ page, token }: { page: ChoicePage; token: string }) {
  const { alternate, canLetGo, chapterName, currency, cameBackMinor } = page
  const amount = formatMoney(cameBackMinor, currency)
  const toCard = {
    value: 'refund',
    label: 'Send it to my card again',
    hint: 'If the card is no longer in use, it may come back once more.',
  }
  const goOn = {
    value: 'redirect',
    label: `It goes on to ${alternate?.name}`,
    hint: 'The vetted aid group that the campaign named for this case before you gave.',
  }
  return (
    <>
      <Alert kind="attention" title={`Your refund of ${amount} came back`}>
        <p>
          Your bank did not take it. The money is set aside for you and is spent on nothing else. If your card is gone,
          write to {chapterName}: its treasurer gives it back another way.
        </p>
      </Alert>
      <ActionForm
        action={chooseAgain.bind(null, token)}
        submitLabel="Keep my choice"
        label="What happens to your refund"
      >
        <RadioGroupField
          name="choice"
          label={`What happens to ${amount}?`}
          defaultValue="refund"
          options={canLetGo && alternate ? [toCard, goOn] : [toCard]}
        />
      </ActionForm>
    </>
  )
}
