import { createHash } from 'node:crypto'
import { db } from '#lib/db/client.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { editDisbursement } from '#lib/disbursements/edit-disbursement.ts'
import { rejectDisbursement } from '#lib/disbursements/reject-disbursement.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { confirmFailure, declareFailure } from '#lib/holds/declare-failure.ts'
import { newId } from '#lib/ids.ts'
import { reviewPurpose } from '#lib/purposes/review-purpose.ts'
import { acceptSnapshot, refuseSnapshot } from '#lib/screening/review-snapshot.ts'
import { answerRequest } from '#lib/vetting/answer-request.ts'
import { requestInformation } from '#lib/vetting/request-information.ts'
import { revealBank } from '#lib/vetting/reveal-bank.ts'
import { renewReview, sendBackReview } from '#lib/vetting/review-group.ts'
import { signEndUse } from '#lib/vetting/sign-statement.ts'
import type { Subject } from './segregation-stage.ts'
import { move, noted, reason, type Sql, type Step } from './segregation-steps.ts'

/** The end of a payment by hand: who ended it, when and why. */
const ended =
  (to: 'rejected' | 'cancelled'): Sql =>
  async (personId, { disbursementId }) => [
    [
      `UPDATE disbursement SET status = $3::disbursement_status, ended_by_id = $2, ended_at = now(), ended_reason = 'No.', version = version + 1 WHERE id = $1`,
      [disbursementId, personId, to],
    ],
  ]

/** A step of a sent payment that is an entry of the books as well. */
const booked =
  (posting: 'confirm_grant' | 'return_wire', set: string): Sql =>
  async (personId, { disbursementId }) => {
    const { releaseEntryId } = await db().disbursement.findUniqueOrThrow({ where: { id: disbursementId } })
    return [
      [
        `WITH entry AS (SELECT ledger.${posting}($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint) AS id)
         UPDATE disbursement SET ${set}, version = version + 1 FROM entry WHERE disbursement.id = $2::uuid`,
        [newId(), disbursementId, releaseEntryId, personId],
      ],
    ]
  }

const decided =
  (status: 'current' | 'refused'): Sql =>
  async (personId, { snapshotId }) => [
    ...(status === 'current'
      ? ([[`UPDATE list_snapshot SET status = 'superseded' WHERE source = 'uk' AND status = 'current'`]] as [string][])
      : []),
    [
      `UPDATE list_snapshot SET status = $3::list_snapshot_status, decided_by_id = $2, decided_at = now(), decided_reason = 'Read it.' WHERE id = $1`,
      [snapshotId, personId, status],
    ],
  ]

const failed = (column: 'failed_by_id' | 'confirmed_by_id'): Sql => {
  const more = column === 'failed_by_id' ? `, failed_reason = 'It has gone.', failed_at = now()` : ''
  return async (personId, { holdId }) => [
    [`UPDATE campaign_hold SET ${column} = $2${more}, version = version + 1 WHERE id = $1`, [holdId, personId]],
  ]
}

const LINES = [{ category: 'food', description: 'Flour and oil', amount: '600.00' }]
const SIGNED = { locale: 'en', accepted: 'yes', signedName: 'Halyna Kovalchuk', signedRole: 'Chair' }
const ON_ANY_CHAPTER = ['somebody of another chapter', 'an administrator']

/** The steps of money and of the desk beside those of the approval itself. */
export const MORE_STEPS: readonly Step[] = [
  {
    ...{ name: 'start the wire', stage: 'promised', roles: ['treasurer'] },
    not: ['requested the payment', 'approved the payment', 'entered the account'],
    lib: (actor, { disbursementId }) => startWire(actor, { disbursementId, version: 2 }),
    sql: async (personId, { disbursementId }) => [
      [
        'UPDATE disbursement SET sending_by_id = $2, sending_at = now(), version = version + 1 WHERE id = $1',
        [disbursementId, personId],
      ],
    ],
  },
  {
    // The row of a payment does not say who changed it: only lib knows, and the audit log.
    ...{ name: 'change a payment', stage: 'requested', roles: ['organizer', 'treasurer'], not: [] },
    only: 'requested the payment',
    lib: (actor, { disbursementId, aidGroupId }) =>
      editDisbursement(actor, { disbursementId, version: 1, aidGroupId, purpose: 'Food', lines: LINES }),
  },
  {
    ...{ name: 'reject a payment', stage: 'requested', roles: ['treasurer'], not: ['requested the payment'] },
    lib: (actor, { disbursementId }) => rejectDisbursement(actor, { disbursementId, version: 1, reason }),
    sql: ended('rejected'),
  },
  {
    ...{ name: 'call off a payment', stage: 'requested', roles: ['treasurer'], not: [] },
    lib: (actor, { disbursementId }) => cancelDisbursement(actor, { disbursementId, version: 1, reason }),
    sql: ended('cancelled'),
  },
  {
    ...{ name: 'record a returned wire', stage: 'sent', roles: ['treasurer'], not: [] },
    lib: (actor, { disbursementId }) => returnWire(actor, { disbursementId, version: 3, reason }),
    sql: booked(
      'return_wire',
      `status = 'returned', ended_by_id = $4, ended_at = now(), ended_reason = 'Back.', return_entry_id = entry.id`,
    ),
  },
  {
    ...{ name: 'confirm the arrival', stage: 'sent', roles: ['organizer', 'treasurer'], not: [] },
    lib: (actor, { disbursementId }) => confirmReceipt(actor, { disbursementId, version: 3, evidence: null }),
    sql: booked(
      'confirm_grant',
      `status = 'confirmed', confirmed_by_id = $4, confirmed_at = now(), confirm_entry_id = entry.id`,
    ),
  },
  {
    ...{ name: 'look at dual-use words', stage: 'doubtful', roles: ['vetting_reviewer', 'treasurer'] },
    not: ['requested the payment'],
    lib: (actor, { disbursementId }) =>
      reviewPurpose(actor, { disbursementId, version: 1, verdict: 'allowed', reason }),
    sql: async (personId, { disbursementId }) => [
      [
        `INSERT INTO purpose_review (disbursement_id, version, verdict, reason, word_ids, words, decided_by_id, decided_at)
         VALUES ($1, 1, 'allowed', 'Civilian.', '{}', '{}', $2, now())`,
        [disbursementId, personId],
      ],
    ],
  },
  {
    ...{ name: 'ask for information', stage: 'in_review', roles: ['vetting_reviewer'], not: [] },
    lib: (actor, { aidGroupId }) => requestInformation(actor, { aidGroupId, section: '', question: 'Who signs?' }),
    sql: async (personId, { aidGroupId }) => [
      [
        `INSERT INTO information_request (aid_group_id, question, asked_by_id) VALUES ($1, 'Who signs?', $2)`,
        [aidGroupId, personId],
      ],
    ],
  },
  {
    ...{ name: 'answer a question', stage: 'asked', roles: ['organizer', 'vetting_reviewer'], not: [] },
    lib: (actor, { requestId }) => answerRequest(actor, { requestId, answer: 'The chair does.' }),
    sql: async (personId, { requestId }) => [
      [
        `UPDATE information_request SET answer = 'The chair.', answered_by = $2, answered_at = now() WHERE id = $1`,
        [requestId, personId],
      ],
    ],
  },
  {
    ...{ name: 'send back', stage: 'pending', roles: ['vetting_reviewer'], not: ['nominated'] },
    ...{ lib: noted(sendBackReview), sql: move('pending_second_approval', 'in_review') },
  },
  {
    ...{ name: 'renew', stage: 'expiring', roles: ['vetting_reviewer'], not: ['nominated'] },
    ...{ lib: noted(renewReview), sql: move('expiring', 'in_review', 'reviewed_by_id') },
  },
  {
    ...{ name: 'declare a failure', stage: 'held', roles: ['treasurer'], not: [] },
    lib: (actor, { holdId }) => declareFailure(actor, { holdId, version: 1, reason }),
    sql: failed('failed_by_id'),
  },
  {
    ...{ name: 'confirm a failure', stage: 'declared', roles: ['treasurer', 'organizer', 'vetting_reviewer'] },
    not: ['declared the failure'],
    lib: (actor, { holdId }) => confirmFailure(actor, { holdId, version: 2 }),
    sql: failed('confirmed_by_id'),
  },
  {
    ...{ name: 'accept a list', stage: 'submitted', roles: ['vetting_reviewer'], not: [], also: ON_ANY_CHAPTER },
    lib: (actor, { snapshotId }) => acceptSnapshot(actor, { snapshotId, reason }),
    sql: decided('current'),
  },
  {
    ...{ name: 'refuse a list', stage: 'submitted', roles: ['vetting_reviewer'], not: [], also: ON_ANY_CHAPTER },
    lib: (actor, { snapshotId }) => refuseSnapshot(actor, { snapshotId, reason }),
    sql: decided('refused'),
  },
  {
    ...{ name: 'write a signature down', stage: 'in_review', roles: ['organizer', 'vetting_reviewer'], not: [] },
    lib: (actor, { aidGroupId }) => signEndUse(actor, { aidGroupId, ...SIGNED, hasDualUse: 'no' }),
    sql: async (personId, { aidGroupId }) => [
      [
        `INSERT INTO dossier_section (aid_group_id, section, version, data, digest, saved_by)
         SELECT aid_group_id, section, version + 1, data, $2, $3 FROM dossier_section WHERE aid_group_id = $1 AND section = 'end_use'`,
        [aidGroupId, createHash('sha256').update(personId).digest('hex'), personId],
      ],
    ],
  },
  {
    // A look changes no row: what the database holds is sealed with the app's key.
    ...{ name: 'see the number', stage: 'unverified', roles: ['vetting_reviewer', 'treasurer'] },
    not: ['nominated', 'entered the account'],
    lib: (actor, { aidGroupId, accountId }: Subject) => revealBank(actor, { aidGroupId, accountId }),
  },
]
