import { BarChart, type ChartRow } from '#components/charts/bar-chart.tsx'
import { AID_CATEGORIES, AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import type { PeriodStatement, SentItem } from '#lib/reports/types.ts'

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** What came in by month, and what was sent by campaign and kind of aid; for each currency, each with its table. */
export function StatementCharts({ months, sent, totals }: Pick<PeriodStatement, 'months' | 'sent' | 'totals'>) {
  return (
    <div className="grid gap-10">
      {totals.map(({ currency }) => {
        const suffix = totals.length > 1 ? `, ${currency}` : ''
        const given = months.filter((row) => row.currency === currency && row.inMinor > 0n)
        const wires = sent.filter((item) => item.currency === currency && !cameBack(item, sent))
        return (
          <div key={currency} className="grid gap-10">
            {given.length > 0 ? (
              <BarChart
                caption={`What was given, by month${suffix}`}
                series={[{ key: 'in', label: 'Given', look: { state: 'spent' } }]}
                rows={given.map(({ month, inMinor }) => ({
                  key: month,
                  label: MONTH.format(new Date(`${month}-01T00:00:00Z`)),
                  amountsMinor: { in: inMinor },
                }))}
                currency={currency}
                rowHeader="Month"
              />
            ) : null}
            {wires.length > 0 ? (
              <BarChart
                caption={`What was sent, by campaign and kind of aid${suffix}`}
                series={AID_CATEGORIES.filter((category) =>
                  wires.some(({ lines }) => lines.some((line) => line.category === category)),
                ).map((category) => ({
                  key: category,
                  label: AID_CATEGORY_LABEL[category],
                  look: { state: 'spent', category },
                }))}
                rows={campaignRows(wires)}
                currency={currency}
                rowHeader="Campaign"
              />
            ) : null}
          </div>
        )
      })}
    </div>
  )
}

/** A wire that came back within the period bought nothing in it. */
function cameBack(item: SentItem, all: readonly SentItem[]): boolean {
  return all.some(({ number, amountMinor }) => number === item.number && amountMinor < 0n)
}

function campaignRows(wires: readonly SentItem[]): ChartRow[] {
  return [...Map.groupBy(wires, ({ campaign }) => campaign.slug)].map(([slug, own]) => {
    const amountsMinor: Record<string, bigint> = {}
    for (const { category, amountMinor } of own.flatMap(({ lines }) => lines)) {
      amountsMinor[category] = (amountsMinor[category] ?? 0n) + amountMinor
    }
    return { key: slug, label: own[0]?.campaign.title ?? slug, href: `/campaigns/${slug}`, amountsMinor }
  })
}
