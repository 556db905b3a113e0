import { Panel } from '#components/ui/card.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { Actor } from '#lib/auth/types.ts'
import { type ForeignPurse, held, listForeignPurses } from '#lib/donations/list-purses.ts'

/** Money that a campaign has and cannot send, because it is in another currency than the campaign's fund. */
export async function PursesPanel({ actor }: { actor: Actor }) {
  const purses = await listForeignPurses(actor)
  if (purses.length === 0) return null
  const money = (key: string, header: string, of: (purse: ForeignPurse) => bigint): Column<ForeignPurse> => ({
    ...{ key, header, align: 'figure', nowrap: true },
    cell: (purse) => <Money amountMinor={of(purse)} currency={purse.currency} showCode />,
  })
  return (
    <Panel
      id="purses"
      title="Money in another currency"
      intro="It belongs to its campaign and is in the books and the public ledger. A fund has one currency, so no disbursement is paid from it. When the bank has changed it, record the exchange: then it is in the fund that is sent from. Refunds of these gifts are paid from here."
    >
      <Table
        caption="Purses in another currency than their campaign’s"
        captionHidden
        rows={purses}
        rowKey={(purse) => String(purse.fundId)}
        empty={null}
        columns={[
          {
            key: 'name',
            header: 'Purse',
            cell: (purse) => (
              <>
                {purse.campaignTitle ?? 'The chapter’s own'}
                <span className="block text-sm font-normal text-ink-soft">
                  {purse.chapterName}, which sends in {purse.neededCurrency}
                </span>
              </>
            ),
          },
          money('held', 'In all', held),
          money('bank', 'Bank', (purse) => purse.bankMinor),
          money('stripe', 'Stripe', (purse) => purse.stripeAvailableMinor + purse.stripePendingMinor),
          { key: 'exchange', header: 'Exchange', nowrap: true, cell: (purse) => <RecordLink purse={purse} /> },
        ]}
      />
      <p className="mt-3 text-sm">
        <a href="/treasurer/exchanges">Exchanges so far</a>
      </p>
    </Panel>
  )
}

function RecordLink({ purse }: { purse: ForeignPurse }) {
  if (!purse.mayExchange) return <span className="text-sm text-ink-soft">A treasurer records it</span>
  if (purse.bankMinor <= 0n) return <span className="text-sm text-ink-soft">Once it is in the bank</span>
  return <a href={`/treasurer/exchanges/new?purse=${purse.fundId}`}>Record an exchange</a>
}
