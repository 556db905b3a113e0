import { Panel } from '#components/ui/card.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { Actor } from '#lib/auth/types.ts'
import { listExchanges } from '#lib/donations/list-exchanges.ts'
import { type ForeignPurse, held, listForeignPurses } from '#lib/donations/list-purses.ts'

type PursesPanelProps = {
  actor: Actor
  /** On the page of exchanges itself, which lists them below. */
  withoutLink?: boolean
}

/** Money that a campaign has and cannot send, because it is in another currency than the campaign's fund. */
export async function PursesPanel({ actor, withoutLink = false }: PursesPanelProps) {
  const purses = await listForeignPurses(actor)
  // Once everything is exchanged, this is still the way to what was: an exchange entered by mistake is taken back there.
  const hasLink = !withoutLink && (purses.length > 0 || (await listExchanges(actor)).length > 0)
  if (purses.length === 0 && !hasLink) return null
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
        empty={<p>Nothing now: all of it was exchanged.</p>}
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
      {hasLink ? (
        <p className="mt-3 text-sm">
          <a href="/treasurer/exchanges">Exchanges so far</a>
        </p>
      ) : null}
    </Panel>
  )
}

function RecordLink({ purse }: { purse: ForeignPurse }) {
  if (!purse.mayExchange) return <span className="text-sm text-ink-soft">A treasurer records it</span>
  if (purse.bankMinor <= 0n) return <span className="text-sm text-ink-soft">Once it is in the bank</span>
  return <a href={`/treasurer/exchanges/new?purse=${purse.fundId}`}>Record an exchange</a>
}
