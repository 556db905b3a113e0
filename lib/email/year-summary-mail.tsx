import { Column, Row, Section, Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

export type YearSummaryMailInput = {
  recipient: string
  chapterName: string
  chapterLegalName: string
  /** "2026", or "2025/26" where the year is not the calendar's. */
  yearName: string
  firstDay: string
  lastDay: string
  /** What stayed with the chapter, for each currency, in minor units. */
  sums: { currency: string; keptMinor: bigint; count: number }[]
  statement: string
  link: string
  daysValid: number
}

/** The sum of what somebody gave a chapter in one of its fiscal years, with the way to the whole list. */
export function yearSummaryMail(input: YearSummaryMailInput): Mail {
  const { chapterName, yearName, sums } = input
  return {
    kind: 'year-summary',
    recipient: input.recipient,
    subject: `Your gifts to ${chapterName} in ${yearName}`,
    element: (
      <MailLayout
        preview={sums.map(({ keptMinor, currency }) => formatMoney(keptMinor, currency, { showCode: true })).join(', ')}
        heading={`Your gifts in ${yearName}`}
        footer={input.statement}
      >
        <Text style={mailText}>
          This is what you gave to {input.chapterLegalName} from {input.firstDay} to {input.lastDay}. Thank you.
        </Text>
        <Section style={{ margin: '0 0 16px' }}>
          {sums.map(({ currency, keptMinor, count }) => (
            <Row key={currency}>
              <Column style={{ ...mailText, width: '40%', color: '#57524a' }}>
                {count === 1 ? '1 gift' : `${count} gifts`}
              </Column>
              <Column style={mailText}>{formatMoney(keptMinor, currency, { showCode: true })}</Column>
            </Row>
          ))}
        </Section>
        <MailAction href={input.link}>See the summary and its PDF</MailAction>
        <Text style={{ ...mailText, margin: '16px 0 0' }}>
          The link works once, for {input.daysValid} days. After that, ask for a new one on the page “Your gifts”.
        </Text>
      </MailLayout>
    ),
  }
}
