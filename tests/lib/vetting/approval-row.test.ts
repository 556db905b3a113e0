import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { capMinorMax } from '#lib/vetting/states.ts'
import { useDatabase } from '#tests/support/database.ts'
import { approvalByHand, approve, approveByHand, type Desk, makeDesk, plantWaiting } from './approving.ts'

const database = useDatabase()
let app: pg.Client
let desk: Desk
beforeAll(async () => {
  app = await database.asApp()
  desk = await makeDesk()
})

describe('risk and caps', () => {
  test('the approval takes no lower risk than the reviewer found, and no higher cap than the risk allows', async () => {
    const { id } = await plantWaiting(desk)
    await recordFinding(desk.reviewer, {
      ...{ aidGroupId: id, gate: 'risk_tier', verdict: 'met', reason: 'Near the front.', detail: { riskTier: 'high' } },
    })
    await expect(approve(desk, id)).rejects.toThrow('The reviewer found high risk')
    await expect(approveByHand(app, desk, id)).rejects.toMatchObject({ code: 'CP309' })
    const high = { riskTier: 'high' }
    await expect(approve(desk, id, { ...high, caps: [{ currency: 'USD', amount: '50000.01' }] })).rejects.toMatchObject(
      {
        fieldErrors: { 'caps.0.amount': [expect.stringContaining('at most')] },
      },
    )
    await expect(approve(desk, id, { ...high, caps: [{ currency: 'XXX', amount: '1' }] })).rejects.toMatchObject({
      fieldErrors: { 'caps.0.currency': ['Choose a currency.'] },
    })
    await approve(desk, id, high)
    const { caps } = await db().aidGroupApproval.findFirstOrThrow({
      where: { aidGroupId: id },
      include: { caps: true },
    })
    expect(caps).toMatchObject([{ currency: 'USD', capMinor: 5_000_000n }])
  })

  test('the database knows the same highest caps', async () => {
    for (const tier of ['low', 'medium', 'high'] as const) {
      for (const currency of ['USD', 'JPY', 'KWD']) {
        const { rows } = await app.query('SELECT risk_tier_cap_minor_max($1, $2) AS minor', [tier, currency])
        expect(BigInt(rows[0].minor)).toBe(capMinorMax(tier, currency))
      }
    }
  })

  test('caps come with their approval: none is added, raised or taken away later', async () => {
    const { id } = await plantWaiting(desk)
    await approve(desk, id)
    const { id: approvalId } = await db().aidGroupApproval.findFirstOrThrow({ where: { aidGroupId: id } })
    const add = app.query(`INSERT INTO aid_group_cap (approval_id, currency, cap_minor) VALUES ($1, 'GBP', 1)`, [
      approvalId,
    ])
    await expect(add).rejects.toThrow('comes with its approval')
    await expect(app.query(`UPDATE aid_group_cap SET cap_minor = 2`)).rejects.toThrow('permission denied')
    await expect(app.query(`DELETE FROM aid_group_cap`)).rejects.toThrow('permission denied')
  })
})

test('an approval’s row comes with the step that approves, the step with its row, and history with both', async () => {
  const { id } = await plantWaiting(desk)
  const statements = await approvalByHand(desk, id)
  for (const left of [[0, 1], [2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]) {
    await app.query('BEGIN')
    const attempt = (async () => {
      for (const index of left) await app.query(...(statements[index] as [string, unknown[]]))
      await app.query('SET CONSTRAINTS ALL IMMEDIATE')
    })()
    await expect(attempt, `statements ${left}`).rejects.toThrow()
    await app.query('ROLLBACK')
  }
  expect(await db().aidGroupApproval.count({ where: { aidGroupId: id } })).toBe(0)
  const invented = app.query(
    `INSERT INTO aid_group_status_change (aid_group_id, from_status, to_status, actor_id) VALUES ($1, 'pending_second_approval', 'in_review', $2)`,
    [id, desk.approver.userId],
  )
  await expect(invented).rejects.toThrow('written down together with the step')
})
