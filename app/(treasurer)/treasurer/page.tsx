import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { OpenDisputes } from '#components/donations/open-disputes.tsx'
import type { NextAction } from '#components/shell/desk-shell.tsx'
import { Panel } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { listDisbursements, listFunds, listRequestTargets } from '#lib/disbursements/queries.ts'
import type { DeskFund, DisbursementRow } from '#lib/disbursements/types.ts'
import { listOpenDisputes } from '#lib/donations/list-losses.ts'
import { listDebts } from '#lib/donations/pay-debt.ts'
import { listHeldForChapters } from '#lib/donations/return-loss.ts'
import { BooksToday } from './books-today.tsx'
import { deskPerson } from './disbursements/desk-person.ts'
import { DisbursementTable, NoDisbursements } from './disbursements/disbursement-table.tsx'
import { fundOf, nextStep } from './disbursements/next-step.ts'
import { Owing, Returning } from './owing.tsx'
import { PledgesPanel } from './pledges-panel.tsx'
import { PursesPanel } from './purses-panel.tsx'

export const metadata: Metadata = { title: 'Treasurer' }

export default async function TreasurerPage() {
  const actor = await deskPerson('/treasurer')
  const [rows, funds, targets, disputes, debts, held] = await Promise.all([
    listDisbursements(actor),
    listFunds(actor),
    listRequestTargets(actor),
    listOpenDisputes(actor),
    listDebts(actor),
    listHeldForChapters(actor),
  ])
  const open = rows.filter((row) => nextStep(actor, row.facts)).sort((a, b) => a.since.getTime() - b.since.getTime())
  const mine = open.filter((row) => nextStep(actor, row.facts, fundOf(funds, row))?.verdict.allowed)
  const others = open.filter((row) => !mine.includes(row))
  return (
    <TreasurerDesk
      title="What waits for you"
      chapters={[...new Set(funds.map((fund) => fund.chapterName))]}
      current="/treasurer"
      nextAction={nextAction(actor, mine, targets.length > 0)}
    >
      <BooksToday actor={actor} />
      <DisbursementTable
        caption={`Waiting for you: ${mine.length}, the longest first`}
        rows={mine}
        funds={funds}
        actor={actor}
        empty={<EmptyState title="Nothing waits for you">What needs your decision appears here at once.</EmptyState>}
      />
      {others.length > 0 ? (
        <DisbursementTable
          caption={`Waiting for others: ${others.length}`}
          rows={others}
          funds={funds}
          actor={actor}
          empty={<NoDisbursements>Nothing.</NoDisbursements>}
        />
      ) : null}
      {disputes.length > 0 ? <OpenDisputes disputes={disputes} /> : null}
      <Owing debts={debts} />
      <Returning funds={held} />
      <Panel
        id="funds"
        title="Funds"
        intro="Left is what may still be promised: the bank, what Stripe has made available and payouts on their way, less what is promised. Pending money cannot be promised yet."
      >
        <FundTable funds={funds} />
      </Panel>
      <PursesPanel actor={actor} />
      <PledgesPanel actor={actor} />
    </TreasurerDesk>
  )
}

function nextAction(actor: UserActor, mine: readonly DisbursementRow[], canRequest: boolean): NextAction {
  const [first] = mine
  const step = first && nextStep(actor, first.facts)
  if (first && step) {
    return { kind: 'link', href: `/treasurer/disbursements/${first.id}`, label: `${step.label}: no. ${first.number}` }
  }
  if (canRequest) return { kind: 'link', href: '/treasurer/disbursements/new', label: 'New disbursement' }
  return {
    kind: 'unavailable',
    label: 'New disbursement',
    reason: 'You have no campaign to send from, or your role here only reads.',
  }
}

function FundTable({ funds }: { funds: readonly DeskFund[] }) {
  const currencies = [...new Set(funds.map((fund) => fund.currency))]
  // Money of two currencies has no sum.
  const [currency] = currencies.length === 1 ? currencies : []
  const column = (key: string, header: string, of: (fund: DeskFund) => bigint): Column<DeskFund> => ({
    key,
    header,
    align: 'figure',
    nowrap: true,
    cell: (fund) => <Money amountMinor={of(fund)} currency={fund.currency} showCode={currency === undefined} />,
    ...(currency === undefined
      ? {}
      : { total: <Money amountMinor={funds.reduce((sum, fund) => sum + of(fund), 0n)} currency={currency} /> }),
  })
  return (
    <Table
      caption="Funds and their money now"
      captionHidden
      rows={funds}
      rowKey={(fund) => String(fund.fundId)}
      empty={<EmptyState title="No funds yet">A campaign gets its fund when it goes live.</EmptyState>}
      {...(currency === undefined ? {} : { totalLabel: 'Total' })}
      columns={[
        { key: 'name', header: 'Fund', cell: (fund) => <FundName fund={fund} /> },
        column('left', 'Left', (fund) => fund.headroomMinor),
        column('bank', 'Bank', (fund) => fund.bankMinor),
        column('available', 'Stripe available', (fund) => fund.stripeAvailableMinor),
        column('payouts', 'Payouts on their way', (fund) => fund.payoutsInTransitMinor),
        column('promised', 'Promised', (fund) => fund.encumberedMinor),
        column('pending', 'Pending', (fund) => fund.stripePendingMinor),
      ]}
    />
  )
}

function FundName({ fund }: { fund: DeskFund }) {
  return (
    <>
      {fund.campaignTitle ?? 'General fund'}
      <span className="block text-sm font-normal text-ink-soft">{fund.chapterName}</span>
      {fund.receivableMinor > 0n ? (
        <span className="block text-sm font-semibold text-marigold-ink">
          The chapter owes it <Money amountMinor={fund.receivableMinor} currency={fund.currency} />: nothing leaves
        </span>
      ) : null}
    </>
  )
}
