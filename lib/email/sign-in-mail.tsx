import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** The mail with a sign-in link. `link` is an absolute address on the canonical host. */
export function signInMail(input: { recipient: string; link: string; minutesValid: number }): Mail {
  const { recipient, link, minutesValid } = input
  return {
    kind: 'sign-in',
    recipient,
    subject: 'Your sign-in link for Common Purse',
    element: (
      <MailLayout
        preview={`Works once, for ${minutesValid} minutes.`}
        heading="Sign in to Common Purse"
        footer="You get this mail because somebody entered your address on our sign-in page. If it was not you, ignore it: without the link nobody gets in."
      >
        <Text style={mailText}>
          Open the link and press “Sign in”. It works once, for {minutesValid} minutes, and only you should see it.
        </Text>
        <MailAction href={link}>Sign in</MailAction>
      </MailLayout>
    ),
  }
}
