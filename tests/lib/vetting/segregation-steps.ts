import type { Actor, Role } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { newId } from '#lib/ids.ts'
import { answerHit } from '#lib/vetting/answer-hit.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { reinstateGroup, rejectGroup, suspendGroup, withdrawGroup } from '#lib/vetting/end-approval.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { recommendGroup, startReview } from '#lib/vetting/review-group.ts'
import { verifyBank } from '#lib/vetting/verify-bank.ts'
import { wireReference } from '#tests/lib/disbursements/fixture.ts'
import { askMoney, type Deed, type Stage, type Subject } from './segregation-stage.ts'

type Statement = [sql: string, values?: unknown[]]
export type Sql = (personId: string, subject: Subject) => Promise<Statement[]>
export type Step = {
  name: string
  stage: Stage
  /** Any of these roles in the chapter. */
  roles: readonly Role[]
  /** Not whoever did one of these. */
  not: readonly Deed[]
  lib: (actor: Actor & { kind: 'user' }, subject: Subject) => Promise<unknown>
  /** Nobody else than who did this, whatever roles they hold. */
  only?: Deed
  /** These people as well: their role is not of the chapter. */
  also?: readonly string[]
  /** The same as somebody with the app's password would write it, in that person's name; none where no row tells of it. */
  sql?: Sql
}

export const reason = 'As it should be.'
const BY_WORK: readonly Deed[] = [
  'nominated',
  'filled in',
  'entered the account',
  'verified the account',
  'took into review',
  'asked a question',
  'answered a hit',
  'recorded findings',
  'recommended',
  'made the link',
  'opened the link',
]

/** A step of the status by hand: its line of history and the row. */
export function move(from: string, to: string, set = ''): Sql {
  return async (personId, { aidGroupId }) => [
    [
      `INSERT INTO aid_group_status_change (aid_group_id, from_status, to_status, actor_id) VALUES ($1, $2, $3, $4)`,
      [aidGroupId, from, to, personId],
    ],
    [
      `UPDATE aid_group SET status = $2::aid_group_status ${set === '' ? '' : `, ${set} = '${personId}'`} WHERE id = $1`,
      [aidGroupId, to],
    ],
  ]
}

function approval(to: 'approved' | 'approved_with_conditions'): Sql {
  return async (personId, { aidGroupId }) => {
    const id = newId()
    const conditions = to === 'approved' ? null : 'Photographs'
    return [
      [
        `INSERT INTO aid_group_approval (id, aid_group_id, at, until, risk_tier, conditions, reviewed_by_id, approved_by_id, reason,
           bank_account_id, bank_fingerprint, dossier_digest, section_versions, screening_id)
         SELECT $1, g.id, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()) + interval '5 months', 'low', $4, g.reviewed_by_id, $3, 'Good.', b.id, b.fingerprint,
           aid_group_dossier_digest(g.id), aid_group_section_versions(g.id),
           (SELECT s.id FROM screening s WHERE s.aid_group_id = g.id ORDER BY s.at DESC, s.id DESC LIMIT 1)
         FROM aid_group g JOIN dossier_bank_account b ON b.aid_group_id = g.id AND b.replaced_at IS NULL WHERE g.id = $2`,
        [id, aidGroupId, personId, conditions],
      ],
      [`INSERT INTO aid_group_cap (approval_id, currency, cap_minor) VALUES ($1, 'USD', 1000)`, [id]],
      [
        `INSERT INTO aid_group_status_change (aid_group_id, from_status, to_status, actor_id) VALUES ($1, 'pending_second_approval', $2, $3)`,
        [aidGroupId, to, personId],
      ],
      [
        `UPDATE aid_group SET status = $2::aid_group_status, approved_by_id = $3, approved_at = date_trunc('milliseconds', now()),
           approved_until = date_trunc('milliseconds', now()) + interval '5 months', risk_tier = 'low', conditions = $4 WHERE id = $1`,
        [aidGroupId, to, personId, conditions],
      ],
    ]
  }
}

async function approveMoney(personId: string, { disbursementId, fundId }: Subject): Promise<Statement[]> {
  return [
    [
      `WITH entry AS (SELECT ledger.encumber($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint, 60000::bigint) AS id)
       UPDATE disbursement SET status = 'approved', approved_by_id = $4, approved_at = now(), encumbrance_entry_id = entry.id,
         version = version + 1 FROM entry WHERE disbursement.id = $2::uuid`,
      [newId(), disbursementId, fundId, personId],
    ],
  ]
}

async function releaseMoney(personId: string, { disbursementId }: Subject): Promise<Statement[]> {
  const { encumbranceEntryId } = await db().disbursement.findUniqueOrThrow({ where: { id: disbursementId } })
  const lines = await db().disbursementLine.findMany({ where: { disbursementId } })
  return [
    [
      `WITH entry AS (SELECT ledger.release($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint, 'main', 0, $4::uuid[], $5::bigint[]) AS id)
       UPDATE disbursement SET status = 'released', released_by_id = $6, released_at = now(), wire_reference = $7,
         transfer_fee_minor = 0, release_entry_id = entry.id, version = version + 1 FROM entry WHERE disbursement.id = $2::uuid`,
      [
        ...[newId(), disbursementId, encumbranceEntryId, lines.map(({ id }) => id)],
        ...[lines.map(({ amountMinor }) => amountMinor), personId, wireReference()],
      ],
    ],
  ]
}

async function requestMoney(personId: string, { campaignId, aidGroupId, fundId }: Subject): Promise<Statement[]> {
  const id = newId()
  return [
    [
      `INSERT INTO disbursement (id, campaign_id, aid_group_id, fund_id, purpose, currency, amount_minor, release_threshold_minor, requested_by_id, requested_at)
       VALUES ($1, $2, $3, $4, 'Food', 'USD', 60000, 50000, $5, now())`,
      [id, campaignId, aidGroupId, fundId, personId],
    ],
    [
      `INSERT INTO disbursement_line (disbursement_id, position, category, description, amount_minor) VALUES ($1, 1, 'food', 'Flour', 60000)`,
      [id],
    ],
  ]
}

const BANK = {
  ...{ holderName: 'Field kitchen', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
  ...{ iban: 'DE89370400440532013000', accountNumber: '', bic: '', routing: '' },
}
const approve = (actor: Actor, { aidGroupId }: Subject, conditions: string) =>
  approveGroup(actor, { aidGroupId, reason, riskTier: 'low', until: '', conditions })
export const noted = (write: (actor: Actor, input: unknown) => Promise<unknown>) => (actor: Actor, subject: Subject) =>
  write(actor, { aidGroupId: subject.aidGroupId, reason })

export const STEPS: readonly Step[] = [
  {
    ...{ name: 'nominate', stage: 'submitted', roles: ['organizer', 'vetting_reviewer'], not: [] },
    lib: (actor, { cast }) => {
      const facts = { name: 'Another kitchen', legalName: 'Another kitchen', country: 'Ukraine', region: 'Kharkiv' }
      return nominateGroup(actor, { chapterId: cast.chapterId, ...facts, summary: 'Cooks warm meals for many people.' })
    },
    sql: async (personId, { cast }) => [
      [
        `INSERT INTO aid_group (slug, name, summary, country, region, status, chapter_id, nominated_by_id)
         VALUES ($1, 'A', 'A', 'UA', 'Kyiv', 'submitted', $2, $3)`,
        [`by-hand-${newId()}`, cast.chapterId, personId],
      ],
    ],
  },
  {
    ...{ name: 'enter bank details', stage: 'unverified', roles: ['organizer', 'vetting_reviewer'], not: [] },
    lib: (actor, { aidGroupId }) => replaceBankAccount(actor, { aidGroupId, ...BANK }),
    sql: async (personId, { accountId, aidGroupId }) => [
      [`UPDATE dossier_bank_account SET replaced_by = $2, replaced_at = now() WHERE id = $1`, [accountId, personId]],
      [
        `INSERT INTO dossier_bank_account (aid_group_id, holder_name, bank_name, bank_country, currency, details, fingerprint, last_digits, entered_by)
         VALUES ($1, 'A', 'B', 'DE', 'EUR', '\\x00', $2, '0000', $3)`,
        [aidGroupId, 'a'.repeat(64), personId],
      ],
    ],
  },
  {
    ...{ name: 'verify bank details', stage: 'unverified', roles: ['vetting_reviewer', 'treasurer'] },
    not: ['nominated', 'entered the account'],
    lib: (actor, { aidGroupId, accountId }) =>
      verifyBank(actor, { aidGroupId, accountId, method: 'call_back', note: 'Called them.' }),
    sql: async (personId, { accountId }) => [
      [
        `UPDATE dossier_bank_account SET verified_by_id = $2, verified_at = now(), verification_method = 'call_back', verification_note = 'Called.' WHERE id = $1`,
        [accountId, personId],
      ],
    ],
  },
  {
    ...{ name: 'record a finding', stage: 'in_review', roles: ['vetting_reviewer'] },
    not: ['nominated', 'entered the account'],
    lib: (actor, { aidGroupId }) => recordFinding(actor, { aidGroupId, gate: 'bank_account', verdict: 'met', reason }),
    sql: async (personId, { aidGroupId }) => [
      [
        `INSERT INTO gate_finding (aid_group_id, gate, verdict, reason, basis, found_by_id)
         VALUES ($1, 'bank_account', 'met', 'Good.', aid_group_gate_basis($1, 'bank_account'), $2)`,
        [aidGroupId, personId],
      ],
    ],
  },
  {
    ...{ name: 'start the review', stage: 'submitted', roles: ['vetting_reviewer'], not: ['nominated'] },
    ...{ lib: noted(startReview), sql: move('submitted', 'in_review', 'reviewed_by_id') },
  },
  {
    ...{ name: 'recommend', stage: 'in_review', roles: ['vetting_reviewer'], not: ['nominated'] },
    ...{ lib: noted(recommendGroup), sql: move('in_review', 'pending_second_approval', 'reviewed_by_id') },
  },
  {
    ...{ name: 'approve', stage: 'pending', roles: ['vetting_reviewer'], not: BY_WORK },
    lib: (actor, subject) => approve(actor, subject, ''),
    sql: approval('approved'),
  },
  {
    ...{ name: 'approve with conditions', stage: 'pending', roles: ['vetting_reviewer'], not: BY_WORK },
    lib: (actor, subject) => approve(actor, subject, 'Photographs'),
    sql: approval('approved_with_conditions'),
  },
  {
    ...{ name: 'answer a hit', stage: 'in_review', roles: ['vetting_reviewer'] },
    not: ['nominated', 'entered the account'],
    lib: (actor, { aidGroupId, hitKey }) => answerHit(actor, { aidGroupId, hitKey, verdict: 'false_positive', reason }),
    sql: async (personId, { aidGroupId, hitKey }) => [
      [
        `INSERT INTO hit_disposition (aid_group_id, hit_key, verdict, reason, decided_by_id) VALUES ($1, $2, 'false_positive', 'Other.', $3)`,
        [aidGroupId, hitKey, personId],
      ],
    ],
  },
  {
    ...{ name: 'suspend', stage: 'approved', roles: ['vetting_reviewer', 'treasurer'], not: [] },
    ...{ lib: noted(suspendGroup), sql: move('approved', 'suspended') },
  },
  {
    ...{ name: 'reinstate', stage: 'suspended', roles: ['vetting_reviewer'], not: ['nominated'] },
    ...{ lib: noted(reinstateGroup), sql: move('suspended', 'pending_second_approval', 'reviewed_by_id') },
  },
  {
    ...{ name: 'reject', stage: 'in_review', roles: ['vetting_reviewer'], not: [] },
    ...{ lib: noted(rejectGroup), sql: move('in_review', 'rejected') },
  },
  {
    ...{ name: 'withdraw', stage: 'in_review', roles: ['organizer', 'vetting_reviewer'], not: [] },
    ...{ lib: noted(withdrawGroup), sql: move('in_review', 'withdrawn') },
  },
  {
    ...{ name: 'request a payment', stage: 'approved', roles: ['organizer', 'treasurer'], not: [] },
    ...{ lib: askMoney, sql: requestMoney },
  },
  {
    ...{ name: 'approve a payment', stage: 'requested', roles: ['treasurer'] },
    not: ['requested the payment', 'entered the account'],
    lib: (actor, { disbursementId }) => approveDisbursement(actor, { disbursementId, version: 1 }),
    sql: approveMoney,
  },
  {
    ...{ name: 'release a payment', stage: 'promised', roles: ['treasurer'] },
    not: ['requested the payment', 'approved the payment', 'entered the account'],
    lib: (actor, { disbursementId }) =>
      releaseDisbursement(actor, { disbursementId, version: 2, wireReference: wireReference() }),
    sql: releaseMoney,
  },
]
