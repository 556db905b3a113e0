import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EvidenceList } from '#components/disbursements/evidence-list.tsx'
import { FundFigures } from '#components/disbursements/fund-figures.tsx'
import { GateList } from '#components/disbursements/gate-list.tsx'
import { LineTable } from '#components/disbursements/line-table.tsx'
import { STATUS_TONE } from '#components/disbursements/status.ts'
import { Timeline } from '#components/disbursements/timeline.tsx'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { HoldBanner } from '#components/holds/hold-banner.tsx'
import type { NextAction } from '#components/shell/desk-shell.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { StatusSentence } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { hasRole } from '#lib/auth/policy.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import {
  canAddEvidence,
  canCancel,
  canEdit,
  canReject,
  canReturn,
  needsThirdPerson,
} from '#lib/disbursements/policy.ts'
import { deskSentence, STATUS_LABEL } from '#lib/disbursements/states.ts'
import type { DisbursementView } from '#lib/disbursements/types.ts'
import { AppError } from '#lib/errors.ts'
import { findOpenHold } from '#lib/holds/queries.ts'
import { formatMoney } from '#lib/money/format.ts'
import { deskPerson } from '../desk-person.ts'
import { nextStep } from '../next-step.ts'
import { payee } from './actions.ts'
import { ApproveForm, CancelForm, RejectForm, ReturnForm, WirePanel } from './decision-forms.tsx'
import { AddEvidenceForm, ConfirmPanel } from './evidence-forms.tsx'
import { Facts } from './facts.tsx'
import { PurposePanel } from './purpose-panel.tsx'

type PageProps = { params: Promise<{ id: string }>; searchParams: Promise<{ done?: string }> }

export const metadata: Metadata = { title: 'Disbursement' }

const PATH = '/treasurer/disbursements'
const DONE: Record<string, string> = {
  request: 'Your request waits for another treasurer’s approval.',
  edit: 'The request is changed. It waits for approval.',
  approve: 'Approved. The money is promised and nobody else can promise it.',
  reject: 'Rejected. The requester can read why.',
  cancel: 'Cancelled.',
  start: 'Noted. Now make the wire at the bank, then record its reference here.',
  release: 'The wire is recorded and the money has left the fund.',
  confirm: 'Confirmed. The evidence is public as soon as the payment is.',
  evidence: 'The file is added.',
  words: 'Your decision about its words is recorded.',
  return: 'Recorded. The money is in the fund again.',
}

export default async function DisbursementPage({ params, searchParams }: PageProps) {
  const { id } = await params
  const actor = await deskPerson(`${PATH}/${id}`)
  const view = await findDisbursement(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const { done } = await searchParams
  const isUnsent = view.status === 'requested' || view.status === 'approved'
  const hold = isUnsent ? await findOpenHold(view.campaignId, view.aidGroupId) : null
  const step = nextStep(actor, view.facts, view.fund)
  const mayStep = step?.verdict.allowed === true
  // A wire that somebody began before a gate shut may be at the bank by now: its form stays in sight.
  const mayWire = mayStep && (view.sending !== null || shutGate(view) === undefined)
  return (
    <TreasurerDesk
      title={`Disbursement ${view.number}: ${formatMoney(view.amountMinor, view.currency)} to ${view.aidGroupName}`}
      chapters={[view.chapterName]}
      current={PATH}
      crumbs={[{ label: 'Disbursements', href: PATH }]}
      {...nextActionProps(actor, view)}
      status={
        <StatusSentence tone={STATUS_TONE[view.status]} state={STATUS_LABEL[view.status]}>
          {deskSentence(view.status, needsThirdPerson(view.facts))}
        </StatusSentence>
      }
    >
      {done && Object.hasOwn(DONE, done) ? (
        <Alert kind="done">
          <p>{DONE[done]}</p>
        </Alert>
      ) : null}
      {hold ? <HoldBanner hold={hold} /> : null}
      {view.gates.length > 0 ? (
        <Panel id="gates" title="Before the next step" intro="Each is looked at again, under lock, in the step itself.">
          <GateList gates={view.gates} />
        </Panel>
      ) : null}
      <PurposePanel actor={actor} disbursementId={view.id} />
      {view.status === 'approved' && mayWire ? (
        <WirePanel view={view} actor={actor} shut={shutGate(view)?.reason ?? null} />
      ) : null}
      {view.status === 'approved' && hasRole(actor, view.chapterId, 'treasurer') ? (
        <Panel
          id="account"
          title="Where it goes"
          intro="The account that was verified and approved. Looking is recorded."
        >
          <ActionForm action={payee} submitLabel="Show the account" submitVariant="secondary" label="Show the account">
            <HiddenField name="disbursementId" value={view.id} />
          </ActionForm>
        </Panel>
      ) : null}
      {view.status === 'released' && canAddEvidence(actor, view.facts).allowed ? <ConfirmPanel view={view} /> : null}
      <Panel id="lines" title="What it pays for" intro={view.purpose}>
        <LineTable lines={view.lines} amountMinor={view.amountMinor} currency={view.currency} />
      </Panel>
      <EvidencePanel view={view} actor={actor} />
      <Panel id="facts" title="Facts">
        <Facts view={view} />
      </Panel>
      <Panel id="fund" title={`The fund of “${view.campaignTitle}” now`}>
        <FundFigures fund={view.fund} />
      </Panel>
      <Panel id="timeline" title="Who did what, when" intro="From the audit log, which nobody can change.">
        <Timeline events={view.timeline} />
      </Panel>
      <OtherDecisions view={view} actor={actor} />
    </TreasurerDesk>
  )
}

/** The one next action, in the same corner on every page of every desk; the reason where there is none for this person. */
function nextActionProps(actor: UserActor, view: DisbursementView): { nextAction?: NextAction } {
  const step = nextStep(actor, view.facts, view.fund)
  if (!step) return {}
  const { label, verdict } = step
  if (!verdict.allowed) return { nextAction: { kind: 'unavailable', label, reason: verdict.reason } }
  const shut = shutGate(view)
  if (shut) return { nextAction: { kind: 'unavailable', label, reason: `Not now. ${shut.reason}` } }
  if (view.status === 'requested') return { nextAction: { kind: 'form', form: <ApproveForm view={view} /> } }
  return { nextAction: { kind: 'link', href: view.status === 'approved' ? '#wire' : '#confirm', label } }
}

/** The first gate that stops the next step now. */
const shutGate = (view: DisbursementView) => view.gates.find((gate) => !gate.open && gate.key !== 'evidence')

function EvidencePanel({ view, actor }: { view: DisbursementView; actor: UserActor }) {
  const sent = view.status === 'released' || view.status === 'confirmed'
  if (!sent && view.evidence.length === 0) return null
  const mayAdd = canAddEvidence(actor, view.facts).allowed && (view.status === 'confirmed' || view.evidence.length > 0)
  return (
    <Panel id="evidence" title="Evidence">
      {view.evidence.length === 0 ? (
        <EmptyState title="No evidence yet">A delivery note, an invoice, or a photograph of the goods.</EmptyState>
      ) : (
        <EvidenceList evidence={view.evidence} />
      )}
      {mayAdd ? <AddEvidenceForm view={view} /> : null}
    </Panel>
  )
}

function OtherDecisions({ view, actor }: { view: DisbursementView; actor: UserActor }) {
  const may = {
    edit: canEdit(actor, view.facts).allowed,
    reject: canReject(actor, view.facts).allowed,
    cancel: canCancel(actor, view.facts).allowed,
    return: canReturn(actor, view.facts).allowed,
  }
  if (!Object.values(may).some(Boolean)) return null
  return (
    <Panel id="other" title="Other decisions">
      {may.edit ? (
        <p className="pb-4">
          <a href={`${PATH}/${view.id}/edit`}>Change the request</a>
          {view.status === 'approved' ? '. Its approval becomes void and the promise is taken back.' : '.'}
        </p>
      ) : null}
      {may.reject ? <RejectForm view={view} /> : null}
      {may.cancel ? <CancelForm view={view} /> : null}
      {may.return ? <ReturnForm view={view} /> : null}
    </Panel>
  )
}
