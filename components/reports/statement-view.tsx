import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import type { PeriodStatement } from '#lib/reports/types.ts'
import { RecipientTable, SentTable } from './sent-tables.tsx'
import { StatementCharts } from './statement-charts.tsx'
import { FundTables, StatementTable } from './statement-table.tsx'

const COUNT = new Intl.NumberFormat('en')

/** A whole report: what it is a function of, the account, fund by fund, who received what, what is withheld and why. */
export function StatementView({ statement, jsonHref }: { statement: PeriodStatement; jsonHref: string }) {
  const { from, to, dataAsOf, lastEntryId, funds, totals, months, recipients, sent } = statement
  return (
    <div className="flex min-w-0 flex-col gap-10">
      <DefinitionList
        items={[
          {
            term: 'Period',
            detail: (
              <>
                <DateTime at={from} /> to <DateTime at={to} />, both included, in UTC
              </>
            ),
          },
          { term: 'Data as of', detail: <DateTime at={dataAsOf} show="minute" /> },
          {
            term: 'Checkpoint',
            detail:
              lastEntryId === null ? (
                'No entry yet'
              ) : (
                <>
                  Ledger entries up to no. <span className="figures">{COUNT.format(lastEntryId)}</span>
                </>
              ),
          },
          { term: 'The same as data', detail: <a href={jsonHref}>report.json</a> },
        ]}
      />
      <Panel
        id="account"
        title="The account"
        intro="What was there, what came in, what went out, what is there: it adds up to the cent, or this page would not appear."
      >
        <StatementTable totals={totals} />
      </Panel>
      <Panel id="funds" title="Fund by fund">
        <FundTables funds={funds} totals={totals} />
      </Panel>
      {months.length > 0 ? (
        <Panel id="charts" title="In pictures">
          <StatementCharts months={months} sent={sent} totals={totals} />
        </Panel>
      ) : null}
      <Panel id="recipients" title="Who received it">
        <RecipientTable recipients={recipients} />
      </Panel>
      <Panel id="sent" title="What the money bought">
        <SentTable sent={sent} />
      </Panel>
      <Panel id="withheld" title="What is not shown, and why">
        <ul className="prose list-disc pl-6">
          <li>Names of donors: a report never has them. Hidden gifts are in every sum.</li>
          <li>Names and places of aid groups that could be hit: a group at risk appears under another name.</li>
          <li>Proofs that nobody has confirmed yet: they appear when the aid group says that the money arrived.</li>
        </ul>
      </Panel>
    </div>
  )
}
