import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Table } from '#components/ui/table.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import { hasRole } from '#lib/auth/policy.ts'
import { now } from '#lib/clock.ts'
import { findScreening, type HitView, type ScreeningView } from '#lib/screening/list-hits.ts'
import { screen } from '../../actions.ts'
import { DossierFrame, type DossierPage, loadDossier } from '../dossier-frame.tsx'
import { HitItem } from './hit-item.tsx'
import { UnreadItem } from './unread-item.tsx'

export const metadata: Metadata = { title: 'Screening of an aid group' }

type Props = { params: Promise<{ id: string }> }

const GAPS: Record<string, string> = {
  screening_list: 'Names or lists have changed since: it has to be screened again before money may go out.',
  screening_age: 'It is older than 30 days: it has to be screened again before money may go out.',
  screening_hit: 'A hit or a name we cannot read is open, or is a true match: no money may go out.',
}

export default async function ScreeningPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/screening')
  const screening = await findScreening(id, now())
  const answered = screening?.hits.filter(({ answer }) => answer === 'false_positive') ?? []
  const open = screening?.hits.filter(({ answer }) => answer !== 'false_positive') ?? []
  return (
    <DossierFrame {...page} current="/screening">
      {screening ? (
        <>
          <Latest screening={screening} />
          <Panel
            id="hits"
            title="Hits to answer"
            intro="A hit is a name that comes near an entry of a list. It says nothing yet: a person compares, and says why it is another party or the same. A name in letters we cannot read waits here as well."
          >
            {open.length === 0 ? <EmptyState title="No hit is open" /> : <Items hits={open} page={page} />}
          </Panel>
          {answered.length > 0 ? (
            <Panel id="answered" title="Answered: nobody on a list">
              <Items hits={answered} page={page} />
            </Panel>
          ) : null}
          <Compared screening={screening} />
        </>
      ) : (
        <EmptyState title="It has not been screened yet">
          Every name of the aid group, of its people and of the account’s holder is compared with each list in force.
        </EmptyState>
      )}
      <ScreenNow page={page} />
    </DossierFrame>
  )
}

function Items({ hits, page }: { hits: readonly HitView[]; page: DossierPage }) {
  return (
    <ul className="flex flex-col gap-6">
      {hits.map((hit) =>
        hit.source === null ? (
          <UnreadItem key={hit.hitKey} hit={hit} page={page} />
        ) : (
          <HitItem key={hit.hitKey} hit={hit} page={page} />
        ),
      )}
    </ul>
  )
}

function Latest({ screening: { at, by, gap, hits, names, lists } }: { screening: ScreeningView }) {
  const unread = hits.filter(({ source, answer }) => source === null && answer !== 'false_positive')
  const scripts = [...new Set(unread.flatMap(({ unreadScripts }) => unreadScripts))].sort()
  return (
    <div className="flex flex-col gap-3">
      <p className="max-w-prose">
        Screened <DateTime at={at} show="minute" /> by {by ?? 'Common Purse itself'}: {names.length}{' '}
        {names.length === 1 ? 'name' : 'names'} against {lists.length} {lists.length === 1 ? 'list' : 'lists'}.
      </p>
      {gap ? <Alert kind="attention" title={GAPS[gap] ?? 'It does not allow money now.'} /> : null}
      {scripts.length > 0 ? (
        <Alert kind="attention" title={`Not compared: names in ${scripts.join(', ')}`}>
          <p>Our lists are not searched in this script, so each of these names waits below for a person’s answer.</p>
        </Alert>
      ) : null}
    </div>
  )
}

function Compared({ screening: { names, lists } }: { screening: ScreeningView }) {
  return (
    <Panel id="compared" title="What was compared">
      <div className="grid gap-6 lg:grid-cols-2">
        <Table
          caption="Names"
          rows={names.filter((one, at) => names.findIndex((other) => isSame(one, other)) === at)}
          rowKey={({ name, kind }) => `${kind} ${name}`}
          columns={[
            { key: 'name', header: 'Name', cell: ({ name }) => <bdi lang={languageOf(name)}>{name}</bdi> },
            { key: 'kind', header: 'As', cell: ({ kind }) => (kind === 'other' ? 'anything' : kind) },
            {
              key: 'scripts',
              header: 'Not comparable',
              cell: ({ unsupportedScripts }) => unsupportedScripts.join(', '),
            },
          ]}
        />
        <Table
          caption="Lists in force at that time"
          rows={lists}
          rowKey={({ source }) => source}
          columns={[
            { key: 'source', header: 'List', cell: ({ source }) => SOURCES[source] ?? source },
            {
              key: 'published',
              header: 'Published',
              nowrap: true,
              cell: ({ publishedAt }) => (publishedAt ? <DateTime at={publishedAt} show="short" /> : 'no date'),
            },
            {
              key: 'imported',
              header: 'Brought in',
              nowrap: true,
              cell: ({ importedAt }) => <DateTime at={importedAt} show="short" />,
            },
          ]}
        />
      </div>
    </Panel>
  )
}

type Name = ScreeningView['names'][number]

/** The contact is often one of the people as well. */
const isSame = (a: Name, b: Name) => a.name === b.name && a.kind === b.kind

const SOURCES: Record<string, string> = {
  ofac: 'OFAC (United States)',
  un: 'United Nations',
  eu: 'European Union',
  uk: 'United Kingdom',
  opensanctions: 'OpenSanctions',
  demonstration: 'Demonstration (invented)',
}

function ScreenNow({ page: { actor, group } }: { page: DossierPage }) {
  if (!hasRole(actor, group.chapterId, 'vetting_reviewer')) return null
  return (
    <Panel
      id="screen"
      title="Screen it again"
      intro="This happens by itself whenever a name or a list changes, and before 30 days are over. Answers to the same hit are kept."
    >
      <ActionForm action={screen} submitLabel="Screen it now" submitVariant="secondary" label="Screen it again">
        <HiddenField name="aidGroupId" value={group.id} />
      </ActionForm>
    </Panel>
  )
}
