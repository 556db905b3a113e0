import { beforeAll, describe, expect, it } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { addWord } from '#lib/purposes/add-word.ts'
import { checkPurpose } from '#lib/purposes/check-purpose.ts'
import { countWords, listWordChanges, listWords, trySentence } from '#lib/purposes/queries.ts'
import { retireWord } from '#lib/purposes/retire-word.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
let admin: UserActor
let member: UserActor

async function person(name: string, isAdmin: boolean): Promise<UserActor> {
  const { id } = await db().user.create({ data: { email: `${newId()}@example.org`, name, isAdmin } })
  return { kind: 'user', userId: id, name, isAdmin, roles: [] }
}

beforeAll(async () => {
  admin = await person('Ada Administrator', true)
  member = await person('Mia Member', false)
})

const entry = { language: 'en', kind: 'prohibited', category: 'test', minKilowatts: '', reason: 'For a test' }
const said = async (text: string) => {
  const { prohibited, dualUse } = await checkPurpose(db(), [text])
  return [...prohibited, ...dualUse].map(({ kind, found }) => `${kind} ${found}`)
}

describe('an administrator', () => {
  it('adds a word that acts at once in every form, and takes it off again', async () => {
    expect(await said('Two wibblers')).toEqual([])
    const { id } = await addWord(admin, { ...entry, word: 'Wibbler*' })
    expect(await said('Two WIBBLERS, one wib-bler')).toEqual(['prohibited WIBBLERS', 'prohibited wib-bler'])
    await retireWord(admin, { wordId: id, reason: 'It was a test' })
    expect(await said('Two wibblers')).toEqual([])
    const [off] = (await listWords(admin, { language: 'en', kind: 'prohibited' })).filter((word) => word.id === id)
    expect(off?.retired).toMatchObject({ by: 'Ada Administrator', reason: 'It was a test' })
  })

  it('finds who changed what and why in the history, the newest first', async () => {
    const { id } = await addWord(admin, { ...entry, word: 'frobnicator', reason: 'Seen in an offer' })
    await retireWord(admin, { wordId: id, reason: 'A kitchen tool' })
    const changes = (await listWordChanges(admin)).filter(({ word }) => word === 'frobnicator')
    expect(changes).toMatchObject([
      { change: 'retired', by: 'Ada Administrator', reason: 'A kitchen tool' },
      { change: 'added', by: 'Ada Administrator', reason: 'Seen in an offer' },
    ])
    expect(await db().auditEvent.findMany({ where: { subjectId: id }, select: { action: true } })).toEqual([
      { action: 'purpose_word.add' },
      { action: 'purpose_word.retire' },
    ])
  })

  it('cannot add the same entry twice, however it is spelled, but again after it was taken off', async () => {
    const { id } = await addWord(admin, { ...entry, word: 'gizmo' })
    await expect(addWord(admin, { ...entry, word: 'GÍZMO' })).rejects.toMatchObject({
      code: 'conflict',
      fieldErrors: { word: [expect.stringContaining('has this already')] },
    })
    await retireWord(admin, { wordId: id, reason: 'For now' })
    await expect(retireWord(admin, { wordId: id, reason: 'Twice' })).rejects.toMatchObject({ code: 'not_found' })
    await addWord(admin, { ...entry, word: 'gizmo', kind: 'dual_use' })
    expect(await said('A gizmo')).toEqual(['dual_use gizmo'])
  })

  it('adds a word that counts only from a size on', async () => {
    await addWord(admin, { ...entry, kind: 'dual_use', word: 'windmill*', minKilowatts: '20' })
    expect(await said('A windmill')).toEqual([])
    expect(await said('Windmills, 19 kW')).toEqual([])
    expect(await said('Windmills, 2 x 20kW')).toEqual(['dual_use Windmills'])
    expect(await said('Windmills of 25,000 W')).toEqual(['dual_use Windmills'])
    expect(await said('Windmills of 1.200,5 кВт')).toEqual(['dual_use Windmills'])
    expect(await said('Windmills, 300 kWh a year')).toEqual([])
  })

  it('says which phrase is harmless, and only that phrase is', async () => {
    await addWord(admin, { ...entry, kind: 'harmless', word: 'rifle range street' })
    expect(await said('An office in Rifle Range Street')).toEqual([])
    expect(await said('A rifle in Rifle Range Street')).toEqual(['prohibited rifle'])
  })

  it.each([
    ['ab*', 'three letters'],
    ['*', 'Write a word'],
    ['wea*pon', 'end of a word'],
    ['victims of ~', 'harmless phrase'],
    ['%', 'Write a word'],
    ['a_b', 'Use letters'],
    ['one two three four five six seven', 'six words'],
    ['  ', 'Write a word'],
  ])('is told what is wrong with “%s”', async (word, message) => {
    await expect(addWord(admin, { ...entry, word })).rejects.toMatchObject({
      fieldErrors: { word: [expect.stringContaining(message)] },
    })
  })

  it('sees the list by language and kind, with counts, and what a sentence would do', async () => {
    const counts = await countWords(admin)
    for (const language of ['en', 'uk', 'ru', 'es'] as const) {
      const words = await listWords(admin, { language, kind: 'dual_use' })
      const inForce = words.filter(({ retired }) => !retired)
      expect(counts).toContainEqual({ language, kind: 'dual_use', count: inForce.length })
      expect(inForce.length).toBeGreaterThan(30)
    }
    expect((await trySentence(admin, 'Two rifles')).prohibited).toHaveLength(1)
  })
})

describe('everybody else', () => {
  it('cannot see or change the list', async () => {
    for (const actor of [member, { kind: 'guest' } as const, { kind: 'system', name: 'worker' } as const]) {
      await expect(addWord(actor, { ...entry, word: 'stolen' })).rejects.toMatchObject({ code: 'not_found' })
      await expect(retireWord(actor, { wordId: newId(), reason: 'Because' })).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(listWords(actor, { language: 'en', kind: 'prohibited' })).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(listWordChanges(actor)).rejects.toMatchObject({ code: 'not_found' })
      await expect(trySentence(actor, 'x')).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})

describe('raw SQL as the app', () => {
  const insert = `INSERT INTO purpose_word (language, kind, word, category, stems, added_by_id) VALUES ('en', $1, $2, 'test', '{}', $3)`

  it('cannot add or retire a word in the name of somebody who is no administrator, or of nobody', async () => {
    const app = await database.asApp()
    for (const by of [member.userId, newId(), null]) {
      await expect(app.query(insert, ['harmless', `rifle ${by}`, by])).rejects.toThrow(/administrator/)
    }
    const retire = `UPDATE purpose_word SET retired_at = now(), retired_reason = 'because', retired_by_id = $1 WHERE word = 'rifle*'`
    await expect(app.query(retire, [member.userId])).rejects.toThrow(/administrator/)
    await expect(app.query(retire, [null])).rejects.toThrow(/purpose_word_retired|administrator/)
  })

  it('cannot change an entry, delete it, or bring it back', async () => {
    const app = await database.asApp()
    await expect(app.query(`UPDATE purpose_word SET kind = 'harmless'`)).rejects.toThrow('permission denied')
    await expect(app.query('DELETE FROM purpose_word')).rejects.toThrow('permission denied')
    const { id } = await addWord(admin, { ...entry, word: 'thingamajig' })
    await retireWord(admin, { wordId: id, reason: 'Enough' })
    const back = app.query(
      'UPDATE purpose_word SET retired_at = NULL, retired_reason = NULL, retired_by_id = NULL WHERE id = $1',
      [id],
    )
    await expect(back).rejects.toThrow('retired, once')
    const owner = await database.asOwner()
    await expect(owner.query(`UPDATE purpose_word SET kind = 'harmless' WHERE id = $1`, [id])).rejects.toThrow('once')
    await expect(owner.query('DELETE FROM purpose_word')).rejects.toThrow('append-only')
  })

  it('cannot bring its own stems, nor write the history', async () => {
    const app = await database.asApp()
    await app.query(
      `INSERT INTO purpose_word (language, kind, word, category, stems, added_by_id) VALUES ('en', 'harmless', 'whatsit', 'test', '{rifle%}', $1)`,
      [admin.userId],
    )
    expect(await said('Two rifles')).toEqual(['prohibited rifles'])
    const forge = `INSERT INTO purpose_word_change (word_id, change) SELECT id, 'retired' FROM purpose_word LIMIT 1`
    await expect(app.query(forge)).rejects.toThrow('permission denied')
    for (const client of [app, await database.asOwner()]) {
      await expect(client.query('DELETE FROM purpose_word_change')).rejects.toThrow(/append-only|permission denied/)
      await expect(client.query('UPDATE purpose_word_change SET reason = NULL')).rejects.toThrow(
        /append-only|permission denied/,
      )
    }
  })
})
