import type { DbClient } from '#lib/db/client.ts'
import { dualUseSentence, PurposeRefused, prohibitedSentence } from './explain-refusal.ts'
import { findPurposeCase } from './queries.ts'

/**
 * Stops an approval while a word of the disbursement is prohibited, or can also serve a war and nobody else has allowed
 * this version. Throws PurposeRefused; the database's own gate asks the same in the step itself.
 */
export async function requireReview(tx: DbClient, disbursementId: string): Promise<void> {
  const found = await findPurposeCase(tx, disbursementId)
  if (!found) return
  const { findings, review } = found
  const prohibited = findings.find(({ kind }) => kind === 'prohibited')
  if (prohibited) throw new PurposeRefused('prohibited_purpose', 'wrong_state', prohibitedSentence(prohibited))
  const [dualUse] = findings
  if (!dualUse || review?.verdict === 'allowed') return
  const message = review
    ? `${review.by} did not allow “${dualUse.found}”: ${review.reason} Reject the request, or let its author change it.`
    : dualUseSentence(dualUse)
  throw new PurposeRefused('dual_use_review', 'wrong_state', message)
}
