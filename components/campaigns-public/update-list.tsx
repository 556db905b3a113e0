import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import type { CampaignUpdateView } from '#lib/campaigns/types.ts'
import { Html } from './campaign-story.tsx'

/** What the organizers wrote since, the newest first. */
export function UpdateList({ updates }: { updates: readonly CampaignUpdateView[] }) {
  if (updates.length === 0) return <EmptyState title="No news yet">The organizers write here what happens.</EmptyState>
  return (
    <div className="flex flex-col gap-8">
      {updates.map(({ id, title, bodyHtml, publishedAt }) => (
        <article key={id} className="flex flex-col gap-2">
          <h3>{title}</h3>
          <p className="text-sm text-ink-soft">
            <DateTime at={publishedAt} />
          </p>
          <Html html={bodyHtml} />
        </article>
      ))}
    </div>
  )
}
