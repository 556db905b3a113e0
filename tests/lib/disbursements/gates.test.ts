import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { TRANSITIONS } from '#lib/disbursements/states.ts'
import { newId } from '#lib/ids.ts'
import { useDatabase } from '#tests/support/database.ts'
import { stepByHand } from '#tests/support/plant.ts'
import { evidence, makeGroup, makeWorld, request, row, type World, wireReference } from './fixture.ts'

// What somebody with the app's password could try by hand. Nothing of lib stands in the way here: only the database.
const database = useDatabase()
let app: pg.Client
let world: World
beforeAll(async () => {
  app = await database.asApp()
  world = await makeWorld({ bankMinor: 10_000_000n })
})

async function attack(...statements: [sql: string, values?: unknown[]][]): Promise<void> {
  await app.query('BEGIN')
  try {
    for (const [sql, values] of statements) await app.query(sql, values)
    await app.query('COMMIT')
  } catch (error) {
    await app.query('ROLLBACK')
    throw error
  }
}

const key = () => `attack:${newId()}`
const encumberSql = `ledger.encumber($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint, $4::bigint)`
const releaseSql = `ledger.release($1, 'disbursement', $2::text, now(), 'x', null, $3::bigint, 'main', 0, $4::uuid[], $5::bigint[])`

/** The approval as raw SQL would write it, posting and all. */
async function rawApproval(id: string, approver: string, options: { amountMinor?: bigint; at?: string } = {}) {
  const { amountMinor, fundId, version } = await row(id)
  await attack([
    `WITH entry AS (SELECT ${encumberSql} AS id)
     UPDATE disbursement SET status = 'approved', approved_by_id = $5, approved_at = coalesce($6::timestamptz, now()),
       encumbrance_entry_id = entry.id, version = $7 FROM entry WHERE disbursement.id = $2::uuid`,
    [key(), id, fundId, options.amountMinor ?? amountMinor, approver, options.at ?? null, version + 1],
  ])
}

async function rawRelease(id: string, releaser: string, extra = '') {
  const { encumbranceEntryId, version } = await row(id)
  const lines = await db().disbursementLine.findMany({ where: { disbursementId: id } })
  await attack([
    `WITH entry AS (SELECT ${releaseSql} AS id)
     UPDATE disbursement SET status = 'released', released_by_id = $6, released_at = now(), wire_reference = $7,
       transfer_fee_minor = 0, release_entry_id = entry.id, version = $8 ${extra} FROM entry WHERE disbursement.id = $2::uuid`,
    [
      key(),
      id,
      encumbranceEntryId,
      lines.map((l) => l.id),
      lines.map((l) => l.amountMinor),
      releaser,
      wireReference(),
      version + 1,
    ],
  ])
}

async function approved(amount = '500.00'): Promise<string> {
  const id = await request(world, amount)
  await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
  return id
}

async function released(): Promise<string> {
  const id = await approved()
  await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
  return id
}

describe('raw SQL as the app', () => {
  test('can do what is right, so that the refusals below are not accidents', async () => {
    const id = await request(world)
    await rawApproval(id, world.approver.userId)
    await rawRelease(id, world.releaser.userId)
    expect((await row(id)).status).toBe('released')
  })

  test('cannot approve its own request', async () => {
    const id = await request(world, '5.00', world.approver)
    await expect(rawApproval(id, world.approver.userId)).rejects.toThrow('disbursement_approved_by_another')
  })

  test('cannot approve as somebody who is no treasurer', async () => {
    const id = await request(world)
    await expect(rawApproval(id, world.auditor.userId)).rejects.toThrow('does not hold the role')
    await expect(rawApproval(id, newId())).rejects.toThrow('does not hold the role')
  })

  test('cannot release its own request', async () => {
    const id = await request(world, '5.00', world.releaser)
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    await expect(rawRelease(id, world.releaser.userId)).rejects.toThrow('disbursement_released_by_another')
  })

  test('cannot release as the approver above the threshold', async () => {
    const id = await approved('500.01')
    await expect(rawRelease(id, world.approver.userId)).rejects.toThrow('disbursement_released_by_third')
  })

  test('cannot raise the threshold of a disbursement', async () => {
    const id = await approved('500.01')
    await expect(rawRelease(id, world.approver.userId, ', release_threshold_minor = 99999999')).rejects.toThrow(
      'does not change',
    )
    const raise = app.query(
      'UPDATE disbursement SET release_threshold_minor = 99999999, version = version + 1 WHERE id = $1',
      [id],
    )
    await expect(raise).rejects.toThrow('does not change')
  })

  test('cannot take any step that the transition table does not have', async () => {
    const names = ['requested', 'approved', 'released', 'confirmed', 'returned', 'rejected', 'cancelled']
    const legal = new Set(Object.values(TRANSITIONS).flatMap(({ from, to }) => from.map((one) => `${one}>${to}`)))
    const { rows } = await app.query<{ step: string }>(
      `SELECT a || '>' || b AS step FROM unnest($1::disbursement_status[]) a, unnest($1::disbursement_status[]) b
       WHERE disbursement_step_columns(a, b) IS NOT NULL`,
      [names],
    )
    expect(rows.map(({ step }) => step).sort()).toEqual([...legal].sort())
    const id = await request(world)
    for (const status of ['released', 'confirmed', 'returned']) {
      const skip = app.query(
        `UPDATE disbursement SET status = $2::disbursement_status, version = version + 1 WHERE id = $1`,
        [id, status],
      )
      await expect(skip).rejects.toThrow('there is no step')
    }
  })

  test('cannot be born approved', async () => {
    const born = app.query(
      `INSERT INTO disbursement (campaign_id, aid_group_id, fund_id, status, purpose, currency, amount_minor, release_threshold_minor, requested_by_id)
       SELECT campaign_id, aid_group_id, fund_id, 'approved', purpose, currency, amount_minor, release_threshold_minor, requested_by_id
       FROM disbursement LIMIT 1`,
    )
    await expect(born).rejects.toThrow('begins as requested')
  })

  test('cannot be dated into the future, nor its approval before the request', async () => {
    const later = app.query(
      `INSERT INTO disbursement (campaign_id, aid_group_id, fund_id, purpose, currency, amount_minor, release_threshold_minor, requested_by_id, requested_at)
       SELECT campaign_id, aid_group_id, fund_id, purpose, currency, amount_minor, release_threshold_minor, requested_by_id, now() + interval '2 minutes'
       FROM disbursement LIMIT 1`,
    )
    await expect(later).rejects.toThrow('lies in the future')
    const id = await request(world)
    const approve = (at: string) =>
      app.query(
        `UPDATE disbursement SET status = 'approved', version = version + 1, approved_by_id = $2, approved_at = ${at}, encumbrance_entry_id = 1 WHERE id = $1`,
        [id, world.approver.userId],
      )
    await expect(approve(`now() + interval '2 minutes'`)).rejects.toThrow('lies in the future')
    await expect(approve(`requested_at - interval '1 hour'`)).rejects.toThrow('disbursement_order')
  })

  test('cannot bring its own threshold, fund or currency', async () => {
    await request(world)
    for (const [column, value] of [
      ['release_threshold_minor', '99999999'],
      ['fund_id', '1000'],
      ['currency', "'EUR'"],
    ]) {
      const columns = {
        fund_id: 'fund_id',
        currency: 'currency',
        release_threshold_minor: 'release_threshold_minor',
        [column as string]: value,
      }
      const insert = app.query(
        `INSERT INTO disbursement (campaign_id, aid_group_id, purpose, amount_minor, requested_by_id, fund_id, currency, release_threshold_minor)
         SELECT campaign_id, aid_group_id, purpose, amount_minor, requested_by_id, ${columns.fund_id}, ${columns.currency}, ${columns.release_threshold_minor}
         FROM disbursement LIMIT 1`,
      )
      await expect(insert).rejects.toThrow("are the campaign's")
    }
  })

  test('cannot approve or release for a group that is not payable', async () => {
    const own = await makeWorld()
    const waiting = await request(own)
    const promised = await request(own, '10.00')
    await approveDisbursement(own.approver, { disbursementId: promised, version: 1 })
    await stepByHand(own.group.id, { from: 'approved', to: 'suspended', by: 'system:worker' })
    await expect(rawApproval(waiting, own.approver.userId)).rejects.toThrow('the gate approved is shut')
    await expect(rawRelease(promised, own.releaser.userId)).rejects.toThrow('the gate approved is shut')
  })

  test('cannot pay a group that is not among the campaign’s', async () => {
    const id = await request(world)
    const other = await makeGroup(world.chapter.id, newId().slice(-8), {
      vetters: world.vetters,
    })
    const swap = app.query('UPDATE disbursement SET aid_group_id = $2, version = version + 1 WHERE id = $1', [
      id,
      other.id,
    ])
    await expect(swap).rejects.toThrow('the gate restriction is shut')
  })

  test('cannot change amount, payee or purpose after the approval', async () => {
    const id = await approved()
    for (const change of [
      'amount_minor = 100',
      `aid_group_id = '${newId()}'`,
      "purpose = 'A yacht'",
      `requested_by_id = '${newId()}'`,
    ]) {
      const sql = `UPDATE disbursement SET ${change}, version = version + 1 WHERE id = $1`
      await expect(app.query(sql, [id])).rejects.toThrow('does not change')
    }
  })

  test('cannot change lines after the approval, nor behind the back of the version', async () => {
    const id = await approved()
    const waiting = await request(world)
    for (const target of [id, waiting]) {
      const where = `WHERE disbursement_id = '${target}'`
      await expect(app.query(`UPDATE disbursement_line SET description = 'Gold' ${where}`)).rejects.toThrow(
        'lines change only',
      )
      await expect(app.query(`DELETE FROM disbursement_line ${where}`)).rejects.toThrow('lines change only')
      const insert = `INSERT INTO disbursement_line (disbursement_id, position, category, description, amount_minor) VALUES ('${target}', 9, 'food', 'x', 1)`
      await expect(app.query(insert)).rejects.toThrow('lines change only')
    }
  })

  test('cannot have lines that do not add up to the amount', async () => {
    const id = await request(world)
    const raise = attack([
      'UPDATE disbursement SET amount_minor = amount_minor + 1, version = version + 1 WHERE id = $1',
      [id],
    ])
    await expect(raise).rejects.toThrow('do not add up')
  })

  test('cannot approve or release without the ledger, nor with another amount or entry', async () => {
    const id = await request(world)
    const sql = `UPDATE disbursement SET status = 'approved', approved_by_id = $2, approved_at = now(), encumbrance_entry_id = $3, version = version + 1 WHERE id = $1`
    await expect(app.query(sql, [id, world.approver.userId, null])).rejects.toThrow('disbursement_approval_complete')
    await expect(attack([sql, [id, world.approver.userId, '999999']])).rejects.toThrow('did not promise')
    await expect(rawApproval(id, world.approver.userId, { amountMinor: 100n })).rejects.toThrow('promise')
    const other = await approved()
    const release = `UPDATE disbursement SET status = 'released', released_by_id = $2, released_at = now(), wire_reference = $3,
      transfer_fee_minor = 0, release_entry_id = $4, version = version + 1 WHERE id = $1`
    await expect(app.query(release, [other, world.releaser.userId, wireReference(), null])).rejects.toThrow(
      'disbursement_release_complete',
    )
    await expect(attack([release, [other, world.releaser.userId, wireReference(), '999999']])).rejects.toThrow(
      'did not release',
    )
  })

  test('cannot promise, send, confirm or take back a chapter’s money by calling the ledger alone', async () => {
    const id = await approved()
    const { encumbranceEntryId, fundId } = await row(id)
    const [line] = await db().disbursementLine.findMany({ where: { disbursementId: id } })
    const alone = 'only through a disbursement'
    await expect(attack([`SELECT ${encumberSql}`, [key(), id, fundId, 100]])).rejects.toThrow(alone)
    const cancel = `SELECT ledger.cancel_encumbrance($1, 'x', 'x', now(), 'x', null, $2)`
    await expect(attack([cancel, [key(), encumbranceEntryId]])).rejects.toThrow(alone)
    await expect(
      attack([`SELECT ${releaseSql}`, [key(), id, encumbranceEntryId, [line?.id], [50_000]]]),
    ).rejects.toThrow(alone)
    const sent = await row(await released())
    for (const step of ['confirm_grant', 'return_wire']) {
      const call = `SELECT ledger.${step}($1, 'x', 'x', now(), 'x', null, $2)`
      await expect(attack([call, [key(), sent.releaseEntryId]])).rejects.toThrow(alone)
    }
  })

  test('cannot confirm without evidence', async () => {
    const { id, releaseEntryId, version } = await row(await released())
    const confirm = attack([
      `WITH entry AS (SELECT ledger.confirm_grant($1, 'disbursement', $2::text, now(), 'x', null, $3) AS id)
       UPDATE disbursement SET status = 'confirmed', confirmed_by_id = $4, confirmed_at = now(), confirm_entry_id = entry.id, version = $5
       FROM entry WHERE disbursement.id = $2::uuid`,
      [key(), id, releaseEntryId, world.organizer.userId, version + 1],
    ])
    await expect(confirm).rejects.toThrow('only with evidence')
  })

  test('cannot bring the file of another chapter as evidence, nor a line of another disbursement', async () => {
    const id = await released()
    const other = await makeWorld()
    const foreign = await db().storedFile.create({
      data: {
        storageKey: newId(),
        sha256: 'x',
        mediaType: 'application/pdf',
        byteCount: 1,
        fileName: 'x.pdf',
        chapterId: other.chapter.id,
        uploadedById: other.organizer.userId,
      },
    })
    const insert = `INSERT INTO evidence (disbursement_id, file_id, line_id, caption, taken_on, added_by_id) VALUES ($1, $2, $3, 'x', '2026-01-01', $4)`
    await expect(app.query(insert, [id, foreign.id, null, world.organizer.userId])).rejects.toThrow('another chapter')
    const line = await db().disbursementLine.findFirstOrThrow({ where: { disbursementId: { not: id } } })
    await expect(app.query(insert, [id, foreign.id, line.id, world.organizer.userId])).rejects.toThrow(
      'another disbursement',
    )
  })

  test('cannot delete a disbursement or evidence, or edit evidence; the owner cannot either', async () => {
    const id = await released()
    await confirmReceipt(world.organizer, { disbursementId: id, version: 3, evidence: evidence() })
    const owner = await database.asOwner()
    for (const [client, refusal] of [
      [app, 'permission denied'],
      [owner, 'append-only'],
    ] as const) {
      await expect(client.query('DELETE FROM evidence WHERE disbursement_id = $1', [id])).rejects.toThrow(refusal)
      await expect(
        client.query("UPDATE evidence SET caption = 'other' WHERE disbursement_id = $1", [id]),
      ).rejects.toThrow(refusal)
      await expect(client.query('DELETE FROM disbursement WHERE id = $1', [id])).rejects.toThrow(refusal)
      await expect(client.query('TRUNCATE disbursement CASCADE')).rejects.toThrow(refusal)
    }
  })

  test('cannot record one wire for two disbursements', async () => {
    const { wireReference: used } = await row(await released())
    const id = await approved()
    await expect(rawRelease(id, world.releaser.userId, `, wire_reference = '${used}'`)).rejects.toThrow()
    const sql = `UPDATE disbursement SET status = 'released', released_by_id = $2, released_at = now(), wire_reference = $3,
      transfer_fee_minor = 0, release_entry_id = 999999, version = version + 1 WHERE id = $1`
    await expect(app.query(sql, [id, world.releaser.userId, used])).rejects.toThrow('wire_reference')
  })
})
