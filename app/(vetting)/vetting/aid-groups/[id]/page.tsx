import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AidGroupStatusSentence, aidGroupStatusWord } from '#components/campaigns/aid-group-status.tsx'
import { HistoryTable } from '#components/campaigns/history-table.tsx'
import type { NextAction } from '#components/shell/desk-shell.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { refuseStep } from '#lib/vetting/policy.ts'
import { findAidGroup } from '#lib/vetting/queries.ts'
import type { AidGroupEvent, AidGroupForDesk } from '#lib/vetting/types.ts'
import { currentMember, VettingDesk } from '../../../vetting-desk.tsx'
import { Gates } from './gates.tsx'
import { StepForms } from './step-forms.tsx'

export const metadata: Metadata = { title: 'Aid group' }

type Props = { params: Promise<{ id: string }> }

export default async function AidGroupPage({ params }: Props) {
  const { id } = await params
  const actor = await currentMember(`/vetting/aid-groups/${id}`)
  const group = await findOr404(actor, id)
  const history = group.changes.map(({ to, ...change }) => ({ ...change, what: aidGroupStatusWord(to) }))
  return (
    <VettingDesk
      title={group.name}
      current="/vetting"
      crumbs={[{ label: 'Aid groups', href: '/vetting' }]}
      status={<AidGroupStatusSentence status={group.status} payable={group.payable} />}
      {...nextAction(actor, group)}
    >
      {group.statusReason ? (
        <Alert kind="note" title="The reason given last">
          <p className="whitespace-pre-wrap">{group.statusReason}</p>
        </Alert>
      ) : null}
      {group.conditions ? (
        <Alert kind="attention" title="Conditions of the approval">
          <p className="whitespace-pre-wrap">{group.conditions}</p>
        </Alert>
      ) : null}
      <Panel
        id="gates"
        title="Gates"
        intro="Money may be sent only while each of these holds. The database asks again at every release."
      >
        <Gates group={group} />
      </Panel>
      <StepForms actor={actor} group={group} />
      <Panel id="history" title="History" intro="Who did what, and why. It cannot be changed.">
        <HistoryTable rows={history} caption="Steps of this vetting, oldest first" />
      </Panel>
    </VettingDesk>
  )
}

async function findOr404(actor: UserActor, id: string): Promise<AidGroupForDesk> {
  try {
    return await findAidGroup(actor, id)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  }
}

const NEXT: Partial<Record<AidGroupForDesk['status'], { event: AidGroupEvent; label: string }>> = {
  submitted: { event: 'start_review', label: 'Take it on' },
  screening: { event: 'start_review', label: 'Take it on' },
  in_review: { event: 'recommend', label: 'Ask for the second approval' },
  info_requested: { event: 'answer_info', label: 'Answer' },
  pending_second_approval: { event: 'approve', label: 'Approve' },
  expiring: { event: 'renew', label: 'Review it again' },
  expired: { event: 'renew', label: 'Review it again' },
  suspended: { event: 'reinstate', label: 'Clear it' },
  rescreen_hit: { event: 'reinstate', label: 'Clear it' },
}

/** Nothing where nothing has to be done: what is possible stands in the page. */
function nextAction(actor: UserActor, group: AidGroupForDesk): { nextAction?: NextAction } {
  const next = NEXT[group.status]
  if (!next) return {}
  const { event, label } = next
  const refusal = refuseStep(actor, group, event, now())
  if (refusal) return { nextAction: { kind: 'unavailable', label, reason: refusal.message } }
  return { nextAction: { kind: 'link', href: `#${event}`, label } }
}
