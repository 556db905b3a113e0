import type pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup, plantReviewedGroup } from '#tests/support/plant.ts'
import { plantPerson } from '#tests/support/plant-dossier.ts'
import { makeChapter } from './people.ts'

// What somebody with the app's password could write by hand.
const database = useDatabase()
let app: pg.Client
let chapterId = ''
beforeAll(async () => {
  app = await database.asApp()
  chapterId = (await makeChapter()).id
})

const insert = async (columns: Record<string, string>): Promise<string> => {
  const all = {
    ...{ slug: `'made-${newId().slice(-12)}'`, name: `'Made'`, summary: `'Made'`, country: `'UA'`, region: `'Kyiv'` },
    ...{ chapter_id: `'${chapterId}'`, status: `'submitted'`, ...columns },
  }
  const { rows } = await app.query(
    `INSERT INTO aid_group (${Object.keys(all)}) VALUES (${Object.values(all)}) RETURNING id`,
  )
  return rows[0].id
}

test('an aid group cannot be born past its nomination, nor with an approval', async () => {
  const person = `'${newId()}'`
  const approval = { approved_by_id: person, approved_until: `now() + interval '1 year'` }
  for (const status of ['approved', 'approved_with_conditions', 'expiring', 'pending_second_approval', 'in_review']) {
    await expect(insert({ status: `'${status}'`, ...approval })).rejects.toThrow('begins as a draft or a nomination')
  }
  for (const column of ['reviewed_by_id', 'approved_by_id']) {
    await expect(insert({ [column]: person })).rejects.toThrow('begins as a draft or a nomination')
  }
  await expect(insert({ approved_until: 'now()' })).rejects.toThrow('begins as a draft or a nomination')
  expect(await insert({ status: `'draft'` })).toEqual(expect.any(String))
})

test('an approval is neither given in the future nor before the nomination, and ends within its risk’s months', async () => {
  const in365Days = new Date(Date.now() + 365 * 86_400_000)
  const { id } = await plantReviewedGroup({ chapterId, approvedUntil: in365Days, riskTier: 'high' })
  const approver = await plantPerson(db(), chapterId, 'vetting_reviewer')
  const approve = (at: string, until: string) =>
    app.query(
      `UPDATE aid_group SET status = 'approved', approved_by_id = $2, approved_at = ${at}, approved_until = ${until} WHERE id = $1`,
      [id, approver],
    )
  await expect(approve(`now() + interval '2 minutes'`, `now() + interval '1 month'`)).rejects.toThrow(
    'not in the future',
  )
  await expect(approve(`now() - interval '1 day'`, `now() + interval '1 month'`)).rejects.toThrow(
    'after the nomination',
  )
  await expect(approve('NULL', `now() + interval '1 month'`)).rejects.toThrow('after the nomination')
  await expect(approve('clock_timestamp()', `now() + interval '7 months'`)).rejects.toThrow('lasts 6 months at most')
  await expect(approve('clock_timestamp()', `created_at + interval '1 ms'`)).rejects.toThrow('at most')
  // Nothing is wrong with this one but that it says nowhere who made the step, and what exactly was approved.
  await expect(approve('clock_timestamp()', `now() + interval '5 months'`)).rejects.toThrow('line of history')
})

test('when an approval was given is part of what was approved', async () => {
  const { id } = await plantAidGroup({ chapterId })
  const move = app.query(`UPDATE aid_group SET approved_at = approved_at + interval '1 day' WHERE id = $1`, [id])
  await expect(move).rejects.toThrow('without a new approval')
})
