import { Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** Tells a giver that the refund they had chosen came back from their bank, and where they choose anew. */
export function refundBackMail(input: {
  recipient: string
  campaignTitle: string
  chapterName: string
  amountMinor: bigint
  currency: string
  url: string
}): Mail {
  const amount = formatMoney(input.amountMinor, input.currency)
  return {
    kind: 'notice',
    recipient: input.recipient,
    subject: `Your refund of ${amount} came back`,
    element: (
      <MailLayout
        preview={`Your bank did not take ${amount}. It is set aside for you.`}
        heading={`Your refund of ${amount} came back`}
        footer={`You get this mail because you gave to a campaign of ${input.chapterName}. No account is needed.`}
      >
        <Text style={mailText}>
          You wanted the unspent part of your gift to {input.campaignTitle} back. Your bank did not take it, perhaps
          because the card is no longer in use. The money is set aside for you and is not spent on anything else.
        </Text>
        <Text style={mailText}>
          You can have it sent to the card again. If the card is gone, answer {input.chapterName}, and its treasurer
          gives it back another way.
        </Text>
        <MailAction href={input.url}>Say what happens to it</MailAction>
      </MailLayout>
    ),
  }
}
