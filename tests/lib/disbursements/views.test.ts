import { describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { listPublishedDisbursements } from '#lib/disbursements/list-published.ts'
import {
  canAddEvidence,
  canApprove,
  canCancel,
  canConfirm,
  canEdit,
  canReject,
  canRelease,
  canReturn,
} from '#lib/disbursements/policy.ts'
import { findRequestTarget, listDisbursements, listFunds, listRequestTargets } from '#lib/disbursements/queries.ts'
import { rejectDisbursement } from '#lib/disbursements/reject-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import type { DisbursementFacts } from '#lib/disbursements/types.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { useDatabase } from '#tests/support/database.ts'
import { evidence, makeGroup, makeWorld, request, type World, wireReference } from './fixture.ts'

useDatabase()

const code = (expected: string) => expect.objectContaining({ code: expected })

async function confirmed(world: World): Promise<string> {
  const id = await request(world)
  await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
  await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
  await confirmReceipt(world.organizer, { disbursementId: id, version: 3, evidence: evidence() })
  return id
}

describe('what the desk sees', () => {
  test('people of the chapter see all facts, the timeline and the gates', async () => {
    const world = await makeWorld({ bankMinor: 40_000n })
    const id = await request(world)
    const view = await findDisbursement(world.auditor, id)
    expect(view).toMatchObject({ requestedBy: world.organizer.name, amountMinor: 50_000n, version: 1 })
    expect(view.timeline.map(({ action, by }) => [action, by])).toEqual([['Asked for the money', world.organizer.name]])
    const money = view.gates.find((gate) => gate.key === 'headroom')
    expect(money).toMatchObject({ open: false, reason: '$400.00 can be promised; this needs $500.00.' })
  })

  test('another chapter sees nothing: not found, not listed, and no campaign to ask from', async () => {
    const world = await makeWorld()
    const other = await makeWorld()
    const id = await request(world)
    await expect(findDisbursement(other.approver, id)).rejects.toEqual(code('not_found'))
    await expect(findDisbursement(other.approver, 'not-an-id')).rejects.toEqual(code('not_found'))
    await expect(findRequestTarget(other.organizer, world.campaign.id)).rejects.toEqual(code('not_found'))
    expect(await listDisbursements(other.approver)).toEqual([])
    expect((await listFunds(other.approver)).map((fund) => fund.fundId)).toEqual([other.campaign.fundId])
    expect((await listRequestTargets(other.organizer)).map(({ id }) => id)).toEqual([other.campaign.id])
  })

  test('a vetting reviewer and an administrator without a role see nothing of the money', async () => {
    const world = await makeWorld()
    const id = await request(world)
    const [vetter] = world.vetters
    for (const actor of [vetter!, { ...vetter!, isAdmin: true, roles: [] }]) {
      await expect(findDisbursement(actor, id)).rejects.toEqual(code('not_found'))
      expect(await listDisbursements(actor)).toEqual([])
    }
  })

  test('an auditor has nothing to ask from, and a group that cannot be paid says why', async () => {
    const world = await makeWorld()
    expect(await listRequestTargets(world.auditor)).toEqual([])
    const late = await makeGroup(world.chapter.id, 'late', {
      approvedUntil: new Date('2021-05-01'),
      vetters: world.vetters,
    })
    await db().campaignAidGroup.create({ data: { campaignId: world.campaign.id, aidGroupId: late.id } })
    const target = await findRequestTarget(world.organizer, world.campaign.id)
    expect(target.aidGroups.find((group) => group.id === late.id)?.reason).toContain('2021-05-01')
    expect(target.fund.headroomMinor).toBe(100_000n)
  })
})

describe('what everybody sees', () => {
  test('nothing before the approval, nothing of who and how, evidence once it is confirmed', async () => {
    const world = await makeWorld()
    await request(world)
    const rejected = await request(world)
    await rejectDisbursement(world.approver, { disbursementId: rejected, version: 1, reason: 'secret reason' })
    expect(await listPublishedDisbursements(world.campaign.id)).toEqual([])
    await confirmed(world)
    const [shown] = await listPublishedDisbursements(world.campaign.id)
    expect(shown).toMatchObject({ status: 'confirmed', amountMinor: 50_000n, purpose: 'Food for a month' })
    expect(shown?.evidence).toMatchObject([{ caption: 'Delivery note', fileName: expect.stringMatching(/pdf$/) }])
    const text = JSON.stringify(shown, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    const { wireReference: wire } = await db().disbursement.findUniqueOrThrow({ where: { id: shown!.id } })
    for (const hidden of [world.organizer.name, world.approver.userId, world.releaser.userId, wire!]) {
      expect(text).not.toContain(hidden)
    }
  })

  test('a group with a public alias appears under it alone', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    // A new name is looked for on the lists before more is paid, so it comes after the approval here.
    await db()
      .$executeRaw`UPDATE aid_group SET public_alias = 'A kitchen in the east' WHERE id = ${world.group.id}::uuid`
    const [shown] = await listPublishedDisbursements(world.campaign.id)
    expect(shown?.aidGroupName).toBe('A kitchen in the east')
  })
})

describe('bad input', () => {
  const refusal = async (write: Promise<unknown>): Promise<FieldErrors> => {
    const error = await write.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof AppError)) throw new Error('It was not refused.')
    return error.fieldErrors
  }

  test('every wrong field is named at once, at its own row', async () => {
    const world = await makeWorld()
    const lines = [
      { category: 'food', description: 'Rice', amount: '4.999' },
      { category: '', description: '', amount: '' },
      { category: 'weapons', description: ' ', amount: '٥' },
      { category: 'food', description: 'x'.repeat(301), amount: '-5' },
    ]
    const input = { campaignId: world.campaign.id, aidGroupId: '', purpose: ' ', lines }
    expect(Object.keys(await refusal(requestDisbursement(world.organizer, input))).sort()).toEqual([
      'aidGroupId',
      'lines.0.amount',
      'lines.2.amount',
      'lines.2.category',
      'lines.2.description',
      'lines.3.amount',
      'lines.3.description',
      'purpose',
    ])
  })

  test('a request without lines, or with hidden characters, says so at the field', async () => {
    const world = await makeWorld()
    const input = { campaignId: world.campaign.id, aidGroupId: world.group.id, purpose: 'a\u202eb\u0000', lines: [] }
    const errors = await refusal(requestDisbursement(world.organizer, input))
    expect(Object.keys(errors).sort()).toEqual(['lines.0.description', 'purpose'])
  })

  test('fields that nobody asked for are ignored', async () => {
    const world = await makeWorld()
    const lines = [{ category: 'food', description: 'Rice', amount: '1.00', amountMinor: 999n }]
    const extra = {
      status: 'approved',
      fundId: 1n,
      releaseThresholdMinor: 99_999_999n,
      requestedById: world.approver.userId,
    }
    const input = { campaignId: world.campaign.id, aidGroupId: world.group.id, purpose: 'x', lines, ...extra }
    const { id } = await requestDisbursement(world.organizer, input)
    expect(await db().disbursement.findUniqueOrThrow({ where: { id } })).toMatchObject({
      status: 'requested',
      amountMinor: 100n,
      releaseThresholdMinor: 50_000n,
      requestedById: world.organizer.userId,
    })
  })

  test('a wire reference is parsed strictly and a fee is an amount or nothing', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    const wire = { disbursementId: id, version: 2, wireReference: wireReference(), transferFee: '' }
    for (const reference of [
      '',
      'abc',
      'FT 1;DROP',
      '=HYPERLINK(1)',
      'ПЛАТІЖ-1234',
      'x'.repeat(41),
      '-ABCDE',
      'AB\r\nCD',
    ]) {
      const errors = await refusal(releaseDisbursement(world.releaser, { ...wire, wireReference: reference }))
      expect(Object.keys(errors), reference).toEqual(['wireReference'])
    }
    for (const fee of ['-1', '1e3', '0.001', '1,000']) {
      expect(Object.keys(await refusal(releaseDisbursement(world.releaser, { ...wire, transferFee: fee })))).toEqual([
        'transferFee',
      ])
    }
    await releaseDisbursement(world.releaser, { ...wire, transferFee: '0,00' })
  })

  test('evidence needs a real file, a caption, a day that has come, and a line of its own', async () => {
    const world = await makeWorld()
    const id = await request(world)
    await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
    await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
    const confirm = (change: object) =>
      refusal(
        confirmReceipt(world.organizer, { disbursementId: id, version: 3, evidence: { ...evidence(), ...change } }),
      )
    const html = { name: 'x.pdf', bytes: Buffer.from('<html><script>alert(1)</script>') }
    const stranger = '00000000-0000-7000-8000-000000000000'
    for (const [field, change] of Object.entries({
      file: { file: html },
      caption: { caption: '' },
      lineId: { lineId: stranger },
    })) {
      expect(Object.keys(await confirm(change))).toEqual([`evidence.${field}`])
    }
    for (const takenOn of ['2999-01-01', 'yesterday', '2026-02-30', '']) {
      expect(Object.keys(await confirm({ takenOn }))).toEqual(['evidence.takenOn'])
    }
  })
})

describe('the policy, without a database', () => {
  const chapterId = 'c'
  const who = (userId: string, ...roles: ('organizer' | 'treasurer' | 'auditor')[]) =>
    ({ kind: 'user', userId, name: userId, isAdmin: true, roles: roles.map((role) => ({ chapterId, role })) }) as const
  const facts = (change: Partial<DisbursementFacts>): DisbursementFacts => ({
    chapterId,
    status: 'requested',
    amountMinor: 100n,
    releaseThresholdMinor: 100n,
    requestedById: 'asker',
    approvedById: null,
    evidenceCount: 0,
    accountPeopleIds: [],
    ...change,
  })
  const approvedFacts = facts({ status: 'approved', approvedById: 'second' })

  test('an administrator without a role may do nothing', () => {
    const all = [canApprove, canReject, canCancel, canRelease, canConfirm, canAddEvidence, canReturn, canEdit]
    for (const can of all) for (const of of [facts({}), approvedFacts]) expect(can(who('a'), of).allowed).toBe(false)
  })

  test('every refusal has a reason in words', () => {
    const people = [who('asker', 'treasurer'), who('second', 'treasurer'), who('third', 'auditor')]
    for (const can of [canApprove, canReject, canCancel, canRelease, canConfirm, canReturn, canEdit]) {
      for (const person of people) {
        const verdict = can(person, facts({ status: 'rejected' }))
        expect(verdict.allowed === false && verdict.reason).toMatch(/\w{4}.*\.$/)
      }
    }
  })

  test('the requester cancels, another treasurer rejects', () => {
    expect(canReject(who('asker', 'treasurer'), facts({})).allowed).toBe(false)
    expect(canCancel(who('asker', 'organizer'), facts({})).allowed).toBe(true)
    expect(canCancel(who('other', 'organizer'), facts({})).allowed).toBe(false)
    expect(canReject(who('other', 'treasurer'), facts({})).allowed).toBe(true)
  })

  test('the threshold itself is the last amount for two people', () => {
    const second = who('second', 'treasurer')
    expect(canRelease(second, approvedFacts).allowed).toBe(true)
    expect(canRelease(second, { ...approvedFacts, amountMinor: 101n }).allowed).toBe(false)
    expect(canRelease(who('third', 'treasurer'), { ...approvedFacts, amountMinor: 101n }).allowed).toBe(true)
    expect(canRelease(who('asker', 'treasurer'), approvedFacts).allowed).toBe(false)
  })
})
