import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { AidGroupStatusSentence } from '#components/campaigns/aid-group-status.tsx'
import { classNames } from '#components/ui/class-names.ts'
import type { Tab } from '#components/ui/tabs.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { type OpenCounts, readOpenCounts } from '#lib/vetting/list-queue.ts'
import { canNominate, refuseStep } from '#lib/vetting/policy.ts'
import { findAidGroup } from '#lib/vetting/queries.ts'
import type { AidGroupEvent, AidGroupForDesk } from '#lib/vetting/types.ts'
import { currentMember, VettingDesk } from '../../../vetting-desk.tsx'

/** What every page of a dossier knows. */
export type DossierPage = { actor: UserActor; group: AidGroupForDesk; counts: OpenCounts }

/** The aid group behind the address, for somebody of its chapter; to others there is no such page. */
export async function loadDossier(id: string, place: string): Promise<DossierPage> {
  const actor = await currentMember(`/vetting/aid-groups/${id}${place}`)
  try {
    const group = await findAidGroup(actor, id)
    return { actor, group, counts: await readOpenCounts(actor, id) }
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  }
}

type Props = DossierPage & { current: string; children: ReactNode }

/** The frame of a dossier's pages: whose it is, where it stands, the next step, and its rooms. */
export function DossierFrame({ actor, group, counts, current, children }: Props) {
  const root = `/vetting/aid-groups/${group.id}`
  const isFirst = group.approvedAt === null && !group.changes.some(({ to }) => to.startsWith('approved'))
  return (
    <VettingDesk
      title={group.name}
      current="/vetting"
      crumbs={[{ label: 'Aid groups', href: '/vetting' }]}
      status={<AidGroupStatusSentence status={group.status} payable={group.payable} />}
      {...nextAction(actor, group, counts)}
    >
      <Rooms
        current={`${root}${current}`}
        rooms={[
          { label: 'Gates', href: root, ...countOf(counts.openGates) },
          { label: 'Papers and people', href: `${root}/papers` },
          ...(canNominate(actor, group.chapterId) ? [{ label: 'Fill in', href: `${root}/application` }] : []),
          { label: 'Bank account', href: `${root}/bank` },
          { label: 'Screening', href: `${root}/screening`, ...countOf(counts.openHits) },
          { label: 'Questions', href: `${root}/questions`, ...countOf(counts.requestsWaiting) },
          ...(isFirst ? [] : [{ label: 'What changed', href: `${root}/changes` }]),
          { label: 'History', href: `${root}/history` },
        ]}
      />
      {children}
    </VettingDesk>
  )
}

/** The rooms of a dossier. They wrap where tabs would scroll away: on a phone all of them have to be seen. */
function Rooms({ rooms, current }: { rooms: readonly Tab[]; current: string }) {
  return (
    <nav aria-label="Dossier">
      <ul className="flex flex-wrap gap-2">
        {rooms.map(({ href, label, count }) => (
          <li key={href}>
            <a
              href={href}
              aria-current={href === current ? 'page' : undefined}
              className={classNames(
                'flex min-h-11 items-center gap-2 rounded-md border px-3 no-underline',
                href === current
                  ? 'border-green bg-green-wash font-semibold text-ink'
                  : 'border-rule bg-sheet text-ink hover:bg-sunk',
              )}
            >
              {label}
              {count === undefined ? null : (
                <span className="figures text-sm font-semibold text-marigold-ink">{count}</span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const countOf = (count: number): { count?: number } => (count > 0 ? { count } : {})

const NEXT: Partial<Record<AidGroupForDesk['status'], { event: AidGroupEvent; label: string; place?: string }>> = {
  submitted: { event: 'start_review', label: 'Take it on' },
  screening: { event: 'start_review', label: 'Take it on' },
  in_review: { event: 'recommend', label: 'Ask for the second approval' },
  info_requested: { event: 'answer_info', label: 'Answer', place: '/questions' },
  pending_second_approval: { event: 'approve', label: 'Approve' },
  expiring: { event: 'renew', label: 'Review it again' },
  expired: { event: 'renew', label: 'Review it again' },
  suspended: { event: 'reinstate', label: 'Clear it' },
  rescreen_hit: { event: 'reinstate', label: 'Clear it' },
}

/** Nothing where nothing has to be done: what is possible stands in the page. */
function nextAction(actor: UserActor, group: AidGroupForDesk, { openGates }: OpenCounts) {
  const next = NEXT[group.status]
  if (!next) return {}
  const { event, label, place = '' } = next
  const refusal = refuseStep(actor, group, event, now())
  if (refusal) return { nextAction: { kind: 'unavailable', label, reason: refusal.message } as const }
  if (event === 'approve' && openGates > 0) {
    const reason = openGates === 1 ? 'One gate is not met yet.' : `${openGates} gates are not met yet.`
    return { nextAction: { kind: 'unavailable', label, reason } as const }
  }
  const href = place === '' ? `/vetting/aid-groups/${group.id}#${event}` : `/vetting/aid-groups/${group.id}${place}`
  return { nextAction: { kind: 'link', href, label } as const }
}
