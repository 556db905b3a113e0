import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** The mail with the link to a donor's own page. `link` is an absolute address on the canonical host. */
export function givingLinkMail(input: { recipient: string; link: string; minutesValid: number }): Mail {
  const { recipient, link, minutesValid } = input
  return {
    kind: 'giving-link',
    recipient,
    subject: 'Everything you gave, on one page',
    element: (
      <MailLayout
        preview={`Works once, for ${minutesValid} minutes.`}
        heading="Your own page"
        footer="You get this mail because somebody entered your address on our page for donors. If it was not you, ignore it: without the link nobody sees what you gave."
      >
        <Text style={mailText}>
          Open the link and press “Show my gifts”. It works once, for {minutesValid} minutes. The page has your gifts,
          your receipts and the sums of each year.
        </Text>
        <MailAction href={link}>Show my gifts</MailAction>
      </MailLayout>
    ),
  }
}
