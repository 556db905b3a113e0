import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { GivenGift, YearTotal } from '#lib/donations/read-giving.ts'
import type { YearSummary } from '#lib/donations/read-summary.ts'

/** The gifts of one currency with their sum, and how much of it the law may let be deducted. */
export function SummaryTable({ summary, total }: { summary: YearSummary; total: YearTotal }) {
  const { currency } = total
  const money = (minor: bigint) => <Money amountMinor={minor} currency={currency} showCode />
  const back = {
    key: 'back',
    header: 'Went back',
    align: 'figure' as const,
    cell: ({ returnedMinor }: GivenGift) => (returnedMinor > 0n ? money(-returnedMinor) : '–'),
    total: money(-total.returnedMinor),
  }
  const kept = {
    key: 'kept',
    header: 'Stayed',
    align: 'figure' as const,
    cell: ({ keptMinor }: GivenGift) => money(keptMinor),
    total: money(total.keptMinor),
  }
  return (
    <div className="flex flex-col gap-6">
      <Table
        caption={`Gifts in ${currency}`}
        captionHidden
        rows={summary.gifts.filter((gift) => gift.currency === currency)}
        rowKey={({ donationId }) => donationId}
        totalLabel="Total"
        columns={[
          {
            key: 'for',
            header: 'For',
            cell: ({ campaignTitle, receiptToken, givenOn }) => (
              <>
                <a href={`/receipts/${receiptToken}`}>{campaignTitle}</a>
                <span className="block text-ink-soft">{givenOn}</span>
              </>
            ),
          },
          {
            key: 'given',
            header: 'Given',
            align: 'figure',
            cell: ({ paidMinor }) => money(paidMinor),
            total: money(total.paidMinor),
          },
          ...(total.returnedMinor > 0n ? [back, kept] : []),
          { key: 'receipt', header: 'Receipt', nowrap: true, cell: ({ label }) => label ?? 'Being written' },
        ]}
      />
      {total.deductibleMinor === null ? null : (
        <DefinitionList
          items={[
            {
              term:
                summary.deductibility === 'giftaid'
                  ? 'Of it, open to Gift Aid'
                  : 'Of it, tax-deductible as far as the law allows',
              detail: money(total.deductibleMinor),
            },
          ]}
        />
      )}
    </div>
  )
}
