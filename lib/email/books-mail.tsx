import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** To a treasurer: Stripe, ledger and bank are not the same today. */
export function booksMail(input: { recipient: string; sentence: string; at: Date; deskUrl: string }): Mail {
  return {
    kind: 'notice',
    recipient: input.recipient,
    subject: `The books need a look: ${DAY.format(input.at)}`,
    element: (
      <MailLayout
        preview={input.sentence}
        heading="The books need a look"
        footer="You get this mail because you are a treasurer. It comes on days on which the comparison is not zero."
      >
        <Text style={mailText}>{input.sentence}</Text>
        <Text style={mailText}>The desk shows each line and entry that nothing is matched to, with its age.</Text>
        <MailAction href={input.deskUrl}>Open the reconciliation desk</MailAction>
      </MailLayout>
    ),
  }
}
