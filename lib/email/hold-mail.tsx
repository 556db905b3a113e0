import { Text } from '@react-email/components'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

const HAPPENED = {
  open: {
    subject: 'Payments on hold',
    text: 'may not be paid now: its vetting has to be renewed. Nothing that was not sent is sent, and the money stays in the campaign’s fund. Gifts and monthly pledges pause while no other aid group of the campaign may be paid. Its public page says so without the cause.',
  },
  cure: {
    subject: 'Hold lifted',
    text: 'may be paid again. Disbursements go on where they stood; a campaign that the hold had paused takes gifts again, and monthly pledges go on.',
  },
  open_choice: {
    subject: 'Givers choose what happens to their gifts',
    text: 'gets nothing more from this campaign. Everyone whose gift is not spent yet got a mail and chooses: on to the alternate aid group, or back. Cancel what was approved for this aid group and not sent, so that refunds find the money.',
  },
  refund_back: {
    subject: 'A giver’s refund came back',
    text: 'gets nothing more from this campaign. A refund that a giver of it had chosen came back from their bank. It is set aside for them: send it to the card again, or say on the hold’s page how it was given back. A giver who left an address was told and may choose anew.',
  },
  close: {
    subject: 'Hold ended',
    text: 'gets nothing more from this campaign, and the hold has ended. The hold’s page says what became of the money.',
  },
} as const

/** Tells people of the chapter what happened to a hold. The cause stands at the desk, not in a mail. */
export function holdMail(input: {
  recipient: string
  event: keyof typeof HAPPENED
  campaignTitle: string
  aidGroupName: string
  choiceUntil: Date | null
  deskUrl: string
}): Mail {
  const { subject, text } = HAPPENED[input.event]
  const until = input.event === 'open_choice' ? input.choiceUntil?.toISOString().slice(0, 10) : undefined
  return {
    kind: 'notice',
    recipient: input.recipient,
    subject: `${subject}: ${input.campaignTitle}`,
    element: (
      <MailLayout
        preview={`${input.campaignTitle}: ${subject.toLowerCase()}`}
        heading={subject}
        footer="You get this mail because you are a treasurer or organizer of the campaign’s chapter."
      >
        <Text style={mailText}>
          {input.campaignTitle}: {input.aidGroupName} {text}
        </Text>
        {until ? <Text style={mailText}>Their window is open until {until} (UTC).</Text> : null}
        <MailAction href={input.deskUrl}>Open the hold</MailAction>
      </MailLayout>
    ),
  }
}
