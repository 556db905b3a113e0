import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { BankTable, StripeTable } from '#components/reconciliation/figure-tables.tsx'
import type { NextAction } from '#components/shell/desk-shell.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { now } from '#lib/clock.ts'
import { compareStripe, stripeApartMinor } from '#lib/reconciliation/compare-stripe.ts'
import { judgeBooks } from '#lib/reconciliation/judge-books.ts'
import { readableChapterIds } from '#lib/reconciliation/policy.ts'
import { lastRun, listAccountChoices, listAccounts, listStatements, openSides } from '#lib/reconciliation/queries.ts'
import { apartMinor, bankFigures } from '#lib/reconciliation/reconcile-books.ts'
import { listUnhandled } from '#lib/webhooks/list-unhandled.ts'
import { listDecisions } from '#lib/webhooks/queries.ts'
import { AddBank } from './add-bank.tsx'
import { bookPerson } from './book-person.ts'
import { DailyCheck } from './daily-check.tsx'
import { OpenItems } from './open-items.tsx'
import { StatementTable } from './statement-table.tsx'
import { StripeItems } from './stripe-items.tsx'
import { UnhandledTypes } from './unhandled-types.tsx'

export const metadata: Metadata = { title: 'Reconciliation' }

const PATH = '/treasurer/reconciliation'
const DONE: Readonly<Record<string, string>> = {
  match: 'Matched.',
  none: 'No proposal is sure enough to be accepted at once; look at each.',
  explain: 'Written down.',
  decide: 'Decided: it is in the books of the general fund. A payout that waited for it is tried again now.',
  aside: 'Set aside for good.',
  withdraw: 'Withdrawn: it counts nowhere any more, and the file may be imported again.',
  forward: 'What came before the first statement is settled.',
}

type Query = { account?: string; age?: string; text?: string; done?: string }

export default async function ReconciliationPage({ searchParams }: { searchParams: Promise<Query> }) {
  const actor = await bookPerson(PATH)
  const query = await searchParams
  const [accounts, choices, statements, run, side, banks, decisions, unhandled] = await Promise.all([
    listAccounts(actor),
    listAccountChoices(actor),
    listStatements(actor),
    lastRun(actor),
    compareStripe('brief'),
    bankFigures(readableChapterIds(actor)),
    listDecisions(actor),
    listUnhandled(actor),
  ])
  const rows = banks.map((bank) => ({ ...bank, apartMinor: apartMinor(bank) }))
  const stripe = side.stripe.map((figures) => ({ ...figures, apartMinor: stripeApartMinor(figures) }))
  const judged = judgeBooks(stripe, banks, side.items)
  const busiest = accounts.find(({ id }) => banks.some((bank) => bank.bankAccountId === id && bank.openLines > 0))
  const account = accounts.find(({ id }) => id === query.account) ?? busiest ?? accounts[0]
  const sides = account ? await openSides(actor, account) : null
  return (
    <TreasurerDesk
      title="Reconciliation"
      current={PATH}
      nextAction={nextAction(accounts.length > 0, choices.chapters.length > 0)}
    >
      {query.done && DONE[query.done] ? (
        <Alert kind={query.done === 'none' ? 'note' : 'done'}>{DONE[query.done]}</Alert>
      ) : null}
      <Alert kind={judged.isZero && !side.hasMore ? 'done' : 'attention'} title={judged.sentence}>
        <DailyCheck run={run} sentenceNow={judged.sentence} />
      </Alert>
      <Panel
        id="stripe"
        title="Stripe and the ledger"
        intro="Stripe’s balance, pending and available, beside what our books say lies there, but for payouts whose list Stripe has not completed yet: of all chapters, since they share one account at Stripe."
      >
        <StripeTable rows={stripe} />
        <StripeItems {...side} decisions={decisions} at={now()} />
        <UnhandledTypes rows={unhandled} />
      </Panel>
      <Panel
        id="bank"
        title="Bank and the ledger"
        intro="The last statement’s closing balance beside the ledger’s bank accounts. What happened after its last day is no difference."
      >
        <BankTable rows={rows} />
      </Panel>
      {sides ? <OpenItems sides={sides} accounts={accounts} banks={banks} query={query} /> : null}
      <Panel id="statements" title="Statements">
        <StatementTable rows={statements} />
      </Panel>
      {choices.chapters.length > 0 ? <AddBank {...choices} open={accounts.length === 0} /> : null}
    </TreasurerDesk>
  )
}

function nextAction(hasAccount: boolean, isTreasurer: boolean): NextAction {
  if (hasAccount && isTreasurer) return { kind: 'link', href: `${PATH}/statements/new`, label: 'Import a statement' }
  const reason = isTreasurer ? 'Add a bank account first, at the end of this page.' : 'Your role here only reads.'
  return { kind: 'unavailable', label: 'Import a statement', reason }
}
