import type { Metadata } from 'next'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { formatMoney } from '#lib/money/format.ts'
import { listCapsLeft } from '#lib/vetting/list-approvals.ts'
import { listGates } from '#lib/vetting/list-gates.ts'
import { refuseStep } from '#lib/vetting/policy.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { refuseFinding } from '#lib/vetting/record-finding.ts'
import type { AidGroupForDesk } from '#lib/vetting/types.ts'
import { DossierFrame, loadDossier } from './dossier-frame.tsx'
import { Gates } from './gates.tsx'
import { PublicName } from './public-name.tsx'
import { StepDone } from './step-done.tsx'
import { StepForms } from './step-forms.tsx'

export const metadata: Metadata = { title: 'Aid group' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ done?: string | string[] }> }

export default async function AidGroupPage({ params, searchParams }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '')
  const { actor, group } = page
  const { currency } = await db().chapter.findUniqueOrThrow({ where: { id: group.chapterId } })
  const gates = await listGates(db(), id)
  const names = await personNames(
    db(),
    gates.flatMap(({ finding }) => (finding ? [finding.foundById] : [])),
  )
  return (
    <DossierFrame {...page} current="">
      <StepDone event={(await searchParams).done} group={group} />
      {group.statusReason ? (
        <Alert kind="note" title="The reason given last">
          <p className="whitespace-pre-wrap wrap-anywhere">{group.statusReason}</p>
        </Alert>
      ) : null}
      {group.conditions ? (
        <Alert kind="attention" title="Conditions of the approval">
          <p className="whitespace-pre-wrap wrap-anywhere">{group.conditions}</p>
        </Alert>
      ) : null}
      <Facts group={group} caps={await listCapsLeft(id)} />
      <Panel
        id="gates"
        title="Gates of the approval"
        intro="Nobody can approve while one of these is open. The database asks again at the approval, and at every payment."
      >
        {group.status === 'pending_second_approval' && refuseStep(actor, group, 'approve', now()) === null ? (
          <p className="mb-4 max-w-prose">
            Whoever records a finding has worked on the review and cannot give the second approval. To approve, only
            read.
          </p>
        ) : null}
        <Gates
          aidGroupId={group.id}
          gates={gates}
          names={names}
          refusal={refuseFinding(actor, { ...group, enteredBy: null })}
        />
      </Panel>
      <PublicName actor={actor} group={group} />
      <StepForms actor={actor} group={group} gates={gates} currency={currency} />
    </DossierFrame>
  )
}

type FactsProps = { group: AidGroupForDesk; caps: Awaited<ReturnType<typeof listCapsLeft>> }

/** Who took part and how long it counts: the rule follows the person, so everybody has to see who did what. */
function Facts({ group, caps }: FactsProps) {
  const { approvedAt, approvedUntil } = group
  return (
    <DefinitionList
      items={[
        { term: 'Public name', detail: group.publicAlias ?? `${group.name} (no other name is needed)` },
        { term: 'Public address', detail: <span className="wrap-anywhere">/aid-groups/{group.slug}</span> },
        { term: 'Payments become public', detail: publicationOf(group.publishAfterDays) },
        { term: 'Registered name', detail: group.legalName ?? 'Not known' },
        { term: 'Delivers to', detail: `${group.region}, ${group.country}` },
        { term: 'Nominated by', detail: group.nominatedBy ?? 'The aid group itself' },
        { term: 'Reviewed by', detail: group.reviewedBy ?? 'Nobody yet' },
        {
          term: 'Approved by',
          detail:
            group.approvedBy && approvedAt ? (
              <>
                {group.approvedBy}, <DateTime at={approvedAt} />
              </>
            ) : (
              'Nobody yet'
            ),
        },
        {
          term: 'Approved until',
          detail: approvedUntil ? <DateTime at={approvedUntil} show="minute" /> : 'Not approved',
        },
        { term: 'Risk', detail: group.riskTier ?? 'Set with the second approval' },
        ...(caps.length > 0 ? [{ term: 'May receive', detail: <Caps caps={caps} /> }] : []),
      ]}
    />
  )
}

function publicationOf(days: number): string {
  if (days === 0) return 'When they are sent'
  return `${days} ${days === 1 ? 'day' : 'days'} after they are sent; until then only amount and month`
}

function Caps({ caps }: Pick<FactsProps, 'caps'>) {
  return caps.map(({ currency, capMinor, leftMinor }) => (
    <span key={currency} className="figures block">
      {formatMoney(capMinor, currency, { showCode: true })}, of which {formatMoney(leftMinor, currency)} is left
    </span>
  ))
}
