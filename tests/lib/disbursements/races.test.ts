import { describe, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { addEvidence } from '#lib/disbursements/add-evidence.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { editDisbursement } from '#lib/disbursements/edit-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { useDatabase } from '#tests/support/database.ts'
import { APPROVED_UNTIL, stepByHand } from '#tests/support/plant.ts'
import { evidence, makePerson, makeWorld, request, row, type World, wireReference } from './fixture.ts'
import { endPart } from './shut-gates.ts'

const database = useDatabase()

const code = (expected: string) => expect.objectContaining({ code: expected })

async function approved(world: World, amount = '500.00'): Promise<string> {
  const id = await request(world, amount)
  await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
  return id
}

async function headroom(world: World): Promise<bigint> {
  const [guard] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT headroom_minor AS minor FROM ledger.guards WHERE fund_id = ${world.campaign.fundId}`
  return guard!.minor
}

describe('money', () => {
  test('refused when the fund lacks money and says how much is there', async () => {
    const world = await makeWorld({ bankMinor: 12_345n })
    const id = await request(world, '123.46')
    const refused = approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    await expect(refused).rejects.toEqual(code('insufficient_funds'))
    await expect(refused).rejects.toThrow('123.45')
    expect(await row(id)).toMatchObject({ status: 'requested', version: 1 })
  })

  test('a transfer fee that the fund does not have stops the release', async () => {
    const world = await makeWorld({ bankMinor: 50_000n })
    const id = await approved(world)
    const wire = { disbursementId: id, version: 2, wireReference: wireReference(), transferFee: '0.01' }
    await expect(releaseDisbursement(world.releaser, wire)).rejects.toEqual(code('insufficient_funds'))
    expect((await row(id)).status).toBe('approved')
  })

  test('100 races for one balance never overdraw', async () => {
    const world = await makeWorld({ bankMinor: 10_500n })
    const ids = await Promise.all(Array.from({ length: 100 }, () => request(world, '10.00')))
    const attempts = await Promise.allSettled(
      ids.map((id) => approveDisbursement(world.approver, { disbursementId: id, version: 1 })),
    )
    const refused = attempts.filter((one) => one.status === 'rejected').map((one) => one.reason.code)
    expect(refused).toEqual(Array.from({ length: 90 }, () => 'insufficient_funds'))
    expect(await headroom(world)).toBe(500n)
    const promised = await db().disbursement.aggregate({
      where: { campaignId: world.campaign.id, status: 'approved' },
      _sum: { amountMinor: true },
    })
    expect(promised._sum.amountMinor).toBe(10_000n)
  })
})

describe('two at once', () => {
  test('two approvals at once promise once', async () => {
    const world = await makeWorld()
    const id = await request(world)
    const both = [world.approver, world.releaser].map((by) =>
      approveDisbursement(by, { disbursementId: id, version: 1 }),
    )
    const done = await Promise.allSettled(both)
    expect(done.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await headroom(world)).toBe(50_000n)
  })

  test('two releases at once make one', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    const both = [world.releaser, world.approver].map((by) =>
      releaseDisbursement(by, { disbursementId: id, version: 2, wireReference: wireReference() }),
    )
    const done = await Promise.allSettled(both)
    expect(done.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const entries = await db().$queryRaw<
      unknown[]
    >`SELECT 1 FROM ledger.entries WHERE kind = 'release' AND source_id = ${id}`
    expect(entries).toHaveLength(1)
  })

  test('one wire recorded for two disbursements at once stands for one', async () => {
    const world = await makeWorld()
    const ids = [await approved(world, '1.00'), await approved(world, '1.00')]
    const reference = wireReference()
    const both = ids.map((id) =>
      releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: reference }),
    )
    const done = await Promise.allSettled(both)
    expect(done.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const failed = done.find((one) => one.status === 'rejected')
    expect(failed?.reason).toEqual(code('conflict'))
  })

  test('a group suspended at the moment of the release either stops it or comes after it', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    const suspend = stepByHand(world.group.id, { from: 'approved', to: 'suspended', by: 'system:worker' })
    const release = releaseDisbursement(world.releaser, {
      disbursementId: id,
      version: 2,
      wireReference: wireReference(),
    })
    await Promise.allSettled([suspend, release])
    expect(['approved', 'released']).toContain((await row(id)).status)
  })
})

describe('replays and crashes', () => {
  test('repeating an approval, a release or a confirmation changes nothing', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    expect(await approveDisbursement(world.approver, { disbursementId: id, version: 1 })).toEqual({ replayed: true })
    const wire = { disbursementId: id, version: 2, wireReference: wireReference(), transferFee: '5.00' }
    expect(await releaseDisbursement(world.releaser, wire)).toEqual({ replayed: false })
    expect(await releaseDisbursement(world.releaser, wire)).toEqual({ replayed: true })
    const confirmation = { disbursementId: id, version: 3, evidence: evidence() }
    await confirmReceipt(world.organizer, confirmation)
    await confirmReceipt(world.organizer, { ...confirmation, evidence: null })
    expect(await row(id)).toMatchObject({ status: 'confirmed', version: 4 })
    const kinds = await db().$queryRaw<
      { kind: string }[]
    >`SELECT kind FROM ledger.entries WHERE source_id = ${id} ORDER BY id`
    expect(kinds.map((entry) => entry.kind)).toEqual(['encumbrance', 'release', 'grant_confirmed'])
  })

  test('a second wire for what was already sent is refused aloud, with the first reference', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    const first = wireReference()
    await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: first })
    const second = releaseDisbursement(world.releaser, {
      disbursementId: id,
      version: 2,
      wireReference: wireReference(),
    })
    await expect(second).rejects.toThrow(first)
  })

  test('the same wire is the same in any spelling', async () => {
    const world = await makeWorld()
    const [one, two] = [await approved(world, '1.00'), await approved(world, '1.00')]
    await releaseDisbursement(world.releaser, { disbursementId: one, version: 2, wireReference: ' ft-26 123/ab ' })
    expect((await row(one)).wireReference).toBe('FT-26123/AB')
    const again = releaseDisbursement(world.releaser, { disbursementId: two, version: 2, wireReference: 'FT-26123/ab' })
    await expect(again).rejects.toMatchObject({
      code: 'conflict',
      fieldErrors: { wireReference: [expect.any(String)] },
    })
  })

  test('who makes the wire says so first; everybody else has to look at the bank before taking over', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await startWire(world.releaser, { disbursementId: id, version: 2 })
    await startWire(world.releaser, { disbursementId: id, version: 2 })
    const third = await makePerson(world.chapter.id, 'Tomas', 'treasurer')
    const wire = { disbursementId: id, version: 3, wireReference: wireReference() }
    await expect(startWire(third, wire)).rejects.toMatchObject({
      code: 'conflict',
      fieldErrors: { takeOver: [expect.any(String)] },
    })
    await expect(releaseDisbursement(third, wire)).rejects.toEqual(code('conflict'))
    await expect(cancelDisbursement(world.approver, { disbursementId: id, version: 3, reason: 'x' })).rejects.toEqual(
      code('conflict'),
    )
    await releaseDisbursement(third, { ...wire, takeOver: true })
    expect(await row(id)).toMatchObject({
      status: 'released',
      releasedById: third.userId,
      sendingById: world.releaser.userId,
    })
  })
})

describe('a wire that a gate overtakes', () => {
  const suspend = (groupId: string) => stepByHand(groupId, { from: 'approved', to: 'suspended', by: 'system:worker' })

  test('is written down by another treasurer than who began it, with the gate that shut and the reason, and everybody concerned hears of it', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await startWire(world.releaser, { disbursementId: id, version: 2 })
    await suspend(world.group.id)
    const second = await makePerson(world.chapter.id, 'Third', 'treasurer')
    const wire = { disbursementId: id, version: 3, wireReference: wireReference(), takeOver: true }
    const told = { ...wire, leftBefore: 'yes', leftReason: 'Statement of 3 May, line 4.' }
    const refused = (field: string) => ({ fieldErrors: { [field]: [expect.any(String)] } })
    await expect(releaseDisbursement(second, wire)).rejects.toMatchObject({
      code: 'aid_group_not_approved',
      fieldErrors: { leftBefore: [expect.stringContaining('Send nothing now')] },
    })
    await expect(releaseDisbursement(world.releaser, told)).rejects.toMatchObject({
      ...refused('leftBefore'),
      code: 'segregation_of_duties',
    })
    await expect(releaseDisbursement(second, { ...told, leftReason: '' })).rejects.toMatchObject(refused('leftReason'))
    await releaseDisbursement(second, told)
    expect(await row(id)).toMatchObject({ status: 'released', sentDespite: 'approved', releasedById: second.userId })
    const [audit] = await db().auditEvent.findMany({ where: { subjectId: id, action: 'disbursement.release' } })
    expect(audit).toMatchObject({ detail: { sentDespite: 'approved' }, reason: 'Statement of 3 May, line 4.' })
    const mails = await db().outboundMail.findMany({ where: { subject: { contains: 'had left before a gate shut' } } })
    const people = await db().user.findMany({
      where: { id: { in: [world.releaser, second, ...world.vetters].map(({ userId }) => userId) } },
    })
    expect(mails.map(({ recipient }) => recipient)).toEqual(expect.arrayContaining(people.map(({ email }) => email)))
    expect(await db().gateRefusal.count({ where: { gate: 'approved', chapterId: world.chapter.id } })).toBe(1)
  })

  test('can be written down also where the group’s part in the campaign has ended meanwhile', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await startWire(world.releaser, { disbursementId: id, version: 2 })
    await endPart(world, await database.asOwner())
    const second = await makePerson(world.chapter.id, 'Third', 'treasurer')
    const wire = { disbursementId: id, version: 3, wireReference: wireReference(), takeOver: true }
    await releaseDisbursement(second, { ...wire, leftBefore: 'yes', leftReason: 'On the statement.' })
    expect(await row(id)).toMatchObject({ status: 'released', sentDespite: 'part_ended' })
  })

  test('is not begun after the gate shut, nor written down where nobody began it, nor by raw SQL by whoever began it', async () => {
    const world = await makeWorld()
    const [early, unbegun] = [await approved(world, '10.00'), await approved(world, '10.00')]
    await startWire(world.releaser, { disbursementId: early, version: 2 })
    await suspend(world.group.id)
    const told = { leftBefore: 'yes', leftReason: 'On the statement.' }
    const never = { disbursementId: unbegun, version: 2, wireReference: wireReference(), ...told }
    await expect(startWire(world.releaser, never)).rejects.toEqual(code('aid_group_not_approved'))
    await expect(releaseDisbursement(world.releaser, never)).rejects.toEqual(code('aid_group_not_approved'))
    const app = await database.asApp()
    const raw = `UPDATE disbursement SET status = 'released', released_by_id = $2, released_at = now(), wire_reference = 'RAW-1',
      transfer_fee_minor = 0, sent_despite = 'approved', sent_despite_reason = $3, version = version + 1 WHERE id = $1`
    const second = await makePerson(world.chapter.id, 'Third', 'treasurer')
    await expect(app.query(raw, [unbegun, second.userId, 'Why'])).rejects.toMatchObject({ detail: 'approved' })
    await expect(app.query(raw, [early, world.releaser.userId, 'Why'])).rejects.toMatchObject({ detail: 'separation' })
    await expect(app.query(raw, [early, second.userId, null])).rejects.toMatchObject({ detail: 'separation' })
  })

  test('a gate cannot be named where every gate is open', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await startWire(world.releaser, { disbursementId: id, version: 2 })
    await releaseDisbursement(world.releaser, {
      ...{ disbursementId: id, version: 3, wireReference: wireReference(), leftBefore: 'yes' },
    })
    expect((await row(id)).sentDespite).toBeNull()
  })

  test('is called off only by whoever began it, who says that nothing left the bank', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await startWire(world.releaser, { disbursementId: id, version: 2 })
    const off = { disbursementId: id, version: 3, reason: 'Not now' }
    await expect(cancelDisbursement(world.releaser, off)).rejects.toMatchObject({
      fieldErrors: { nothingLeft: [expect.stringContaining('statement')] },
    })
    await expect(editDisbursement(world.organizer, edit(world, id, 3, '1.00'))).rejects.toEqual(code('conflict'))
    expect((await row(id)).status).toBe('approved')
    await cancelDisbursement(world.releaser, { ...off, nothingLeft: 'yes' })
    expect((await row(id)).status).toBe('cancelled')
  })
})

describe('versions', () => {
  test('approving what was changed meanwhile is refused', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await editDisbursement(world.organizer, edit(world, id, 1, '600.00'))
    await expect(approveDisbursement(world.approver, { disbursementId: id, version: 1 })).rejects.toEqual(
      code('conflict'),
    )
    await approveDisbursement(world.approver, { disbursementId: id, version: 2 })
    expect(await row(id)).toMatchObject({ status: 'approved', amountMinor: 60_000n })
  })

  test('edited after the approval: the approval is void and the promise is taken back', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    expect(await editDisbursement(world.organizer, edit(world, id, 2, '700.00'))).toEqual({ approvalVoid: true })
    expect(await row(id)).toMatchObject({
      status: 'requested',
      approvedById: null,
      encumbranceEntryId: null,
      amountMinor: 70_000n,
    })
    expect(await headroom(world)).toBe(100_000n)
    const wire = { disbursementId: id, version: 4, wireReference: wireReference() }
    await expect(releaseDisbursement(world.releaser, wire)).rejects.toEqual(code('wrong_state'))
    await approveDisbursement(world.approver, { disbursementId: id, version: 4 })
    expect(await headroom(world)).toBe(30_000n)
  })

  test('nobody but the requester edits, and nobody edits what was sent', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await expect(editDisbursement(world.approver, edit(world, id, 2, '1.00'))).rejects.toEqual(code('forbidden'))
    await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
    await expect(editDisbursement(world.organizer, edit(world, id, 3, '1.00'))).rejects.toEqual(code('wrong_state'))
  })
})

describe('steps and gates', () => {
  test('a step skipped by direct call is refused', async () => {
    const world = await makeWorld()
    const id = await request(world)
    const wire = { disbursementId: id, version: 1, wireReference: wireReference() }
    await expect(releaseDisbursement(world.releaser, wire)).rejects.toEqual(code('wrong_state'))
    await expect(confirmReceipt(world.organizer, { ...wire, evidence: evidence() })).rejects.toEqual(
      code('wrong_state'),
    )
    await expect(returnWire(world.releaser, { ...wire, reason: 'x' })).rejects.toEqual(code('wrong_state'))
    await expect(startWire(world.releaser, wire)).rejects.toEqual(code('wrong_state'))
    await expect(addEvidence(world.organizer, { disbursementId: id, ...evidence() })).rejects.toEqual(
      code('wrong_state'),
    )
  })

  test('an expired aid group stops the release', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    const restore = replaceClock(() => new Date(APPROVED_UNTIL.getTime() + 1))
    const wire = { disbursementId: id, version: 2, wireReference: wireReference() }
    const refused = releaseDisbursement(world.releaser, wire)
    await expect(refused).rejects.toEqual(code('aid_group_not_approved'))
    await expect(refused).rejects.toThrow(APPROVED_UNTIL.toISOString().slice(0, 10))
    restore()
    expect((await row(id)).status).toBe('approved')
  })

  test('a suspended aid group stops the approval', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await stepByHand(world.group.id, { from: 'approved', to: 'suspended', by: 'system:worker' })
    await expect(approveDisbursement(world.approver, { disbursementId: id, version: 1 })).rejects.toThrow('suspended')
  })

  test('no receipt is confirmed without evidence, and evidence is private until then', async () => {
    const world = await makeWorld()
    const id = await approved(world)
    await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
    await expect(confirmReceipt(world.organizer, { disbursementId: id, version: 3 })).rejects.toThrow('evidence')
    await addEvidence(world.organizer, { disbursementId: id, ...evidence() })
    const shown = () => db().evidence.findMany({ where: { disbursementId: id }, include: { file: true } })
    expect((await shown()).map((one) => one.file.isPublic)).toEqual([false])
    await confirmReceipt(world.organizer, { disbursementId: id, version: 3 })
    await addEvidence(world.organizer, { disbursementId: id, ...evidence('Second photo') })
    expect((await shown()).map((one) => one.file.isPublic)).toEqual([true, true])
  })
})

function edit(world: World, disbursementId: string, version: number, amount: string) {
  const lines = [{ category: 'health', description: 'Bandages', amount }]
  return { disbursementId, version, aidGroupId: world.group.id, purpose: 'Changed', lines }
}
