import { Column, Row, Section, Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { deductibilitySentence } from './deductibility-sentence.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

export type ReceiptMailInput = {
  recipient: string
  donorName: string | null
  campaignTitle: string
  /** Whose purse received it, in words: the campaign's fund or the chapter's general fund. */
  fundName: string
  chapterLegalName: string
  /** The chapter's `deductibility`. */
  deductibility: string
  /** What reached the fund before the card fee: gift and covered fee, in minor units. */
  amountMinor: bigint
  /** A tip to the platform, in minor units; 0n for none. */
  tipMinor: bigint
  currency: string
  donatedAt: Date
  /** The absolute address of the receipt page. */
  receiptUrl: string
}

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** The receipt of one donation. Queue it in the transaction that settles the donation. */
export function receiptMail(input: ReceiptMailInput): Mail {
  const amount = formatMoney(input.amountMinor, input.currency)
  const lines = [
    ['Amount', amount],
    ...(input.tipMinor > 0n ? [['Tip to the platform', formatMoney(input.tipMinor, input.currency)]] : []),
    ['Campaign', input.campaignTitle],
    ['Paid into', input.fundName],
    ['Received by', input.chapterLegalName],
    ['Date', DAY.format(input.donatedAt)],
  ]
  return {
    kind: 'receipt',
    recipient: input.recipient,
    subject: `Your gift of ${amount} to ${input.campaignTitle}`,
    element: (
      <MailLayout
        preview={`${amount} for ${input.campaignTitle}. Follow every cent.`}
        heading={input.donorName ? `Thank you, ${input.donorName}` : 'Thank you'}
        footer={deductibilitySentence(input.deductibility, input.chapterLegalName)}
      >
        <Text style={mailText}>Your gift has arrived. The receipt page shows where your cents are, at any time.</Text>
        <Section style={{ margin: '0 0 16px' }}>
          {lines.map(([term, detail]) => (
            <Row key={term}>
              <Column style={{ ...mailText, width: '40%', color: '#57524a' }}>{term}</Column>
              <Column style={mailText}>{detail}</Column>
            </Row>
          ))}
        </Section>
        <MailAction href={input.receiptUrl}>Follow your cents</MailAction>
      </MailLayout>
    ),
  }
}
