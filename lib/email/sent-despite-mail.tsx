import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** Tells treasurers and reviewers that a wire had left before a gate shut, and is in the books. Names nobody. */
export function sentDespiteMail({
  recipient,
  number,
  asked,
  deskUrl,
}: {
  recipient: string
  number: number
  /** What the gate asks, as a sentence without its full stop. */
  asked: string
  deskUrl: string
}): Mail {
  return {
    kind: 'notice',
    recipient,
    subject: `Disbursement ${number} had left before a gate shut`,
    element: (
      <MailLayout
        preview={`“${asked}” no longer held when the wire of disbursement ${number} was recorded`}
        heading="Money left before it could be stopped"
        footer="You get this mail because you are a treasurer of the campaign’s chapter or a vetting reviewer of the aid group’s."
      >
        <Text style={mailText}>
          The wire of disbursement {number} was begun while every gate was open. “{asked}” no longer held when it was
          recorded. A second treasurer looked at the bank’s statement and wrote down that the money had left before.
        </Text>
        <Text style={mailText}>
          If the bank can still call it back, do that first. The page shows who began it, who recorded it and why.
        </Text>
        <MailAction href={deskUrl}>Look at it</MailAction>
      </MailLayout>
    ),
  }
}
