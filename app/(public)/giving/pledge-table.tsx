import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { OwnPledge } from '#lib/donations/read-giving.ts'

const STATES: Record<string, { tone: Tone; word: string }> = {
  active: { tone: 'active', word: 'Active' },
  past_due: { tone: 'attention', word: 'Payment failed' },
  paused: { tone: 'waiting', word: 'Paused' },
  lapsed: { tone: 'stopped', word: 'Lapsed' },
  cancelled: { tone: 'stopped', word: 'Ended' },
}

/** Monthly gifts, each with the page on which it is changed. */
export function PledgeTable({ pledges }: { pledges: OwnPledge[] }) {
  return (
    <Table
      caption="Your monthly gifts"
      captionHidden
      rows={pledges}
      rowKey={({ id }) => id}
      columns={[
        { key: 'for', header: 'For', cell: ({ campaignTitle, href }) => <a href={href}>{campaignTitle}</a> },
        { key: 'state', header: 'State', nowrap: true, cell: ({ status }) => <State status={status} /> },
        {
          key: 'amount',
          header: 'Each month',
          align: 'figure',
          cell: ({ amountMinor, currency }) => <Money amountMinor={amountMinor} currency={currency} showCode />,
        },
        {
          key: 'since',
          header: 'Since',
          nowrap: true,
          cell: ({ createdAt }) => <DateTime at={createdAt} show="short" />,
        },
        {
          key: 'next',
          header: 'Next charge',
          nowrap: true,
          cell: ({ nextChargeAt }) => (nextChargeAt ? <DateTime at={nextChargeAt} show="short" /> : 'None'),
        },
      ]}
    />
  )
}

function State({ status }: { status: string }) {
  const { tone, word } = STATES[status] ?? { tone: 'waiting' as const, word: status }
  return <Badge tone={tone}>{word}</Badge>
}
