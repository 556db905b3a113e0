import { Column, Row, Section, Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

export type ReceiptMailInput = {
  recipient: string
  donorName: string | null
  campaignTitle: string
  /** Whose purse received it, in words: the campaign's fund or the chapter's general fund. */
  fundName: string
  chapterLegalName: string
  /** As it is printed, with "corrected" where it replaces an earlier one. */
  receiptNumber: string
  /** The sentences on tax that the receipt was issued with. */
  statement: string
  /** What reached the fund before the card fee: gift and covered fee, in minor units. */
  amountMinor: bigint
  /** A tip to the platform, in minor units; 0n for none. */
  tipMinor: bigint
  /** What went back to the donor since; 0n for nothing. */
  returnedMinor: bigint
  /** A treasurer had entered a gift that was none; nothing went back, because nothing had come. */
  byMistake: boolean
  currency: string
  /** The date of the gift as it was at the chapter, in words. */
  givenOn: string
  /** The absolute address of the receipt page. */
  receiptUrl: string
  /** The absolute address of the pledge's page, where the gift is one of a monthly pledge's. */
  pledgeUrl: string | null
}

/** The receipt of one donation, also after something of it went back. */
export function receiptMail(input: ReceiptMailInput): Mail {
  const { recipient, donorName, campaignTitle, statement, pledgeUrl, receiptUrl } = input
  const { subject, preview, heading, intro } = wordsOf(input)
  return {
    ...{ kind: 'receipt', recipient, subject },
    element: (
      <MailLayout
        preview={preview}
        heading={donorName && input.returnedMinor === 0n ? `${heading}, ${donorName}` : heading}
        footer={
          isVoid(input) ? 'Nothing of this gift stayed with the chapter, so there is nothing to deduct.' : statement
        }
      >
        <Text style={mailText}>{intro}</Text>
        <Section style={{ margin: '0 0 16px' }}>
          {linesOf(input).map(([term, detail]) => (
            <Row key={term}>
              <Column style={{ ...mailText, width: '40%', color: '#57524a' }}>{term}</Column>
              <Column style={mailText}>{detail}</Column>
            </Row>
          ))}
        </Section>
        <MailAction href={receiptUrl}>Follow your cents</MailAction>
        <Text style={{ ...mailText, margin: '16px 0 0' }}>
          On that page the receipt can also be had as a PDF for your tax papers.
        </Text>
        {pledgeUrl ? (
          <Text style={{ ...mailText, margin: '16px 0 0', wordBreak: 'break-all' }}>
            You give to {campaignTitle} each month. To change, pause or end it, open {pledgeUrl}
          </Text>
        ) : null}
      </MailLayout>
    ),
  }
}

function wordsOf(input: ReceiptMailInput): { subject: string; preview: string; heading: string; intro: string } {
  const { campaignTitle, currency, returnedMinor } = input
  const amount = formatMoney(input.amountMinor, currency)
  if (returnedMinor === 0n) {
    return {
      subject: `Your gift of ${amount} to ${campaignTitle}`,
      preview: `${amount} for ${campaignTitle}. Follow every cent.`,
      heading: 'Thank you',
      intro: 'Your gift has arrived. The receipt page shows where your cents are, at any time.',
    }
  }
  if (input.byMistake) {
    return {
      subject: `Your receipt for ${campaignTitle} is void: it was a mistake of ours`,
      preview: 'The gift had been entered by mistake. Please forgive us.',
      heading: 'This receipt is void',
      intro: `We had entered a gift of ${amount} from you by mistake and took it back. Do not use its receipt for tax. Please forgive us.`,
    }
  }
  const back = formatMoney(returnedMinor, currency)
  return {
    subject: isVoid(input)
      ? `Your receipt for ${campaignTitle} is void: ${back} went back to you`
      : `Corrected receipt: ${back} of your gift to ${campaignTitle} went back to you`,
    preview: `${back} went back to you. This replaces the earlier receipt.`,
    heading: isVoid(input) ? 'This receipt is void' : 'Your corrected receipt',
    intro: isVoid(input)
      ? 'The whole gift went back to you, so this receipt is void: do not use it for tax.'
      : 'Part of your gift went back to you. This receipt replaces the earlier one: use only this one for tax.',
  }
}

function isVoid({ returnedMinor, amountMinor, tipMinor }: ReceiptMailInput): boolean {
  return returnedMinor === amountMinor + tipMinor
}

function linesOf(input: ReceiptMailInput): [string, string][] {
  const { currency, amountMinor, tipMinor, returnedMinor } = input
  const money = (minor: bigint) => formatMoney(minor, currency)
  const lines: [string, string][] = [['Amount', money(amountMinor)]]
  if (tipMinor > 0n) lines.push(['Tip', money(tipMinor)])
  if (returnedMinor > 0n) {
    lines.push([input.byMistake ? 'Taken out of the books' : 'Went back to you', money(-returnedMinor)])
    lines.push(['Your gift now', money(amountMinor + tipMinor - returnedMinor)])
  }
  return [
    ...lines,
    ['Campaign', input.campaignTitle],
    ['Paid into', input.fundName],
    ['Received by', input.chapterLegalName],
    ['Date', input.givenOn],
    ['Receipt', input.receiptNumber],
  ]
}
