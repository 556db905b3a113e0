import type { Metadata } from 'next'
import { PurposeCase } from '#components/purposes/purpose-case.tsx'
import { ReviewForm } from '#components/purposes/review-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { listWaitingUpdates } from '#lib/campaigns/list-updates.ts'
import { refuseReview } from '#lib/purposes/policy.ts'
import { listWaitingReviews } from '#lib/purposes/queries.ts'
import { currentMember, VettingDesk } from '../../vetting-desk.tsx'
import { review } from './actions.ts'
import { WaitingNews } from './waiting-news.tsx'

export const metadata: Metadata = { title: 'Words to look at' }

export default async function PurposesPage({ searchParams }: { searchParams: Promise<{ done?: string }> }) {
  const actor = await currentMember('/vetting/purposes')
  const waiting = await listWaitingReviews(actor)
  const news = await listWaitingUpdates(actor)
  const { done } = await searchParams
  return (
    <VettingDesk title="Words to look at" current="/vetting/purposes">
      <p className="max-w-prose">
        Some goods help people and can also serve a war. A payment that names one is approved only after somebody other
        than its author has looked at what it is for, and news of a campaign that names one is public only then. The
        longest waiting come first.
      </p>
      {done === 'review' ? (
        <Alert kind="done">
          <p>Your decision is recorded.</p>
        </Alert>
      ) : null}
      {waiting.length + news.length === 0 ? (
        <EmptyState title="Nothing waits">Requests and news come here when they name such goods.</EmptyState>
      ) : null}
      {waiting.map((found) => {
        const refusal = refuseReview(actor, { ...found, isReviewed: false })
        return (
          <Panel
            key={found.disbursementId}
            id={`disbursement-${found.number}`}
            title={`Disbursement ${found.number}: ${found.campaignTitle}`}
            look="sheet"
          >
            <div className="flex flex-col gap-4">
              <p className="text-sm text-ink-soft">
                For {found.aidGroupName}. Asked for by {found.requestedBy} on{' '}
                <DateTime at={found.requestedAt} show="minute" />
              </p>
              <PurposeCase found={found} whole />
              {refusal ? <p className="text-ink-soft">{refusal.message}</p> : <ReviewForm action={review} {...found} />}
            </div>
          </Panel>
        )
      })}
      {news.map((update) => (
        <WaitingNews key={update.id} update={update} />
      ))}
    </VettingDesk>
  )
}
