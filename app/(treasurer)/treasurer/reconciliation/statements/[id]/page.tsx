import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { FORMAT_LABEL } from '#components/reconciliation/words.ts'
import { Alert } from '#components/ui/alert.tsx'
import { StatusSentence } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { FileLink } from '#components/ui/file-link.tsx'
import { Money } from '#components/ui/money.tsx'
import { AppError } from '#lib/errors.ts'
import { findStatement, type StatementView } from '#lib/reconciliation/queries.ts'
import { bookPerson } from '../../book-person.ts'
import { LineTable } from './line-table.tsx'

export const metadata: Metadata = { title: 'Bank statement' }

const DESK = '/treasurer/reconciliation'

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<{ done?: string; lines?: string; left?: string }>
}

export default async function StatementPage({ params, searchParams }: Props) {
  const { id } = await params
  const actor = await bookPerson(`${DESK}/statements/${id}`)
  const view = await findStatement(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const query = await searchParams
  const desk = `${DESK}?account=${view.accountId}#open`
  return (
    <TreasurerDesk
      title={
        <>
          Statement of <DateTime at={view.fromOn} show="short" /> to <DateTime at={view.toOn} show="short" />
        </>
      }
      current={DESK}
      crumbs={[{ label: 'Reconciliation', href: DESK }]}
      nextAction={{ kind: 'link', href: desk, label: view.openCount > 0 ? 'Match what is open' : 'To the desk' }}
      status={<State view={view} />}
    >
      <Done query={query} />
      {view.withdrawnReason === null && view.gapMinor !== null && view.gapMinor !== 0n ? (
        <Alert kind="attention" title="There is a gap before this statement">
          <p>
            Its opening balance is <Money amountMinor={view.gapMinor} currency={view.currency} /> away from where the
            statements before it end. Import the one that is missing.
          </p>
        </Alert>
      ) : null}
      <Facts view={view} />
      <Panel id="lines" title="Lines" intro={linesIntro(view)}>
        <LineTable view={view} />
      </Panel>
    </TreasurerDesk>
  )
}

function State({ view }: { view: StatementView }) {
  if (view.withdrawnReason !== null) {
    return (
      <StatusSentence tone="stopped" state="Withdrawn">
        None of it counts: {view.withdrawnReason}
      </StatusSentence>
    )
  }
  if (view.openCount === 0) {
    return (
      <StatusSentence tone="done" state="All matched">
        Each of its lines is in our books.
      </StatusSentence>
    )
  }
  return (
    <StatusSentence tone="attention" state={`${view.openCount} open`}>
      A treasurer says on the desk what each of these lines is.
    </StatusSentence>
  )
}

function Done({ query }: { query: { done?: string; lines?: string; left?: string } }) {
  if (query.done === 'known') {
    return <Alert kind="note">This file was imported before, here it is. Nothing was changed.</Alert>
  }
  if (query.done === 'unmatch') return <Alert kind="done">The match is undone.</Alert>
  if (query.done !== 'imported') return null
  const lines = Number(query.lines)
  const left = Number(query.left)
  return (
    <Alert kind="done" title="Imported.">
      <p>
        {lines === 0
          ? 'Every line of it was known from earlier statements.'
          : `${lines} ${lines === 1 ? 'line is' : 'lines are'} new.`}
        {left > 0
          ? ` ${left} ${left === 1 ? 'statement' : 'statements'} of other accounts in the file ${left === 1 ? 'was' : 'were'} left out.`
          : ''}
      </p>
    </Alert>
  )
}

function Facts({ view }: { view: StatementView }) {
  const amount = (minor: bigint | null) =>
    minor === null ? 'Not in this file' : <Money amountMinor={minor} currency={view.currency} />
  return (
    <DefinitionList
      items={[
        { term: 'Account', detail: `${view.accountName}, ${view.numberMasked}, ${view.currency}` },
        { term: 'Opening balance', detail: amount(view.openingMinor) },
        { term: 'Closing balance', detail: amount(view.closingMinor) },
        { term: 'Statement number', detail: view.reference ?? 'None' },
        {
          term: 'File',
          detail: (
            <FileLink href={`/files/${view.fileId}`} kind={FORMAT_LABEL[view.format]}>
              {view.fileName}
            </FileLink>
          ),
        },
        { term: 'Imported', detail: <DateTime at={view.importedAt} show="minute" /> },
      ]}
    />
  )
}

function linesIntro({ lineCount, newLineCount }: StatementView): string {
  const known = lineCount - newLineCount
  if (known === 0) return 'As the bank wrote them.'
  return `${known} of its ${lineCount} lines were on earlier statements, and are listed there.`
}
