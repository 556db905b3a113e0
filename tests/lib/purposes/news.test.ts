import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listWaitingUpdates } from '#lib/campaigns/list-updates.ts'
import { publishUpdate } from '#lib/campaigns/publish-update.ts'
import { findCampaign, findPublicCampaign } from '#lib/campaigns/queries.ts'
import { reviewUpdate } from '#lib/campaigns/review-update.ts'
import { db } from '#lib/db/client.ts'
import { listRefusals } from '#lib/purposes/queries.ts'
import { makeWorld, type World } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
let app: pg.Client
let world: World
beforeAll(async () => {
  app = await database.asApp()
})
beforeEach(async () => {
  world = await makeWorld({ bankMinor: 0n })
})

const tell = (title: string, body: string) =>
  publishUpdate(world.organizer, { campaignId: world.campaign.id, title, body })
const decide = (by: World['organizer'], updateId: string, verdict = 'allowed') =>
  reviewUpdate(by, { updateId, verdict, reason: 'Saw the permit of the rescue team' })
const countOf = async (gate: string) => (await listRefusals()).find((refusal) => refusal.gate === gate)?.count ?? 0
async function publicTitles() {
  const { slug } = await db().campaign.findUniqueOrThrow({ where: { id: world.campaign.id } })
  return (await findPublicCampaign(slug))?.updates.map(({ title }) => title)
}

describe('news of a campaign with a prohibited word', () => {
  it('is refused at the field it stands in, names the word, keeps nothing and counts once', async () => {
    const before = await countOf('prohibited_purpose')
    const refusal = {
      code: 'invalid_input',
      fieldErrors: {
        title: [expect.stringContaining('“rifles”')],
        body: [expect.stringContaining('“гвинтівки”')],
      },
    }
    await expect(tell('Forty rifles', 'Ми купили гвинтівки для всіх.')).rejects.toMatchObject(refusal)
    await expect(tell('Forty rifles', 'Ми купили гвинтівки для всіх.')).rejects.toMatchObject(refusal)
    expect(await db().campaignUpdate.count({ where: { campaignId: world.campaign.id } })).toBe(0)
    expect(await countOf('prohibited_purpose')).toBe(before + 1)
  })

  it('is refused by the database as well, in the title and in the text', async () => {
    const insert = `INSERT INTO campaign_update (campaign_id, author_id, title, body_markdown) VALUES ($1, $2, $3, $4)`
    const raw = (title: string, body: string) =>
      app.query(insert, [world.campaign.id, world.organizer.userId, title, body])
    await raw('Bread', 'We baked bread.')
    for (const [title, body] of [
      ['w e a p o n s', 'We bought some.'],
      ['News', 'We bought **ammunition**.'],
    ] as const) {
      await expect(raw(title, body)).rejects.toMatchObject({ code: 'CP110', detail: 'prohibited_purpose' })
    }
  })
})

describe('news of a campaign with a dual-use word', () => {
  it('is public only after another person allowed it', async () => {
    expect((await tell('Bread', 'We baked bread for two towns.')).waitsFor).toEqual([])
    const { id, waitsFor } = await tell('A drone', 'We found two missing people with a drone.')
    expect(waitsFor).toEqual(['drone'])
    expect(await publicTitles()).toEqual(['Bread'])
    expect((await findCampaign(world.organizer, world.campaign.id)).updates[0]).toMatchObject({ state: 'waiting' })
    expect((await listWaitingUpdates(world.approver)).map((update) => update.id)).toEqual([id])
    await decide(world.vetters[0]!, id)
    expect(await publicTitles()).toEqual(['A drone', 'Bread'])
    expect(await listWaitingUpdates(world.approver)).toEqual([])
  })

  it('stays unpublished for ever when that person refuses it', async () => {
    const { id } = await tell('A drone', 'We bought a drone for somebody.')
    await decide(world.approver, id, 'refused')
    expect(await publicTitles()).toEqual([])
    await expect(decide(world.vetters[0]!, id)).rejects.toMatchObject({ code: 'wrong_state' })
    expect((await findCampaign(world.organizer, world.campaign.id)).updates[0]).toMatchObject({
      state: 'refused',
      reason: 'Saw the permit of the rescue team',
    })
  })

  it('is not allowed by its author, an auditor or a person of another chapter, nor where it needs no review', async () => {
    const author = { ...world.organizer, roles: [...world.organizer.roles, ...world.approver.roles] }
    const { id } = await tell('A drone', 'We found two missing people with a drone.')
    await expect(decide(author, id)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await expect(decide(world.auditor, id)).rejects.toMatchObject({ code: 'forbidden' })
    const stranger = (await makeWorld({ bankMinor: 0n })).approver
    await expect(decide(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await listWaitingUpdates(stranger)).toEqual([])
    const bread = await tell('Bread', 'We baked bread for two towns.')
    await expect(decide(world.approver, bread.id)).rejects.toMatchObject({ code: 'wrong_state' })
  })

  it('is let out by no raw SQL: not by its author, not by changing a decision or the words found', async () => {
    const insert = `INSERT INTO campaign_update (campaign_id, author_id, title, body_markdown, dual_use)
      VALUES ($1, $2, 'A drone', 'It flies.', '{}') RETURNING id, dual_use`
    const { rows } = await app.query(insert, [world.campaign.id, world.organizer.userId])
    expect(rows[0].dual_use).toEqual(['drone'])
    const review = (by: World['organizer'], id = rows[0].id) =>
      app.query(
        `INSERT INTO campaign_update_review (update_id, verdict, reason, decided_by_id) VALUES ($1, 'allowed', 'It is fine', $2)`,
        [id, by.userId],
      )
    await expect(review(world.organizer)).rejects.toThrow('author does not review')
    await expect(review(world.auditor)).rejects.toThrow('does not hold the role')
    const bread = await tell('Bread', 'We baked bread for two towns.')
    await expect(review(world.approver, bread.id)).rejects.toThrow('nothing in this update needs one')
    await review(world.approver)
    for (const client of [app, await database.asOwner()]) {
      for (const sql of [
        `UPDATE campaign_update_review SET verdict = 'refused'`,
        'DELETE FROM campaign_update_review',
        `UPDATE campaign_update SET dual_use = '{}'`,
      ]) {
        await expect(client.query(sql)).rejects.toThrow(/append-only|permission denied/)
      }
    }
  })
})
