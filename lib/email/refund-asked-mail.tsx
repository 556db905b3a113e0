import { Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** Tells a treasurer that a donor asks for a monthly gift back. Says nothing about the person; the desk does. */
export function refundAskedMail(input: {
  recipient: string
  amountMinor: bigint
  currency: string
  campaignTitle: string
  deskUrl: string
}): Mail {
  const amount = formatMoney(input.amountMinor, input.currency)
  return {
    kind: 'notice',
    recipient: input.recipient,
    subject: `A donor asks for ${amount} back`,
    element: (
      <MailLayout
        preview={`A monthly gift to ${input.campaignTitle} was charged as it was cancelled.`}
        heading={`A donor asks for ${amount} back`}
        footer="You get this mail because you are a treasurer of the chapter that received the gift."
      >
        <Text style={mailText}>
          A monthly pledge to {input.campaignTitle} was cancelled, and its last renewal had been charged just before.
          The donor asks for that gift back. Look at it and decide.
        </Text>
        <MailAction href={input.deskUrl}>Open the gift</MailAction>
      </MailLayout>
    ),
  }
}
