import type pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { submitCampaign } from '#lib/campaigns/submit-campaign.ts'
import { updateCampaign } from '#lib/campaigns/update-campaign.ts'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { editDisbursement } from '#lib/disbursements/edit-disbursement.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { newId } from '#lib/ids.ts'
import { addWord } from '#lib/purposes/add-word.ts'
import { findPurposeForDesk, listRefusals, listWaitingReviews } from '#lib/purposes/queries.ts'
import { reviewPurpose } from '#lib/purposes/review-purpose.ts'
import { makePerson, makeWorld, row, type World } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
let app: pg.Client
let world: World
beforeAll(async () => {
  app = await database.asApp()
  world = await makeWorld({ bankMinor: 100_000_000n })
})

const empty = { category: '', description: '', amount: '' }
const lineOf = (description: string) => ({ category: 'food', description, amount: '10.00' })
const inputOf = (purpose: string, ...lines: object[]) => ({
  ...{ campaignId: world.campaign.id, aidGroupId: world.group.id, purpose, lines },
})
const ask = async (description: string, by: UserActor = world.organizer) =>
  (await requestDisbursement(by, inputOf('Help for a month', lineOf(description)))).id
const countOf = async (gate: string) => (await listRefusals()).find((refusal) => refusal.gate === gate)?.count ?? 0
const review = (by: UserActor, disbursementId: string, verdict = 'allowed', version = 1) =>
  reviewPurpose(by, { disbursementId, version, verdict, reason: 'Seen the offer and the clinic' })

describe('a prohibited word', () => {
  it('refuses the request at the field it stands in, names the word, keeps nothing and counts once', async () => {
    const [before, rows] = [await countOf('prohibited_purpose'), await db().disbursement.count()]
    const input = inputOf('Food and 40 rifles', lineOf('Flour'), empty, lineOf('Патрони'))
    const refusal = {
      code: 'invalid_input',
      fieldErrors: {
        purpose: [expect.stringContaining('“rifles”')],
        'lines.2.description': [expect.stringContaining('“Патрони”')],
      },
    }
    await expect(requestDisbursement(world.organizer, input)).rejects.toMatchObject(refusal)
    await expect(requestDisbursement(world.organizer, input)).rejects.toMatchObject(refusal)
    expect(await db().disbursement.count()).toBe(rows)
    expect(await countOf('prohibited_purpose')).toBe(before + 1)
  })

  it('refuses an edit, and the request stays as it was', async () => {
    const disbursementId = await ask('Flour')
    const edit = { disbursementId, version: 1, ...inputOf('Help for a month', lineOf('Ammunition')) }
    await expect(editDisbursement(world.organizer, edit)).rejects.toMatchObject({
      fieldErrors: { 'lines.0.description': [expect.stringContaining('“Ammunition”')] },
    })
    expect((await row(disbursementId)).version).toBe(1)
  })

  it('that came onto the list after the request stops the approval', async () => {
    const disbursementId = await ask('Six wibblewobbles')
    const user = await db().user.create({ data: { email: `${newId()}@example.org`, name: 'Ada', isAdmin: true } })
    const admin: UserActor = { kind: 'user', userId: user.id, name: 'Ada', isAdmin: true, roles: [] }
    const entry = { language: 'en', kind: 'prohibited', category: 'test', reason: 'For a test' }
    await addWord(admin, { ...entry, word: 'wibblewobble*' })
    await expect(approveDisbursement(world.approver, { disbursementId, version: 1 })).rejects.toThrow('“wibblewobbles”')
    await expect(rawApproval(disbursementId)).rejects.toMatchObject({ code: 'CP110', detail: 'prohibited_purpose' })
  })
})

describe('a word that came onto the list after the approval', () => {
  const newWord = async (kind: 'prohibited' | 'dual_use', word: string) => {
    const user = await db().user.create({ data: { email: `${newId()}@example.org`, name: 'Ada', isAdmin: true } })
    const admin: UserActor = { kind: 'user', userId: user.id, name: 'Ada', isAdmin: true, roles: [] }
    await addWord(admin, { language: 'en', kind, category: 'test', reason: 'For a test', word })
  }
  const approve = async (description: string) => {
    const disbursementId = await ask(description)
    await approveDisbursement(world.approver, { disbursementId, version: 1 })
    return { disbursementId, version: 2 }
  }

  it.each([
    ['prohibited', 'frobwidget', 'CP110', 'prohibited_purpose'],
    ['dual_use', 'dualwidget', 'CP111', 'dual_use_review'],
  ] as const)(
    'stops the wire of a %s one that nobody has begun, counted once, and not one under way',
    async (kind, word, state, gate) => {
      const [waiting, begun] = [await approve(`One ${word}`), await approve(`Two ${word}s`)]
      await startWire(world.releaser, begun)
      const before = await countOf(gate)
      await newWord(kind, `${word}*`)
      await expect(startWire(world.releaser, waiting)).rejects.toMatchObject({ gate })
      const wire = (reference: string) => ({ wireReference: `${reference}${newId()}`.slice(0, 30), transferFee: '' })
      await expect(releaseDisbursement(world.releaser, { ...waiting, ...wire('A') })).rejects.toMatchObject({ gate })
      expect(await countOf(gate)).toBe(before + 1)
      const raw = `UPDATE disbursement SET sending_by_id = $2, sending_at = now(), version = version + 1 WHERE id = $1`
      await expect(app.query(raw, [waiting.disbursementId, world.releaser.userId])).rejects.toMatchObject({
        code: state,
      })
      const view = await findDisbursement(world.approver, waiting.disbursementId)
      expect(view.gates.find(({ key }) => key === 'purpose')).toMatchObject({ open: false })
      await releaseDisbursement(world.releaser, { disbursementId: begun.disbursementId, version: 3, ...wire('B') })
      expect((await row(begun.disbursementId)).status).toBe('released')
    },
  )

  it('that another person allowed before the approval stays allowed when the wire begins', async () => {
    const disbursementId = await ask('Two drones to look for missing people at night')
    await review(world.vetters[0]!, disbursementId)
    await approveDisbursement(world.approver, { disbursementId, version: 1 })
    await startWire(world.releaser, { disbursementId, version: 2 })
    expect((await row(disbursementId)).sendingById).toBe(world.releaser.userId)
  })
})

describe('a dual-use word', () => {
  it('lets the request in, and nobody approves it before another person allowed it', async () => {
    const before = await countOf('dual_use_review')
    const disbursementId = await ask('Two drones to look for missing people')
    const view = await findDisbursement(world.approver, disbursementId)
    expect(view.gates.find(({ key }) => key === 'purpose')).toMatchObject({ open: false })
    await expect(approveDisbursement(world.approver, { disbursementId, version: 1 })).rejects.toThrow('“drones”')
    expect(await countOf('dual_use_review')).toBe(before + 1)
    expect((await listWaitingReviews(world.vetters[0]!)).map((found) => found.disbursementId)).toContain(disbursementId)
    await review(world.vetters[0]!, disbursementId)
    expect((await listWaitingReviews(world.vetters[0]!)).map((found) => found.disbursementId)).not.toContain(
      disbursementId,
    )
    await approveDisbursement(world.approver, { disbursementId, version: 1 })
    expect((await row(disbursementId)).status).toBe('approved')
    expect(await findPurposeForDesk(world.organizer, disbursementId)).toMatchObject({
      review: { verdict: 'allowed', words: ['drones'] },
    })
  })

  it('is not allowed by the requester, an organizer, an auditor or a person of another chapter', async () => {
    const disbursementId = await ask('Binoculars', world.approver)
    await expect(review(world.approver, disbursementId)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    for (const actor of [world.organizer, world.auditor]) {
      await expect(review(actor, disbursementId)).rejects.toMatchObject({ code: 'forbidden' })
    }
    const stranger = (await makeWorld()).releaser
    await expect(review(stranger, disbursementId)).rejects.toMatchObject({ code: 'not_found' })
    expect(await findPurposeForDesk(stranger, disbursementId)).toBeNull()
  })

  it('that somebody did not allow stays unapproved, and a changed request is looked at again', async () => {
    const disbursementId = await ask('Thermal imagers')
    await review(world.releaser, disbursementId, 'refused')
    await expect(review(world.vetters[0]!, disbursementId)).rejects.toMatchObject({ code: 'wrong_state' })
    await expect(approveDisbursement(world.approver, { disbursementId, version: 1 })).rejects.toThrow('did not allow')
    await expect(rawApproval(disbursementId)).rejects.toMatchObject({ code: 'CP111' })
    const edit = { disbursementId, version: 1, ...inputOf('Help for a month', lineOf('Thermal imagers for a clinic')) }
    await editDisbursement(world.organizer, edit)
    await expect(approveDisbursement(world.approver, { disbursementId, version: 2 })).rejects.toThrow(
      '“Thermal imagers”',
    )
    await expect(review(world.vetters[0]!, disbursementId, 'allowed', 1)).rejects.toMatchObject({ code: 'conflict' })
    await review(world.vetters[0]!, disbursementId, 'allowed', 2)
    await approveDisbursement(world.approver, { disbursementId, version: 2 })
  })

  it('needs no review where there is none', async () => {
    const disbursementId = await ask('Flour')
    await expect(review(world.vetters[0]!, disbursementId)).rejects.toMatchObject({ code: 'wrong_state' })
    expect(await findPurposeForDesk(world.approver, disbursementId)).toBeNull()
  })
})

async function rawApproval(id: string): Promise<void> {
  await app.query('BEGIN')
  try {
    await app.query(
      `UPDATE disbursement SET status = 'approved', approved_by_id = $2, approved_at = now(), encumbrance_entry_id = 1, version = version + 1 WHERE id = $1`,
      [id, world.approver.userId],
    )
  } finally {
    await app.query('ROLLBACK')
  }
}

describe('raw SQL as the app', () => {
  async function rawLine(description: string): Promise<void> {
    const id = await ask('Flour')
    await app.query('BEGIN')
    try {
      await app.query('UPDATE disbursement SET version = version + 1 WHERE id = $1', [id])
      await app.query(
        `INSERT INTO disbursement_line (disbursement_id, position, category, description, amount_minor) VALUES ($1, 2, 'food', $2, 1)`,
        [id, description],
      )
    } finally {
      await app.query('ROLLBACK')
    }
  }

  it('inserts no line with a prohibited word, in any spelling', async () => {
    await rawLine('Bread')
    for (const description of ['Rifles', 'боєприпаси', 'w e a p o n s', 'muni\u200bciones', 'ору\u0436ие']) {
      await expect(rawLine(description)).rejects.toMatchObject({ code: 'CP110', detail: 'prohibited_purpose' })
    }
  })

  it('changes no line and no purpose into one', async () => {
    const id = await ask('Flour')
    const change = (sql: string) => app.query(sql, [id])
    await expect(
      change(`UPDATE disbursement SET purpose = 'Grenades', version = version + 1 WHERE id = $1`),
    ).rejects.toMatchObject({ code: 'CP110' })
    await expect(
      change(`UPDATE disbursement_line SET description = 'Grenades' WHERE disbursement_id = $1`),
    ).rejects.toThrow()
  })

  it('approves no dual-use word that nobody reviewed, nor one that its own requester reviewed', async () => {
    const id = await ask('A used pickup')
    await expect(rawApproval(id)).rejects.toMatchObject({ code: 'CP111', detail: 'dual_use_review' })
    const forge = `INSERT INTO purpose_review (disbursement_id, version, word_ids, words, verdict, reason, decided_by_id) VALUES ($1, $2, '{}', '{}', 'allowed', 'It is fine', $3)`
    await expect(app.query(forge, [id, 1, world.organizer.userId])).rejects.toThrow('requester does not review')
    await expect(app.query(forge, [id, 1, world.auditor.userId])).rejects.toThrow('does not hold the role')
    await expect(app.query(forge, [id, 2, world.releaser.userId])).rejects.toThrow('version that waits')
    const outsider = await makePerson((await makeWorld()).chapter.id, 'Otto', 'treasurer')
    await expect(app.query(forge, [id, 1, outsider.userId])).rejects.toThrow('does not hold the role')
  })

  it('cannot change or delete a review, and the database itself writes which words it was about', async () => {
    const id = await ask('Night vision goggles')
    await review(world.releaser, id)
    const kept = await db().purposeReview.findFirstOrThrow({ where: { disbursementId: id } })
    expect(kept.words).toEqual(['Night vision'])
    expect(kept.wordIds).toHaveLength(1)
    for (const client of [app, await database.asOwner()]) {
      await expect(client.query(`UPDATE purpose_review SET verdict = 'refused'`)).rejects.toThrow(
        /append-only|permission denied/,
      )
      await expect(client.query('DELETE FROM purpose_review')).rejects.toThrow(/append-only|permission denied/)
    }
  })
})

describe('a campaign', () => {
  async function draft() {
    const id = newId()
    const texts = { title: 'Warm kitchens', summary: 'Kitchens for two towns', storyMarkdown: 'We cook. '.repeat(10) }
    const { chapter, organizer } = world
    await db().campaign.create({
      data: {
        ...{ id, chapterId: chapter.id, slug: `words-${id}`, currency: 'USD', goalMinor: 1_000n },
        ...texts,
        surplusRule: 'same_aid_group',
        createdById: organizer.userId,
      },
    })
    return id
  }
  const form = (campaignId: string, texts: object) => ({
    ...{
      campaignId,
      version: 1,
      currency: 'USD',
      title: 'Warm kitchens',
      summary: 'Kitchens for two towns by the river',
    },
    ...{
      story: 'We cook. '.repeat(10),
      goal: '10.00',
      deadline: '',
      coverFileId: '',
      coverAlt: '',
      surplusRule: 'same_aid_group',
    },
    ...{ aidGroupIds: [], budget: [], ...texts },
  })

  it('with a prohibited word is refused at its field, when it is saved and when it is sent for review', async () => {
    const id = await draft()
    const budget = [empty, { category: 'food', description: 'Hand grenades', amount: '5.00' }]
    await expect(updateCampaign(world.organizer, form(id, { title: 'Rifles for all', budget }))).rejects.toMatchObject({
      fieldErrors: {
        title: [expect.stringContaining('“Rifles”')],
        'budget.1.description': [expect.stringContaining('grenades')],
      },
    })
    await db().campaign.update({ where: { id }, data: { storyMarkdown: 'We buy **weapons** for everybody who asks.' } })
    await expect(submitCampaign(world.organizer, { campaignId: id, version: 1 })).rejects.toMatchObject({
      fieldErrors: { story: [expect.stringContaining('“weapons”')] },
    })
    const raw = app.query(`UPDATE campaign SET status = 'in_review', version = version + 1 WHERE id = $1`, [id])
    await expect(raw).rejects.toMatchObject({ code: 'CP110' })
  })
})
