import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { SOURCE_WORDS } from '#components/vetting/source-words.ts'
import { AppError } from '#lib/errors.ts'
import { DIFF_PAGE, diffSnapshots, type SnapshotDiff } from '#lib/screening/diff-snapshots.ts'
import { canKeepLists } from '#lib/screening/policy.ts'
import { findSnapshot, type SnapshotView } from '#lib/screening/queries.ts'
import { currentMember, VettingDesk } from '../../../vetting-desk.tsx'
import { decide } from '../actions.ts'
import { count } from '../ages.ts'
import { DiffList } from './diff-list.tsx'

export const metadata: Metadata = { title: 'A sanctions list' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ page?: string; done?: string }> }

export default async function SnapshotPage({ params, searchParams }: Props) {
  const { id } = await params
  const { page: asked, done } = await searchParams
  const actor = await currentMember(`/vetting/lists/${id}`)
  const snapshot = await findSnapshot(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const page = Math.min(10_000, Math.max(0, Math.trunc(Number(asked) || 0)))
  const diff = await diffSnapshots(actor, { fromId: snapshot.previousId, toId: id, page })
  return (
    <VettingDesk
      title={SOURCE_WORDS[snapshot.source]}
      current="/vetting/lists"
      crumbs={[{ label: 'Sanctions lists', href: '/vetting/lists' }]}
    >
      <Done done={done} snapshot={snapshot} />
      {snapshot.status === 'awaiting_word' ? <Decision snapshot={snapshot} mayDecide={canKeepLists(actor)} /> : null}
      <Facts snapshot={snapshot} />
      <Changes snapshot={snapshot} diff={diff} page={page} />
    </VettingDesk>
  )
}

function Changes({ snapshot, diff, page }: { snapshot: SnapshotView; diff: SnapshotDiff | null; page: number }) {
  const { addedCount, removedCount, changedCount } = snapshot
  const { added, removed, changed } = diff ?? { added: addedCount, removed: removedCount, changed: changedCount }
  return (
    <Panel
      id="changes"
      title={snapshot.previousId ? 'Against the list before' : 'Everyone on it'}
      intro={`${count(added, 'party', 'parties')} new, ${removed.toLocaleString('en')} gone, ${changed.toLocaleString('en')} changed.`}
    >
      {diff ? (
        <DiffList diff={diff} page={page} pageSize={DIFF_PAGE} href={`/vetting/lists/${snapshot.id}`} />
      ) : (
        <p className="max-w-prose">
          Who they were is not kept here any more: a list&rsquo;s parties go 30 days after it was replaced, except those
          that a hit names. The file&rsquo;s SHA-256 above tells whether a copy is the one that came in.
        </p>
      )}
    </Panel>
  )
}

const DONE: Record<string, string> = {
  current: 'The list is in force. Everyone is being screened again.',
  unchanged: 'This very file came in before. Nothing was changed.',
  accepted: 'The list is in force. Everyone is being screened again.',
  refused: 'The list was refused. The one in force stays.',
}

function Done({ done, snapshot }: { done: string | undefined; snapshot: SnapshotView }) {
  const sentence = DONE[done ?? '']
  return (
    <>
      {sentence ? (
        <Alert kind="done" title={sentence}>
          <a href="/vetting/lists#runs">See how far the screening is</a>
        </Alert>
      ) : null}
      {snapshot.source === 'opensanctions' ? (
        <Alert kind="attention" title="OpenSanctions' data is licensed for non-commercial use">
          Whoever takes money for what this installation does needs a licence from OpenSanctions.
        </Alert>
      ) : null}
    </>
  )
}

const DOUBTS: Record<string, string> = {
  shrunk: 'It has at least a tenth fewer rows, parties or names than the list in force.',
  older: 'It is older than the list in force, or was in force before.',
}

function Decision({ snapshot, mayDecide }: { snapshot: SnapshotView; mayDecide: boolean }) {
  return (
    <Panel id="decision" title="This list waits for somebody's word" look="sheet">
      <ul className="mb-4 list-disc pl-5">
        {snapshot.doubts.map((doubt) => (
          <li key={doubt}>{DOUBTS[doubt]}</li>
        ))}
      </ul>
      <p className="mb-4 max-w-prose">
        Until then the list in force stays. Look below at who would be gone, and at the publisher&rsquo;s page.
      </p>
      {mayDecide ? (
        <ActionForm action={decide} submitLabel="Decide" label="Decide about this list">
          <HiddenField name="snapshotId" value={snapshot.id} />
          <RadioGroupField
            name="decision"
            label="What is right"
            defaultValue="refuse"
            options={[
              { value: 'refuse', label: 'Refuse it: the file is not whole, or the wrong one' },
              { value: 'accept', label: 'Put it in force: the publisher took these parties off' },
            ]}
          />
          <TextareaField name="reason" label="How you know" rows={3} maxLength={2000} />
        </ActionForm>
      ) : (
        <p>A vetting reviewer or an administrator decides.</p>
      )}
    </Panel>
  )
}

const STATES: Record<SnapshotView['status'], string> = {
  awaiting_word: 'Waits for a word',
  current: 'In force',
  superseded: 'Replaced by a newer one',
  refused: 'Refused',
}

function Facts({ snapshot }: { snapshot: SnapshotView }) {
  const { decidedBy, decidedAt, decidedReason } = snapshot
  return (
    <DefinitionList
      items={[
        { term: 'State', detail: STATES[snapshot.status] },
        {
          term: 'Published',
          detail: snapshot.publishedAt ? <DateTime at={snapshot.publishedAt} /> : 'The files do not say',
        },
        {
          term: 'Came in',
          detail: (
            <>
              <DateTime at={snapshot.importedAt} show="minute" />, {snapshot.importedBy}
            </>
          ),
        },
        {
          term: 'What is in it',
          detail: `${count(snapshot.rowCount, 'row', 'rows')}, ${count(snapshot.partyCount, 'party', 'parties')}, ${count(snapshot.nameCount, 'name', 'names')}`,
        },
        {
          term: 'File',
          detail: (
            <span className="wrap-anywhere">
              {snapshot.fileName}, {snapshot.byteCount.toLocaleString('en')} bytes
            </span>
          ),
        },
        ...(snapshot.prunedAt && snapshot.prunedCount !== null
          ? [
              {
                term: 'Kept of it',
                detail: (
                  <>
                    {count(snapshot.partyCount - snapshot.prunedCount, 'party', 'parties')} that a hit names; the others
                    went on <DateTime at={snapshot.prunedAt} show="short" />
                  </>
                ),
              },
            ]
          : []),
        { term: 'SHA-256', detail: <span className="break-all text-sm">{snapshot.sha256}</span> },
        ...(decidedBy && decidedAt
          ? [
              {
                term: 'Decided',
                detail: (
                  <>
                    {decidedBy}, <DateTime at={decidedAt} show="minute" />: {decidedReason}
                  </>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}
