import type { Metadata } from 'next'
import { Badge } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { fieldPlace, fieldWord, SECTION_WORDS } from '#components/vetting/section-words.ts'
import { languageOf } from '#components/vetting/written-in.ts'
import { db } from '#lib/db/client.ts'
import {
  type DossierChange,
  type ListChange,
  readDossierChange,
  type SectionChange,
} from '#lib/vetting/compare-sections.ts'
import { DossierFrame, loadDossier } from '../dossier-frame.tsx'
import { ConfirmUnchanged } from './confirm-unchanged.tsx'

export const metadata: Metadata = { title: 'What changed since the approval' }

type Props = { params: Promise<{ id: string }> }

export default async function ChangesPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/changes')
  const change = await readDossierChange(db(), id)
  return (
    <DossierFrame {...page} current="/changes">
      {change ? (
        <>
          <p className="max-w-prose">
            Compared with what was approved on <DateTime at={change.approvedAt} />, until{' '}
            <DateTime at={change.approvedUntil} />. {summaryOf(change)}
          </p>
          <Changed change={change} />
          <Unchanged change={change} />
          <ConfirmUnchanged page={page} />
        </>
      ) : (
        <EmptyState title="There is nothing to compare with">
          What changed stands here once an approval has recorded which version of the dossier it was given for.
        </EmptyState>
      )}
    </DossierFrame>
  )
}

function summaryOf({ sections, people, references, documents, bankAccount }: DossierChange): string {
  const changed = sections.filter(({ state }) => state !== 'unchanged').length
  const lists = [people, references, documents].reduce(
    (sum, { added, removed }) => sum + added.length + removed.length,
    0,
  )
  if (changed + lists === 0 && bankAccount === null) return 'Nothing has changed.'
  const parts = [
    `${changed} of ${sections.length} parts changed`,
    `${lists} ${lists === 1 ? 'entry' : 'entries'} added or removed`,
    ...(bankAccount ? ['another bank account'] : []),
  ]
  return `${parts.join(', ')}.`
}

function Changed({ change }: { change: DossierChange }) {
  const { sections, people, references, documents, bankAccount } = change
  return (
    <>
      {sections
        .filter(({ state }) => state !== 'unchanged')
        .map((section) => (
          <SectionDiff key={section.section} change={section} />
        ))}
      <ListDiff id="people" title="People" change={people} />
      <ListDiff id="references" title="References" change={references} />
      <ListDiff id="documents" title="Documents" change={documents} />
      {bankAccount ? (
        <Panel id="bank" title="Bank account">
          <p>
            {bankAccount.before === null ? 'None' : `The account ending in ${bankAccount.before}`} was approved; now{' '}
            {bankAccount.after === null ? 'there is none' : `it is another one, ending in ${bankAccount.after}`}. With
            the change the approval became void: nothing is paid until two people approve it again.
          </p>
        </Panel>
      ) : null}
    </>
  )
}

const STATE = { changed: 'Changed', added: 'New', missing: 'Missing', unchanged: 'Unchanged' } as const

function SectionDiff({ change }: { change: SectionChange }) {
  const { section, state, fields, approvedVersion, version } = change
  return (
    <Panel
      id={section}
      title={SECTION_WORDS[section].title}
      aside={
        <span className="flex items-center gap-3">
          <Badge tone="attention">{STATE[state]}</Badge>
          <span className="text-ink-soft">
            version {approvedVersion ?? 'none'} → {version ?? 'none'}
          </span>
        </span>
      }
    >
      <Table
        caption={`What changed in ${SECTION_WORDS[section].title}`}
        captionHidden
        rows={fields.toSorted((a, b) => fieldPlace(section, a.path) - fieldPlace(section, b.path))}
        rowKey={(field) => field.path}
        empty={<p className="text-ink-soft">No field is filled in.</p>}
        columns={[
          { key: 'field', header: 'Field', cell: ({ path }) => fieldWord(section, path) },
          { key: 'before', header: 'As approved', cell: ({ before }) => <Side text={before} look="before" /> },
          { key: 'after', header: 'Now', cell: ({ after }) => <Side text={after} look="after" /> },
        ]}
      />
    </Panel>
  )
}

function Side({ text, look }: { text: string | null; look: 'before' | 'after' }) {
  if (text === null) return <span className="text-ink-soft">Nothing</span>
  const words = 'whitespace-pre-wrap wrap-anywhere'
  if (look === 'before') {
    return (
      <del lang={languageOf(text)} className={`${words} text-ink-soft`}>
        {text}
      </del>
    )
  }
  return (
    <ins lang={languageOf(text)} className={`${words} bg-green-wash no-underline`}>
      {text}
    </ins>
  )
}

function ListDiff({ id, title, change: { added, removed } }: { id: string; title: string; change: ListChange }) {
  if (added.length + removed.length === 0) return null
  return (
    <Panel id={id} title={title} aside={<Badge tone="attention">Changed</Badge>}>
      <ul className="flex flex-col border-t border-rule">
        {removed.map((text) => (
          <li key={`-${text}`} className="border-b border-rule py-2">
            <span className="mr-3 inline-block w-20 text-sm text-ink-soft">Removed</span>
            <Side text={text} look="before" />
          </li>
        ))}
        {added.map((text) => (
          <li key={`+${text}`} className="border-b border-rule py-2">
            <span className="mr-3 inline-block w-20 text-sm text-ink-soft">Added</span>
            <Side text={text} look="after" />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Named in one line each: what is as it was needs no second reading. */
function Unchanged({
  change: { sections, people, references, documents, bankAccount, approvedAt },
}: {
  change: DossierChange
}) {
  const isStill = ({ added, removed }: ListChange) => added.length + removed.length === 0
  const names = [
    ...sections.filter(({ state }) => state === 'unchanged').map(({ section }) => SECTION_WORDS[section].title),
    ...(isStill(people) ? ['People'] : []),
    ...(isStill(references) ? ['References'] : []),
    ...(isStill(documents) ? ['Documents'] : []),
    ...(bankAccount === null ? ['Bank account'] : []),
  ]
  if (names.length === 0) return null
  return (
    <Panel id="unchanged" title="Unchanged">
      <ul className="flex flex-col border-t border-rule">
        {names.map((name) => (
          <li key={name} className="grid gap-x-6 border-b border-rule py-2 sm:grid-cols-[14rem_1fr]">
            <span>{name}</span>
            <span className="text-ink-soft">
              unchanged since the approval of <DateTime at={approvedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
