import { PurposeCase, PurposeVerdict } from '#components/purposes/purpose-case.tsx'
import { ReviewForm } from '#components/purposes/review-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { Actor } from '#lib/auth/types.ts'
import { findPurposeForDesk } from '#lib/purposes/queries.ts'
import { reviewWords } from './review-words.ts'

/** Words of this disbursement that can also serve a war, and who decided what about them; nothing where there are none. */
export async function PurposePanel({ actor, disbursementId }: { actor: Actor; disbursementId: string }) {
  const found = await findPurposeForDesk(actor, disbursementId)
  if (!found) return null
  return (
    <Panel
      id="words"
      title="Words that can also serve a war"
      intro="Somebody other than the requester looks at what they are for before the request is approved."
    >
      <div className="flex flex-col gap-4">
        <PurposeCase found={found} />
        {found.review ? <PurposeVerdict review={found.review} /> : null}
        {found.review || found.status !== 'requested' ? null : found.refusal ? (
          <p className="text-ink-soft">{found.refusal}</p>
        ) : (
          <ReviewForm action={reviewWords} {...found} />
        )}
      </div>
    </Panel>
  )
}
