import { Figure, Figures } from '#components/ui/figure.tsx'
import { Money } from '#components/ui/money.tsx'
import type { ControlTotals } from '#lib/reports/types.ts'

const COUNT = new Intl.NumberFormat('en')

/** What the filters select, summed: an export of the same filters has the same totals. */
export function ControlTotalsView({ totals, netLabel }: { totals: ControlTotals; netLabel: string }) {
  return (
    <Figures>
      <Figure label="Transfers" value={COUNT.format(totals.rowCount)} />
      {totals.byCurrency.flatMap(({ currency, grossMinor, feeMinor, netMinor }) => [
        <Figure
          key={`${currency}-gross`}
          label="Given"
          value={<Money amountMinor={grossMinor} currency={currency} showCode />}
        />,
        <Figure
          key={`${currency}-fee`}
          label="Fees"
          value={<Money amountMinor={feeMinor} currency={currency} showCode />}
        />,
        <Figure
          key={`${currency}-net`}
          label={netLabel}
          value={<Money amountMinor={netMinor} currency={currency} showCode />}
        />,
      ])}
    </Figures>
  )
}
