import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { closeInquiry, loseDispute, reviewDispute } from '#sandbox/dispute-flow.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredDispute } from '#sandbox/objects.ts'
import { type Route, route } from '#sandbox/router.ts'
import { schedule } from '#sandbox/schedule.ts'

const URL = '/v1/disputes'
const ANSWERABLE = new Set(['warning_needs_response', 'needs_response', 'appeal_needs_response'])
const TEXT_MAX = 150_000

// Stripe's test mode decides by these words in `evidence.uncategorized_text`.
const MAGIC_WORDS = new Set(['winning_evidence', 'losing_evidence', 'escalate_inquiry_evidence'])

export const disputeRoutes: readonly Route[] = [
  route('GET', URL, 'disputes.list', (sandbox, params) =>
    listPage(
      sandbox,
      URL,
      params,
      {
        kind: 'dispute',
        created: createdRange(params.created),
        equals: { '$.charge': params.charge, '$.payment_intent': params.payment_intent },
      },
      'dispute',
    ),
  ),
  route('GET', `${URL}/:id`, 'disputes.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'dispute', id, 'dispute')),
  route('POST', `${URL}/:id`, 'disputes.update', updateDispute),
  route('POST', `${URL}/:id/close`, 'disputes.close', (sandbox, _params, id) => {
    const dispute = mustGet(sandbox, 'dispute', id, 'dispute')
    if (dispute.status === 'needs_response' || dispute.status === 'appeal_needs_response') {
      return loseDispute(sandbox, id)
    }
    if (dispute.status.startsWith('warning_') && dispute.status !== 'warning_closed') return closeInquiry(sandbox, id)
    throw invalidRequest(`This dispute cannot be closed: its status is ${dispute.status}.`)
  }),
]

// Evidence is sent to the bank at once unless `submit` is false; then it only lies ready.
function updateDispute(sandbox: Sandbox, params: Stripe.DisputeUpdateParams, id: string): StoredDispute {
  const dispute = mustGet(sandbox, 'dispute', id, 'dispute')
  const isSubmitted = params.submit === true || (params.submit === undefined && params.evidence !== undefined)
  if ((params.evidence !== undefined || isSubmitted) && !ANSWERABLE.has(dispute.status)) {
    throw invalidRequest('This dispute is already closed or under review; its evidence cannot be changed.')
  }
  const previous = { evidence: dispute.evidence, metadata: dispute.metadata }
  dispute.evidence = mergeEvidence(dispute.evidence, params.evidence)
  dispute.metadata = mergeMetadata(dispute.metadata, params.metadata)
  dispute.intended_submission_method = params.intended_submission_method ?? dispute.intended_submission_method
  if (params.evidence !== undefined) dispute.evidence_details.has_evidence = true
  sandbox.store.put(dispute)
  if (!isSubmitted) {
    emit(sandbox, 'charge.dispute.updated', dispute, previous)
    return dispute
  }
  const words = dispute.evidence.uncategorized_text ?? ''
  reviewDispute(sandbox, dispute)
  if (MAGIC_WORDS.has(words)) schedule(sandbox, sandbox.clock.now(), 'decide-dispute', dispute.id)
  return dispute
}

function mergeEvidence(
  current: Stripe.Dispute.Evidence,
  change: Stripe.DisputeUpdateParams['evidence'],
): Stripe.Dispute.Evidence {
  const entries = Object.entries(change ?? {}).map(([name, value]) => [name, value === '' ? null : value])
  const merged = { ...current, ...(Object.fromEntries(entries) as Partial<Stripe.Dispute.Evidence>) }
  const length = Object.values(merged).reduce((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
  if (length > TEXT_MAX) {
    throw invalidRequest(`The combined character count of evidence is limited to ${TEXT_MAX}.`, { param: 'evidence' })
  }
  merged.enhanced_evidence ??= {}
  return merged
}
