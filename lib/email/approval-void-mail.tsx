import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** Tells treasurers and reviewers that an aid group's account changed after its approval. No digits of it stand in a mail. */
export function approvalVoidMail({
  recipient,
  groupName,
  deskUrl,
}: {
  recipient: string
  groupName: string
  deskUrl: string
}): Mail {
  return {
    kind: 'notice',
    recipient,
    subject: `Bank account changed, approval void: ${groupName}`,
    element: (
      <MailLayout
        preview={`${groupName} has another bank account; nothing is paid until it is approved anew`}
        heading="Another bank account, so the approval is void"
        footer="You get this mail because you are a treasurer or vetting reviewer of the aid group’s chapter."
      >
        <Text style={mailText}>
          The bank account of {groupName} was changed after its approval. Nothing may be paid to it until two people
          have approved it anew; disbursements that were approved wait.
        </Text>
        <Text style={mailText}>
          If nobody there meant to change it, somebody else may hold the link to its application: call the aid group on
          a number you know, and close the link on its dossier.
        </Text>
        <MailAction href={deskUrl}>Look at the account</MailAction>
      </MailLayout>
    ),
  }
}
