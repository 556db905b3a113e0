import type pg from 'pg'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { row, type World, wireReference } from './fixture.ts'

export type Statement = [sql: string, values?: unknown[]]

/** What somebody with the app's password could try: all of it or nothing. */
export async function attack(app: pg.Client, statements: readonly Statement[]): Promise<void> {
  await app.query('BEGIN')
  try {
    for (const [sql, values] of statements) await app.query(sql, values)
    await app.query('COMMIT')
  } catch (error) {
    await app.query('ROLLBACK')
    throw error
  }
}

export function requestByHand(world: World, changes: { amountMinor?: bigint; category?: string } = {}): Statement[] {
  const { amountMinor = 700n, category = 'food' } = changes
  const id = newId()
  return [
    [
      `INSERT INTO disbursement (id, campaign_id, aid_group_id, fund_id, purpose, currency, amount_minor, release_threshold_minor, requested_by_id, requested_at)
       VALUES ($1, $2, $3, $4, 'Food', 'USD', $6, $7, $5, now())`,
      [
        ...[id, world.campaign.id, world.group.id, world.campaign.fundId, world.organizer.userId, amountMinor],
        world.chapter.releaseThresholdMinor,
      ],
    ],
    [
      `INSERT INTO disbursement_line (disbursement_id, position, category, description, amount_minor) VALUES ($1, 1, $2, 'Flour', $3)`,
      [id, category, amountMinor],
    ],
  ]
}

export async function approvalByHand(id: string, approver: string): Promise<Statement[]> {
  const { amountMinor, fundId, version } = await row(id)
  return [
    [
      `WITH entry AS (SELECT ledger.encumber($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint, $4::bigint) AS id)
       UPDATE disbursement SET status = 'approved', approved_by_id = $5, approved_at = now(), encumbrance_entry_id = entry.id, version = $6
       FROM entry WHERE disbursement.id = $2::uuid`,
      [`hand:${newId()}`, id, fundId, amountMinor, approver, version + 1],
    ],
  ]
}

export async function releaseByHand(id: string, releaser: string): Promise<Statement[]> {
  const { encumbranceEntryId, version } = await row(id)
  const lines = await db().disbursementLine.findMany({ where: { disbursementId: id } })
  return [
    [
      `WITH entry AS (SELECT ledger.release($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint, 'main', 0, $4::uuid[], $5::bigint[]) AS id)
       UPDATE disbursement SET status = 'released', released_by_id = $6, released_at = now(), wire_reference = $7,
         transfer_fee_minor = 0, release_entry_id = entry.id, version = $8 FROM entry WHERE disbursement.id = $2::uuid`,
      [
        ...[`hand:${newId()}`, id, encumbranceEntryId, lines.map((line) => line.id)],
        ...[lines.map((line) => line.amountMinor), releaser, wireReference(), version + 1],
      ],
    ],
  ]
}
