import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { expireGroup, reinstateGroup, rejectGroup, suspendGroup, withdrawGroup } from '#lib/vetting/end-approval.ts'
import { makeSlug } from '#lib/vetting/make-slug.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import {
  findAidGroup,
  findPublicAidGroup,
  listAidGroups,
  listChoices,
  listPublicAidGroups,
} from '#lib/vetting/queries.ts'
import {
  answerInfo,
  recommendGroup,
  renewReview,
  requestInfo,
  sendBackReview,
  startReview,
} from '#lib/vetting/review-group.ts'
import { aidGroupSteps, approvalEnd, isPayable } from '#lib/vetting/states.ts'
import type { AidGroupStatus } from '#lib/vetting/types.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantGreenGates } from '#tests/support/plant.ts'
import { plantFindings } from '#tests/support/plant-dossier.ts'
import { makeChapter, makePerson } from './people.ts'

const database = useDatabase()
let chapterId = ''
let nominator: UserActor
let first: UserActor
let second: UserActor
let aidGroupId = ''

const nomination = (changes: object = {}) => ({
  chapterId,
  name: 'Kitchen on Wheels',
  legalName: 'Kitchen on Wheels e.V.',
  summary: 'Cooks 800 warm meals a day for people who left their homes.',
  country: 'Ukraine',
  region: 'Kharkiv oblast',
  ...changes,
})
const because = (reason = 'Checked the papers') => ({ aidGroupId, reason })
const approval = (changes: object = {}) => ({ ...because(), riskTier: 'medium', until: '', ...changes })
const row = () => db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
const payableInDatabase = async (at = new Date()) => {
  const rows = await db().$queryRaw<{ yes: boolean }[]>`SELECT aid_group_is_payable(${aidGroupId}::uuid, ${at}) AS yes`
  return rows[0]?.yes
}
const bringTo = async (status: 'in_review' | 'pending_second_approval' | 'approved') => {
  await startReview(first, because())
  if (status === 'in_review') return
  await plantGreenGates(aidGroupId, { reviewedById: first.userId })
  await recommendGroup(first, because())
  if (status === 'approved') await approveGroup(second, approval())
}

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  nominator = await makePerson(chapterId, 'organizer', 'vetting_reviewer')
  first = await makePerson(chapterId, 'vetting_reviewer')
  second = await makePerson(chapterId, 'vetting_reviewer')
})
beforeEach(async () => {
  aidGroupId = await nominateGroup(nominator, nomination())
})

describe('the way to an approval', () => {
  test('nominated, reviewed by one, approved by another: payable, and every step has its history and audit row', async () => {
    await bringTo('approved')
    const group = await findAidGroup(second, aidGroupId)
    expect(group.changes.map(({ to }) => to)).toEqual(['submitted', 'in_review', 'pending_second_approval', 'approved'])
    expect([group.nominatedBy, group.reviewedBy, group.approvedBy]).toEqual([nominator.name, first.name, second.name])
    expect(group.payable).toBe(true)
    expect(await payableInDatabase()).toBe(true)
    const actions = await db().auditEvent.findMany({ where: { subjectId: aidGroupId }, orderBy: { id: 'asc' } })
    expect(actions.map(({ action }) => action)).toEqual([
      'aid_group.submit',
      'aid_group.start_review',
      'aid_group.recommend',
      'aid_group.approve',
    ])
  })

  test('conditions make it approved with conditions', async () => {
    await bringTo('pending_second_approval')
    await approveGroup(second, approval({ conditions: 'Photos of each delivery' }))
    expect(await row()).toMatchObject({ status: 'approved_with_conditions', conditions: 'Photos of each delivery' })
  })

  test('an approval lasts 24, 12 or 6 months by risk, or until an earlier day', async () => {
    const at = new Date('2026-08-31T10:00:00Z')
    expect(approvalEnd(at, 'low').toISOString()).toBe('2028-08-31T10:00:00.000Z')
    expect(approvalEnd(at, 'medium').toISOString()).toBe('2027-08-31T10:00:00.000Z')
    expect(approvalEnd(at, 'high').toISOString()).toBe('2027-02-28T10:00:00.000Z')
    await bringTo('pending_second_approval')
    const later = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10)
    const tooLate = approveGroup(second, approval({ riskTier: 'high', until: later }))
    await expect(tooLate).rejects.toMatchObject({ fieldErrors: { until: [expect.stringContaining('at most')] } })
    await expect(approveGroup(second, approval({ until: '2020-01-01' }))).rejects.toMatchObject({
      fieldErrors: { until: ['This day has passed. Choose a later one.'] },
    })
    await approveGroup(second, approval({ until: later }))
    expect((await row()).approvedUntil?.toISOString().slice(0, 10)).toBe(later)
  })

  test('a question, its answer, and a review given back', async () => {
    await bringTo('in_review')
    await requestInfo(first, because('Who signs?'))
    await answerInfo(nominator, because('The board, see the papers'))
    await recommendGroup(first, because())
    await sendBackReview(second, because('One reference is missing'))
    expect((await row()).status).toBe('in_review')
    await plantGreenGates(aidGroupId, { reviewedById: first.userId })
    await recommendGroup(first, because())
    await approveGroup(second, approval())
    expect((await row()).status).toBe('approved')
  })
})

describe('who may not', () => {
  test('cannot review own nomination', async () => {
    await expect(startReview(nominator, because())).rejects.toMatchObject({ code: 'segregation_of_duties' })
  })

  test('cannot approve own nomination', async () => {
    await bringTo('pending_second_approval')
    await expect(approveGroup(nominator, approval())).rejects.toMatchObject({ code: 'segregation_of_duties' })
  })

  test('cannot approve own review, nor one taken on or recommended by oneself before somebody else finished it', async () => {
    await startReview(first, because())
    await recommendGroup(second, because())
    await expect(approveGroup(second, approval())).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await expect(approveGroup(first, approval())).rejects.toMatchObject({ code: 'segregation_of_duties' })
    expect(await payableInDatabase()).toBe(false)
  })

  test('organizers, treasurers, auditors, guests and other chapters do not review', async () => {
    for (const role of ['organizer', 'treasurer', 'auditor'] as const) {
      await expect(startReview(await makePerson(chapterId, role), because())).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    const elsewhere = await makePerson((await makeChapter()).id, 'vetting_reviewer')
    await expect(startReview(elsewhere, because())).rejects.toMatchObject({ code: 'not_found' })
    await expect(startReview({ kind: 'guest' }, because())).rejects.toMatchObject({ code: 'not_signed_in' })
    await expect(startReview({ ...first, roles: [], isAdmin: true }, because())).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('another chapter neither finds the group nor nominates here, and the try is audited', async () => {
    const elsewhere = await makePerson((await makeChapter()).id, 'organizer', 'vetting_reviewer')
    await expect(findAidGroup(elsewhere, aidGroupId)).rejects.toMatchObject({ code: 'not_found' })
    await expect(findAidGroup(elsewhere, 'not-an-id')).rejects.toMatchObject({ code: 'not_found' })
    await expect(nominateGroup(elsewhere, nomination())).rejects.toMatchObject({ code: 'forbidden' })
    expect(await listAidGroups(elsewhere)).toEqual([])
    expect(await db().auditEvent.count({ where: { subjectId: aidGroupId, action: 'access.refuse' } })).toBe(1)
  })

  test('two approvals at once make one', async () => {
    await bringTo('pending_second_approval')
    const third = await makePerson(chapterId, 'vetting_reviewer')
    const tries = await Promise.allSettled([approveGroup(second, approval()), approveGroup(third, approval())])
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('the end of an approval', () => {
  test('one person suspends; two are needed to reinstate', async () => {
    await bringTo('approved')
    await suspendGroup(second, because('A report of misuse'))
    expect(await payableInDatabase()).toBe(false)
    await reinstateGroup(second, because('The report was wrong'))
    expect(await row()).toMatchObject({ status: 'pending_second_approval', approvedById: null, approvedUntil: null })
    await expect(approveGroup(second, approval())).rejects.toMatchObject({ code: 'segregation_of_duties' })
    // What the first one found still counts, so the second one looks at it again before the first one approves.
    await expect(approveGroup(first, approval())).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await plantFindings(db(), aidGroupId, { foundById: second.userId, at: new Date(), riskTier: 'low' })
    await approveGroup(first, approval())
    expect(await payableInDatabase()).toBe(true)
  })

  test('a date that has passed ends it, though the status still says approved', async () => {
    await bringTo('approved')
    const group = await row()
    const after = new Date((group.approvedUntil?.getTime() ?? 0) + 1)
    expect(group.status).toBe('approved')
    expect([isPayable(group, after), await payableInDatabase(after)]).toEqual([false, false])
    expect([isPayable(group, new Date()), await payableInDatabase()]).toEqual([true, true])
    await expect(expireGroup(first, because())).rejects.toMatchObject({ code: 'wrong_state' })
    const restore = replaceClock(() => after)
    await expireGroup({ kind: 'system', name: 'sweeper' }, because('The date has passed')).finally(restore)
    expect((await row()).status).toBe('expired')
    await renewReview(first, because())
    expect(await row()).toMatchObject({ status: 'in_review', approvedUntil: null })
  })

  test('rejected and withdrawn are final', async () => {
    await bringTo('in_review')
    await rejectGroup(first, because('No papers'))
    await expect(startReview(first, because())).rejects.toMatchObject({ code: 'wrong_state' })
    aidGroupId = await nominateGroup(nominator, nomination())
    await withdrawGroup(nominator, because('They stopped'))
    await expect(startReview(first, because())).rejects.toMatchObject({ code: 'wrong_state' })
  })

  test('a group nobody knows is not payable', async () => {
    aidGroupId = newId()
    expect(await payableInDatabase()).toBe(false)
  })
})

describe('the database by itself', () => {
  test('allows exactly the steps of the transition table', async () => {
    const rows = await db().$queryRaw<{ from: AidGroupStatus; to: AidGroupStatus; legal: boolean }[]>`
      SELECT a AS "from", b AS "to", aid_group_step_is_legal(a, b) AS legal
      FROM unnest(enum_range(NULL::aid_group_status)) AS a, unnest(enum_range(NULL::aid_group_status)) AS b`
    const inCode = new Set(
      Object.values(aidGroupSteps).flatMap(({ from, to }) => from.map((status) => `${status} ${to}`)),
    )
    const inDatabase = new Set(rows.filter(({ legal }) => legal).map(({ from, to }) => `${from} ${to}`))
    expect(inDatabase).toEqual(inCode)
  })

  test('refuses illegal steps, same-person approvals and quiet changes to what was approved', async () => {
    const app = await database.asApp()
    const update = (set: string) => app.query(`UPDATE aid_group SET ${set} WHERE id = '${aidGroupId}'`)
    await expect(update(`status = 'approved'`)).rejects.toThrow('not a legal step')
    await expect(update(`nominated_by_id = NULL`)).rejects.toThrow('never change')
    await bringTo('pending_second_approval')
    const approve = (reviewer: string | null, approver: string) =>
      update(`status = 'approved', approved_until = now() + interval '1 year', approved_by_id = '${approver}',
        reviewed_by_id = ${reviewer ? `'${reviewer}'` : 'NULL'}`)
    await expect(approve(first.userId, nominator.userId)).rejects.toThrow('neither nominated nor reviewed')
    await expect(approve(first.userId, first.userId)).rejects.toThrow('neither nominated nor reviewed')
    await expect(approve(null, second.userId)).rejects.toThrow('neither nominated nor reviewed')
    // The columns name somebody else, but the history knows who worked on it.
    await expect(approve(second.userId, first.userId)).rejects.toThrow('neither nominated nor reviewed')
    await approveGroup(second, approval())
    await expect(update(`approved_until = now() + interval '9 years'`)).rejects.toThrow('without a new approval')
    await expect(update(`legal_name = 'Other'`)).rejects.toThrow('without a new approval')
    await expect(app.query(`DELETE FROM aid_group_status_change`)).rejects.toThrow('permission denied')
    await expect(app.query(`DELETE FROM aid_group`)).rejects.toThrow('permission denied')
  })
})

describe('what the public sees', () => {
  test('the alias in the place of the name, in the address too, and nothing private', async () => {
    aidGroupId = await nominateGroup(
      nominator,
      nomination({ name: 'Clinic Saltivka', publicAlias: 'Клініка на сході' }),
    )
    expect(await findPublicAidGroup((await row()).slug)).toBeNull()
    await bringTo('approved')
    const { slug } = await row()
    expect(slug).toMatch(/^klinika-na-skhodi/)
    const shown = await findPublicAidGroup(slug)
    expect(shown).toMatchObject({ name: 'Клініка на сході', status: 'approved' })
    expect(JSON.stringify(await listPublicAidGroups())).not.toMatch(/Saltivka|Kharkiv|e\.V\.|Checked the papers/)
    const elsewhere = await makeChapter()
    const choice = (await listChoices(elsewhere.id)).find(({ id }) => id === aidGroupId)
    expect(choice).toMatchObject({ name: 'Клініка на сході', unavailable: null })
    await suspendGroup(first, because('Stop'))
    expect((await findPublicAidGroup(slug))?.status).toBe('paused')
    const own = (await listChoices(chapterId)).find(({ id }) => id === aidGroupId)
    expect(own?.unavailable).toBe('Suspended by the vetting reviewers.')
  })
})

describe('bad input', () => {
  const wrong: [string, object][] = [
    ['name', { name: '' }],
    ['name', { name: '  ' }],
    ['name', { name: 'a\r\nSet-Cookie: b' }],
    ['name', { name: 'x'.repeat(121) }],
    ['name', { name: 'abc\u0000' }],
    ['name', { name: 'abc \u202egpj' }],
    ['name', { name: ['a', 'b'] }],
    ['summary', { summary: 'short' }],
    ['summary', { summary: 'x'.repeat(1_000_000) }],
    ['legalName', { legalName: undefined }],
    ['country', { country: '' }],
    ['region', { region: null }],
    ['chapterId', { chapterId: "1' OR 1=1" }],
  ]
  test.each(wrong)('%s says what is wrong (%#)', async (field, changes) => {
    await expect(nominateGroup(nominator, nomination(changes))).rejects.toMatchObject({
      code: 'invalid_input',
      fieldErrors: { [field]: [expect.any(String)] },
    })
  })

  test('hostile but honest text is kept as text; fields nobody asked for are ignored', async () => {
    const name = `<script>alert(1)</script> =HYPERLINK("x") O'Brien 👩‍⚕️`
    aidGroupId = await nominateGroup(nominator, nomination({ name, status: 'approved', approvedById: first.userId }))
    expect(await row()).toMatchObject({ name, status: 'submitted', approvedById: null })
  })

  test('a step without a reason is refused', async () => {
    await expect(startReview(first, { aidGroupId, reason: ' ' })).rejects.toMatchObject({
      fieldErrors: { reason: expect.any(Array) },
    })
  })

  test('addresses are plain', () => {
    expect(makeSlug('Щедрик — Їжа для Харкова!', 'x')).toBe('shchedryk-izha-dlia-kharkova')
    expect(makeSlug('Łódź Été Straße', 'x')).toBe('lodz-ete-strasse')
    expect(makeSlug('日本', 'aid-group')).toBe('aid-group')
    expect(makeSlug('a'.repeat(200), 'x')).toHaveLength(60)
  })
})
