import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { FileField } from '#components/ui/file-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { Table } from '#components/ui/table.tsx'
import { SOURCE_WORDS } from '#components/vetting/source-words.ts'
import { now } from '#lib/clock.ts'
import { env } from '#lib/env.ts'
import { canKeepLists } from '#lib/screening/policy.ts'
import {
  listRuns,
  listSnapshots,
  listSources,
  listUploads,
  type SnapshotView,
  type UploadView,
} from '#lib/screening/queries.ts'
import { LIST_SOURCES } from '#lib/screening/schema.ts'
import { currentMember, VettingDesk } from '../../vetting-desk.tsx'
import { bringIn, screenEveryone } from './actions.ts'
import { KeepFresh } from './keep-fresh.tsx'
import { RunList } from './run-list.tsx'
import { SourceList } from './source-list.tsx'
import { TryName } from './try-name.tsx'
import { UploadProgress } from './upload-progress.tsx'

export const metadata: Metadata = { title: 'Sanctions lists' }

export default async function ListsPage() {
  const actor = await currentMember('/vetting/lists')
  const [sources, runs, snapshots, uploads] = await Promise.all([
    listSources(actor),
    listRuns(actor),
    listSnapshots(actor),
    listUploads(actor),
  ])
  const mayKeep = canKeepLists(actor)
  return (
    <VettingDesk title="Sanctions lists" current="/vetting/lists">
      <Panel id="sources" title="Lists in force">
        <SourceList sources={sources} at={now()} />
      </Panel>
      <Uploads uploads={uploads} />
      {mayKeep ? <BringIn /> : null}
      <Panel
        id="runs"
        title="Screening of everyone"
        intro="A new list starts it by itself. An approved aid group with an open hit is held at once; no money goes to it until people have answered."
      >
        <div className="flex flex-col gap-6">
          <RunList runs={runs} />
          {mayKeep ? (
            <ActionForm
              action={screenEveryone}
              submitLabel="Screen everyone again"
              submitVariant="secondary"
              label="Screen everyone again"
            />
          ) : null}
        </div>
      </Panel>
      <Panel id="try" title="Try a name" intro="Looks a name up in the lists in force. Nothing is written down.">
        <TryName />
      </Panel>
      <History snapshots={snapshots} />
    </VettingDesk>
  )
}

function Uploads({ uploads }: { uploads: readonly UploadView[] }) {
  if (uploads.length === 0) return null
  return (
    <Panel id="uploads" title="Being brought in">
      <KeepFresh />
      <ul className="flex flex-col gap-4">
        {uploads.map((upload) => (
          <li key={upload.id} className="flex flex-col gap-2">
            <p className="wrap-anywhere">
              <a href={`/vetting/lists/uploads/${upload.id}`}>{SOURCE_WORDS[upload.source]}</a>, {upload.fileName}
            </p>
            <UploadProgress upload={upload} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function BringIn() {
  const options = LIST_SOURCES.filter((source) => source !== 'demonstration' || env().SANDBOX)
  return (
    <Panel
      id="bring-in"
      title="Bring a list in"
      intro="The publisher's own files, as they are or gzipped, at most 10 MB together. Larger ones go into the folder or come from an address; the operations manual says how. OFAC's list is three files: sdn.csv, alt.csv and add.csv."
    >
      <ActionForm action={bringIn} submitLabel="Bring this list in" label="Bring a list in">
        <SelectField
          name="source"
          label="Whose list"
          placeholder="Choose the publisher"
          options={options.map((source) => ({ value: source, label: SOURCE_WORDS[source] }))}
        />
        <FileField
          name="files"
          label="File or files"
          multiple
          accept=".csv,.xml,.gz,text/csv,application/xml,application/gzip"
          hint="The same file again changes nothing. A list that lost a tenth of its rows waits for somebody's word. OpenSanctions' data may not be used commercially without their licence."
        />
      </ActionForm>
    </Panel>
  )
}

const STATES: Record<SnapshotView['status'], string> = {
  awaiting_word: 'Waits for a word',
  current: 'In force',
  superseded: 'Replaced',
  refused: 'Refused',
}

function History({ snapshots }: { snapshots: readonly SnapshotView[] }) {
  if (snapshots.length === 0) return null
  return (
    <Panel id="history" title="What came in">
      <Table
        caption="The last lists that came in, the newest on top"
        captionHidden
        rows={snapshots}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'list',
            header: 'List',
            cell: ({ id, source }) => <a href={`/vetting/lists/${id}`}>{SOURCE_WORDS[source]}</a>,
          },
          { key: 'state', header: 'State', nowrap: true, cell: ({ status }) => STATES[status] },
          { key: 'at', header: 'Came in', nowrap: true, cell: (row) => <DateTime at={row.importedAt} show="short" /> },
          { key: 'parties', header: 'Parties', align: 'figure', cell: (row) => row.partyCount.toLocaleString('en') },
          { key: 'added', header: 'New', align: 'figure', cell: (row) => row.addedCount.toLocaleString('en') },
          { key: 'removed', header: 'Gone', align: 'figure', cell: (row) => row.removedCount.toLocaleString('en') },
          { key: 'changed', header: 'Changed', align: 'figure', cell: (row) => row.changedCount.toLocaleString('en') },
          { key: 'by', header: 'By', cell: ({ importedBy }) => importedBy },
        ]}
      />
    </Panel>
  )
}
