import type pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { makeWorld, type World } from '#tests/lib/disbursements/fixture.ts'
import { give } from '#tests/lib/reports/world.ts'
import { useDatabase } from '#tests/support/database.ts'

// What somebody with the app's password could insert by hand.
const database = useDatabase()
let app: pg.Client
let world: World
beforeAll(async () => {
  world = await makeWorld()
  app = await database.asApp()
})

const insertCampaign = (columns: Record<string, string>) => {
  const all = {
    ...{
      chapter_id: `'${world.chapter.id}'`,
      slug: `'made-${newId().slice(-12)}'`,
      title: `'Made'`,
      story_markdown: `''`,
    },
    ...{ goal_minor: '1', currency: `'USD'`, created_by_id: `'${newId()}'`, updated_at: 'now()', ...columns },
  }
  return app.query(`INSERT INTO campaign (${Object.keys(all)}) VALUES (${Object.values(all)}) RETURNING id`)
}

test('a campaign cannot be born past draft, nor as a draft that somebody already reviewed', async () => {
  for (const status of ['in_review', 'live', 'paused', 'closed', 'settled']) {
    const born = insertCampaign({ status: `'${status}'`, fund_id: '77', reviewed_by_id: `'${newId()}'` })
    await expect(born).rejects.toThrow('begins as a draft')
  }
  for (const [column, value] of [
    ['fund_id', '77'],
    ['reviewed_by_id', `'${newId()}'`],
    ['submitted_by_id', `'${newId()}'`],
    ['live_at', 'now()'],
    ['closed_at', 'now()'],
  ] as const) {
    await expect(insertCampaign({ [column]: value })).rejects.toThrow('begins as a draft')
  }
  expect((await insertCampaign({})).rowCount).toBe(1)
})

test('a campaign cannot take the fund of another one', async () => {
  const { rows } = await insertCampaign({})
  const take = (fundId: bigint) => app.query('UPDATE campaign SET fund_id = $2 WHERE id = $1', [rows[0].id, fundId])
  await expect(take(world.campaign.fundId)).rejects.toThrow('not its own')
  const foreign = {
    chapterId: newId(),
    campaignId: rows[0].id,
    restriction: 'with' as const,
    currency: 'USD',
    name: 'x',
  }
  await expect(take(await openFund(db(), foreign))).rejects.toThrow('not its own')
})

const copyDonation = (columns: Record<string, string>) => {
  const all = {
    ...{
      campaign_id: 'campaign_id',
      pledge_id: 'pledge_id',
      donor_id: 'donor_id',
      status: `'settled'`,
      currency: 'currency',
    },
    ...{ submission_key: `'k${newId()}'`, receipt_token: `'t${newId()}'`, gift_minor: 'gift_minor', fee_minor: '0' },
    ...{ fund_id: 'fund_id', entry_id: 'entry_id', settled_at: 'now()', ...columns },
  }
  return app.query(`INSERT INTO donation (${Object.keys(all)}) SELECT ${Object.values(all)} FROM donation LIMIT 1`)
}

test('a donation cannot be born settled without its own gift in the ledger', async () => {
  await give(world, { giftMinor: 2_500n })
  for (const columns of [
    { entry_id: '999999' },
    { gift_minor: 'gift_minor + 1' },
    { tip_minor: '1' },
    { fund_id: 'fund_id + 1' },
    { currency: `'EUR'` },
    { entry_id: `(SELECT id FROM ledger.entries WHERE kind <> 'gift' AND kind <> 'offline_gift' LIMIT 1)` },
  ]) {
    await expect(copyDonation(columns)).rejects.toThrow('no such gift')
  }
  // Everything is right but the gift is another donation's.
  await expect(copyDonation({})).rejects.toThrow('donation_entry_id_key')
})

test('a donation cannot be settled by an update that names a gift it is not', async () => {
  await copyDonation({
    status: `'started'`,
    fee_minor: 'NULL',
    fund_id: 'NULL',
    entry_id: 'NULL',
    settled_at: 'NULL',
    gift_minor: '1',
  })
  const settle = app.query(
    `UPDATE donation SET status = 'settled', entry_id = 999999, fund_id = 1, fee_minor = 0, settled_at = now() WHERE status = 'started'`,
  )
  await expect(settle).rejects.toThrow('no such gift')
})
