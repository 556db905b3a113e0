import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** Tells somebody that an account waits for them. `role` and `chapter` in words; `link` leads to the sign-in page. */
export function invitationMail(input: {
  recipient: string
  name: string
  role: string
  chapter: string
  link: string
}): Mail {
  const { recipient, name, role, chapter, link } = input
  return {
    kind: 'invitation',
    recipient,
    subject: `You are invited to ${chapter} on Common Purse`,
    element: (
      <MailLayout
        preview={`${chapter} asks you to be its ${role}.`}
        heading={`Hello ${name}`}
        footer="If you do not know what this is about, ignore this mail: nothing happens until you sign in."
      >
        <Text style={mailText}>
          {chapter} asks you to be its {role} on Common Purse. There is no password: go to the sign-in page, enter this
          e-mail address, and we send you a link.
        </Text>
        <MailAction href={link}>Go to the sign-in page</MailAction>
      </MailLayout>
    ),
  }
}
