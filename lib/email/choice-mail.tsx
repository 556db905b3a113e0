import { Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

/** Asks a giver what happens with the unspent part of their gifts. Says no cause and names nobody but the alternate. */
export function choiceMail(input: {
  recipient: string
  campaignTitle: string
  chapterName: string
  atStakeMinor: bigint
  currency: string
  /** Under its public name; null where the campaign named none. */
  alternateName: string | null
  until: Date
  url: string
}): Mail {
  const amount = formatMoney(input.atStakeMinor, input.currency)
  const until = input.until.toISOString().slice(0, 10)
  return {
    kind: 'notice',
    recipient: input.recipient,
    subject: `Your gift to ${input.campaignTitle}: you choose`,
    element: (
      <MailLayout
        preview={`${amount} of what you gave is not spent. Choose what happens to it.`}
        heading="You choose what happens to your gift"
        footer={`You get this mail because you gave to a campaign of ${input.chapterName}. No account is needed.`}
      >
        <Text style={mailText}>
          You gave to {input.campaignTitle}. The aid group it was for no longer passes our vetting, so it gets nothing
          more. {amount} of what you gave is not spent. It is safe in the campaign’s fund.
        </Text>
        <Text style={mailText}>
          {input.alternateName === null
            ? 'The campaign named no other aid group, so it goes back to you. You need to do nothing.'
            : `You can have it back, or let it go on to ${input.alternateName}, the aid group that the campaign named for this case. If you say nothing by ${until} (UTC), it goes on.`}
        </Text>
        <MailAction href={input.url}>{input.alternateName === null ? 'See your gift' : 'Choose'}</MailAction>
      </MailLayout>
    ),
  }
}
