import { describe, expect, it } from 'vitest'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { recordGateRefusal } from '#lib/purposes/record-refusal.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()

describe('a refusal', () => {
  it('is counted once a day for the same gate, step and disbursement', async () => {
    const disbursementId = newId()
    await recordGateRefusal({ gate: 'cap', stage: 'approval', disbursementId })
    await recordGateRefusal({ gate: 'cap', stage: 'approval', disbursementId })
    await recordGateRefusal({ gate: 'cap', stage: 'release', disbursementId })
    await recordGateRefusal({ gate: 'funds', stage: 'approval', disbursementId })
    expect(await db().gateRefusal.count({ where: { subjectKey: disbursementId } })).toBe(3)
  })

  it('is counted each time when nothing says that it is the same', async () => {
    await recordGateRefusal({ gate: 'region', stage: 'request' })
    await recordGateRefusal({ gate: 'region', stage: 'request' })
    expect(await db().gateRefusal.count({ where: { gate: 'region' } })).toBe(2)
  })

  it('keeps a hash of what was typed, not the words', async () => {
    await recordGateRefusal({ gate: 'end_use', stage: 'application', subject: 'Anna Example' })
    await recordGateRefusal({ gate: 'end_use', stage: 'application', subject: 'Anna Example' })
    const rows = await db().gateRefusal.findMany({ where: { gate: 'end_use' } })
    expect(rows.map((row) => row.subjectKey)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  })

  it('cannot be changed or deleted, by the app or by the owner of the tables', async () => {
    await recordGateRefusal({ gate: 'agreement', stage: 'release' })
    for (const client of [await database.asApp(), await database.asOwner()]) {
      await expect(client.query(`UPDATE gate_refusal SET gate = 'cap'`)).rejects.toThrow(
        /append-only|permission denied/,
      )
      await expect(client.query('DELETE FROM gate_refusal')).rejects.toThrow(/append-only|permission denied/)
      await expect(client.query('TRUNCATE gate_refusal')).rejects.toThrow(/append-only|permission denied/)
    }
  })

  it('names a gate and a step of the closed list', async () => {
    const app = await database.asApp()
    const insert = 'INSERT INTO gate_refusal (gate, stage, refused_on) VALUES ($1, $2, now())'
    await expect(app.query(insert, ['mood', 'request'])).rejects.toThrow(/gate_refusal_gate/)
    await expect(app.query(insert, ['cap', 'lunch'])).rejects.toThrow(/gate_refusal_stage/)
  })
})
