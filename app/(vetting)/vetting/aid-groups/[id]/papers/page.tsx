import type { Metadata } from 'next'
import { Badge } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DocumentList } from '#components/vetting/document-list.tsx'
import { SectionFacts } from '#components/vetting/section-facts.tsx'
import { SECTION_WORDS } from '#components/vetting/section-words.ts'
import { db } from '#lib/db/client.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { readDossier } from '#lib/vetting/read-dossier.ts'
import { type DocumentKind, type Dossier, type SectionKind, sectionKinds } from '#lib/vetting/types.ts'
import { DossierFrame, loadDossier } from '../dossier-frame.tsx'
import { PeopleTable } from './people-table.tsx'
import { ReferenceList } from './reference-list.tsx'

export const metadata: Metadata = { title: 'Papers and people' }

type Props = { params: Promise<{ id: string }> }

export default async function PapersPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/papers')
  const dossier = await readDossier(db(), id)
  const saved = sectionKinds.flatMap((kind) => dossier.sections[kind]?.savedBy ?? [])
  const names = await personNames(db(), [...saved, ...dossier.people.map(({ addedBy }) => addedBy)])
  return (
    <DossierFrame {...page} current="/papers">
      <p className="max-w-prose text-ink-soft">
        What the aid group says of itself, with the documents that prove it beside it. Nothing on this page is public.
      </p>
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
        intro="Each was asked through a link of its own and answered in their own words."
      >
        <ReferenceList references={dossier.references} />
      </Panel>
      <Panel id="other" title="Other documents">
        <DocumentList
          documents={dossier.documents.filter(({ kind }) => kind === 'other' || kind === 'bank_letter')}
          none="There are no others."
        />
      </Panel>
    </DossierFrame>
  )
}

type SectionProps = { kind: SectionKind; dossier: Dossier; names: Map<string, string> }

function Section({ kind, dossier, names }: SectionProps) {
  const section = dossier.sections[kind]
  const { title, provenBy } = SECTION_WORDS[kind]
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
      <BesideDocuments kinds={provenBy} dossier={dossier} none="No document proves this yet.">
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
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
      <div className="min-w-0">{children}</div>
      <DocumentList documents={dossier.documents.filter(({ kind }) => kinds.includes(kind))} none={none} />
    </div>
  )
}
