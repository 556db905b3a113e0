import { describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { rejectDisbursement } from '#lib/disbursements/reject-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { useDatabase } from '#tests/support/database.ts'
import { evidence, makeWorld, request, row, wireReference } from './fixture.ts'

useDatabase()

const code = (expected: string) => expect.objectContaining({ code: expected })

describe('the whole way', () => {
  test('request, approve, release and confirm move the money and publish the evidence', async () => {
    const world = await makeWorld()
    const id = await request(world, '600.00')
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    const reference = wireReference()
    await releaseDisbursement(world.releaser, {
      disbursementId: id,
      version: 2,
      wireReference: reference,
      transferFee: '20',
    })
    await confirmReceipt(world.organizer, { disbursementId: id, version: 3, evidence: evidence() })
    const done = await row(id)
    expect(done).toMatchObject({
      status: 'confirmed',
      amountMinor: 60_000n,
      transferFeeMinor: 2_000n,
      wireReference: reference,
      version: 4,
    })
    const files = await db().evidence.findMany({ where: { disbursementId: id }, include: { file: true } })
    expect(files.map((one) => one.file.isPublic)).toEqual([true])
    const balances = await db().$queryRaw<{ role: string; minor: bigint }[]>`
      SELECT role, sum(balance_minor)::bigint AS minor FROM ledger.balances WHERE fund_id = ${world.campaign.fundId} GROUP BY role`
    const of = (role: string) => balances.find((balance) => balance.role === role)?.minor
    expect([of('bank'), of('aid_granted'), of('transfer_fees'), of('encumbrances'), of('in_transit')]).toEqual([
      38_000n,
      60_000n,
      2_000n,
      0n,
      0n,
    ])
  })

  test('a returned wire puts the money back and a new request can promise it again', async () => {
    const world = await makeWorld({ bankMinor: 50_000n })
    const id = await request(world)
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    await releaseDisbursement(world.releaser, {
      disbursementId: id,
      version: 2,
      wireReference: wireReference(),
      transferFee: '',
    })
    await returnWire(world.approver, { disbursementId: id, version: 3, reason: 'Account closed' })
    expect((await row(id)).status).toBe('returned')
    const again = await request(world)
    await approveDisbursement(world.approver, { disbursementId: again, version: 1 })
    expect((await row(again)).status).toBe('approved')
  })

  test('a cancelled approval gives the promise back', async () => {
    const world = await makeWorld({ bankMinor: 50_000n })
    const first = await request(world)
    const second = await request(world)
    await approveDisbursement(world.approver, { disbursementId: first, version: 1 })
    await expect(approveDisbursement(world.approver, { disbursementId: second, version: 1 })).rejects.toEqual(
      code('insufficient_funds'),
    )
    await cancelDisbursement(world.organizer, {
      disbursementId: first,
      version: 2,
      reason: 'They found flour elsewhere',
    })
    await approveDisbursement(world.approver, { disbursementId: second, version: 1 })
    expect((await row(first)).status).toBe('cancelled')
  })

  test('a rejected request promises nothing and is final', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await rejectDisbursement(world.approver, { disbursementId: id, version: 1, reason: 'Not this month' })
    expect(await row(id)).toMatchObject({ status: 'rejected', encumbranceEntryId: null })
    await expect(approveDisbursement(world.releaser, { disbursementId: id, version: 2 })).rejects.toEqual(
      code('wrong_state'),
    )
  })
})

describe('who may do what', () => {
  test('the requester cannot approve', async () => {
    const world = await makeWorld()
    const id = await request(world, '500.00', world.approver)
    await expect(approveDisbursement(world.approver, { disbursementId: id, version: 1 })).rejects.toEqual(
      code('segregation_of_duties'),
    )
  })

  test('the requester cannot release, whatever the amount', async () => {
    const world = await makeWorld()
    const id = await request(world, '1.00', world.approver)
    await approveDisbursement(world.releaser, { disbursementId: id, version: 1 })
    const wire = { disbursementId: id, version: 2, wireReference: wireReference() }
    await expect(releaseDisbursement(world.approver, wire)).rejects.toEqual(code('segregation_of_duties'))
  })

  test('the approver cannot release above the threshold', async () => {
    const world = await makeWorld({ thresholdMinor: 50_000n })
    const id = await request(world, '500.01')
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    const wire = { disbursementId: id, version: 2, wireReference: wireReference() }
    await expect(releaseDisbursement(world.approver, wire)).rejects.toEqual(code('segregation_of_duties'))
  })

  test('the second person may release at the threshold', async () => {
    const world = await makeWorld({ thresholdMinor: 50_000n })
    const id = await request(world, '500.00')
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    await releaseDisbursement(world.approver, { disbursementId: id, version: 2, wireReference: wireReference() })
    expect((await row(id)).status).toBe('released')
  })

  test('an organizer and an auditor cannot approve', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await expect(approveDisbursement(world.auditor, { disbursementId: id, version: 1 })).rejects.toEqual(
      code('forbidden'),
    )
    await expect(approveDisbursement(world.organizer, { disbursementId: id, version: 1 })).rejects.toEqual(
      code('forbidden'),
    )
  })

  test("another chapter's disbursement is not found, and the attempt is in the audit log", async () => {
    const world = await makeWorld()
    const other = await makeWorld()
    const id = await request(world)
    const attempt = { disbursementId: id, version: 1, reason: 'x', wireReference: 'ABCD1' }
    for (const write of [
      approveDisbursement,
      rejectDisbursement,
      cancelDisbursement,
      releaseDisbursement,
      returnWire,
      confirmReceipt,
    ]) {
      await expect(write(other.approver, attempt)).rejects.toEqual(code('not_found'))
    }
    const refused = await db().auditEvent.count({ where: { action: 'access.refuse', subjectId: id } })
    expect(refused).toBe(6)
  })

  test('a guest is asked to sign in', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await expect(approveDisbursement({ kind: 'guest' }, { disbursementId: id, version: 1 })).rejects.toEqual(
      code('not_signed_in'),
    )
  })

  test('a role that was taken away does not decide any more, though the session still names it', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await db().chapterRole.updateMany({ where: { userId: world.approver.userId }, data: { revokedAt: new Date() } })
    await expect(approveDisbursement(world.approver, { disbursementId: id, version: 1 })).rejects.toThrow()
    expect((await row(id)).status).toBe('requested')
  })
})
