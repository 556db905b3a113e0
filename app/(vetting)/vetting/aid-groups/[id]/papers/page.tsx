import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { DocumentList } from '#components/vetting/document-list.tsx'
import { SectionFacts } from '#components/vetting/section-facts.tsx'
import { SECTION_WORDS } from '#components/vetting/section-words.ts'
import { db } from '#lib/db/client.ts'
import { canNominate } from '#lib/vetting/policy.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { type Dossier, readDossier } from '#lib/vetting/read-dossier.ts'
import { type DocumentKind, type SectionKind, sectionKinds } from '#lib/vetting/types.ts'
import { askAll } from '../../actions.ts'
import { DossierFrame, type DossierPage, loadDossier } from '../dossier-frame.tsx'
import { LinkPanel } from './link-panel.tsx'
import { PeopleTable } from './people-table.tsx'
import { ReferenceList } from './reference-list.tsx'

export const metadata: Metadata = { title: 'Papers and people' }

/** Nothing is written into the dossier while and after this is decided. */
const DECIDED = ['draft', 'pending_second_approval', 'rejected', 'withdrawn']

type Props = { params: Promise<{ id: string }> }

export default async function PapersPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/papers')
  const dossier = await readDossier(db(), id)
  const mayWrite = canNominate(page.actor, page.group.chapterId) && !DECIDED.includes(page.group.status)
  const saved = sectionKinds.flatMap((kind) => dossier.sections[kind]?.savedBy ?? [])
  const names = await personNames(db(), [...saved, ...dossier.people.map(({ addedBy }) => addedBy)])
  return (
    <DossierFrame {...page} current="/papers">
      <p className="max-w-prose text-ink-soft">
        What the aid group says of itself, with the documents that prove it beside it. Nothing on this page is public.
      </p>
      {saved.length === 0 ? (
        <LinkPanel page={page} applications={dossier.applications} />
      ) : (
        <Contents dossier={dossier} />
      )}
      {sectionKinds.map((kind) => (
        <Section key={kind} kind={kind} dossier={dossier} names={names} />
      ))}
      <Panel
        id="people"
        title="People"
        intro="Everyone who controls it, owns it or signs for it, as their papers write them."
      >
        <BesideDocuments kinds={['identity_of_person']} dossier={dossier} none="No paper of a person was added.">
          <PeopleTable people={dossier.people} />
        </BesideDocuments>
      </Panel>
      <Panel
        id="references"
        title="References"
        intro="Each was asked through a link of its own and answers in their own words. Who does not answer is reminded after five days, and five days later a last time."
      >
        <ReferenceList references={dossier.references} resendFor={mayWrite ? id : null} />
        <AskReferences page={page} dossier={dossier} />
      </Panel>
      <Panel id="other" title="Other documents">
        <DocumentList
          documents={dossier.documents.filter(({ kind }) => kind === 'other' || kind === 'bank_letter')}
          none="There are no others."
        />
      </Panel>
      {saved.length === 0 ? null : <LinkPanel page={page} applications={dossier.applications} />}
    </DossierFrame>
  )
}

/** The parts of this long page, with what is not complete marked. */
function Contents({ dossier }: { dossier: Dossier }) {
  const others = [
    { id: 'people', title: 'People', count: dossier.people.length },
    { id: 'references', title: 'References', count: dossier.references.length },
  ]
  return (
    <nav aria-label="On this page">
      <ul className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
        {sectionKinds.map((kind) => (
          <li key={kind}>
            <a href={`#${kind}`}>{SECTION_WORDS[kind].title}</a>
            {dossier.sections[kind]?.data.complete ? null : (
              <span className="font-semibold text-marigold-ink">, not complete</span>
            )}
          </li>
        ))}
        {others.map(({ id, title, count }) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a> <span className="figures text-ink-soft">{count}</span>
          </li>
        ))}
        <li>
          <a href="#other">Other documents</a>
        </li>
        <li>
          <a href="#link">The aid group’s own link</a>
        </li>
      </ul>
    </nav>
  )
}

type SectionProps = { kind: SectionKind; dossier: Dossier; names: Map<string, string> }

function Section({ kind, dossier, names }: SectionProps) {
  const section = dossier.sections[kind]
  const { title, provenBy, noDocument } = SECTION_WORDS[kind]
  return (
    <Panel
      id={kind}
      title={title}
      aside={
        section ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-soft">
            <Badge tone={section.data.complete ? 'done' : 'attention'}>
              {section.data.complete ? 'Complete' : 'Not complete'}
            </Badge>
            <span>
              Version {section.version}, saved <DateTime at={section.savedAt} show="short" /> by{' '}
              {names.get(section.savedBy) ?? 'somebody'}
            </span>
          </span>
        ) : (
          <Badge tone="waiting">Not begun</Badge>
        )
      }
    >
      <BesideDocuments kinds={provenBy} dossier={dossier} none={noDocument}>
        {section ? (
          <SectionFacts section={kind} data={section.data} />
        ) : (
          <p className="text-ink-soft">The aid group has not filled in this part.</p>
        )}
      </BesideDocuments>
    </Panel>
  )
}

type BesideProps = { kinds: readonly DocumentKind[]; dossier: Dossier; none: string; children: React.ReactNode }

/** The data on the left and what proves it on the right; one above the other on a phone. */
function BesideDocuments({ kinds, dossier, none, children }: BesideProps) {
  if (kinds.length === 0) return children
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
      <div className="min-w-0">{children}</div>
      <DocumentList documents={dossier.documents.filter(({ kind }) => kinds.includes(kind))} none={none} />
    </div>
  )
}

/** They are asked by themselves when the application is sent in; this is for those who were named later. */
function AskReferences({ page: { actor, group }, dossier }: { page: DossierPage; dossier: Dossier }) {
  const waiting = dossier.references.filter(({ askedAt }) => askedAt === null).length
  if (waiting === 0 || group.status === 'draft' || !canNominate(actor, group.chapterId)) return null
  return (
    <ActionForm
      action={askAll}
      submitLabel={waiting === 1 ? 'Ask the one who was not asked yet' : `Ask the ${waiting} who were not asked yet`}
      submitVariant="secondary"
      label="Ask the references"
      className="mt-4 flex flex-col gap-4"
    >
      <HiddenField name="aidGroupId" value={group.id} />
    </ActionForm>
  )
}
