import type { DbClient } from '#lib/db/client.ts'
import { dualUseSentence, PurposeRefused, prohibitedSentence } from './explain-refusal.ts'
import { findPurposeCase } from './queries.ts'

/**
 * Stops an approval while a word of the disbursement is prohibited, or can also serve a war and nobody else has allowed
 * this version. Throws PurposeRefused; the database's own gate asks the same in the step itself.
 */
export async function requireReview(tx: DbClient, disbursementId: string): Promise<void> {
  const refused = await askReview(tx, disbursementId)
  if (refused) throw refused
}

/** Why the disbursement could not be approved now for its words, or null. */
export async function askReview(client: DbClient, disbursementId: string): Promise<PurposeRefused | null> {
  const found = await findPurposeCase(client, disbursementId)
  if (!found) return null
  const { findings, review } = found
  const prohibited = findings.find(({ kind }) => kind === 'prohibited')
  if (prohibited) return new PurposeRefused('prohibited_purpose', 'wrong_state', prohibitedSentence(prohibited))
  if (review?.verdict === 'refused') {
    const message = `${review.by} did not allow it: ${review.reason} Reject the request, or let its author change it.`
    return new PurposeRefused('dual_use_review', 'wrong_state', message)
  }
  // A word that came onto the list after the review was not what the review was about.
  const open = findings.find(({ wordId }) => !review?.wordIds.includes(wordId))
  return open ? new PurposeRefused('dual_use_review', 'wrong_state', dualUseSentence(open)) : null
}
