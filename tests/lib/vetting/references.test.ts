import { createHash } from 'node:crypto'
import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { addReference } from '#lib/vetting/add-reference.ts'
import { useDatabase } from '#tests/support/database.ts'
import { type Desk, makeDesk, plantWaiting } from './approving.ts'
import { makePerson } from './people.ts'

const database = useDatabase()
let app: pg.Client
let desk: Desk
let aidGroupId = ''
beforeAll(async () => {
  app = await database.asApp()
})
beforeEach(async () => {
  desk = await makeDesk()
  aidGroupId = (await plantWaiting(desk)).id
})

const missing = async (gate: string): Promise<string | null> => {
  const { rows } = await app.query('SELECT missing FROM aid_group_approval_gaps($1, now()) WHERE gate = $2', [
    aidGroupId,
    gate,
  ])
  return rows[0].missing
}
type Named = { name?: string; organization?: string; email?: string; answer?: object }
/** One more that confirms, past lib. */
const insert = ({ name = 'Third', organization = 'Third partner', email = 'third@partner.example', ...rest }: Named) =>
  app.query(
    `INSERT INTO dossier_reference (aid_group_id, name, organization, email, relation, added_by, asked_at, answered_at, confirms, answer, token_hash)
     VALUES ($1, $2, $3, $4, 'partner', $5, now(), now(), true, $6, $7)`,
    [
      ...[aidGroupId, name, organization, email, desk.reviewer.userId, rest.answer ?? { isIndependent: true }],
      createHash('sha256').update(newId()).digest('hex'),
    ],
  )
const removeFirst = () =>
  app.query(
    `UPDATE dossier_reference SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1 AND name LIKE '%first%'`,
    [aidGroupId, desk.reviewer.userId],
  )

describe('nobody is an independent reference, in lib and in the database,', () => {
  const TIES: [string, string, string, () => Promise<Named>][] = [
    [
      'with the address of somebody of the chapter',
      'staff',
      'email',
      async () => {
        const { userId } = await makePerson(desk.chapterId, 'treasurer')
        const { email } = await db().user.findUniqueOrThrow({ where: { id: userId } })
        return { email: email.replace('@', '+reference@') }
      },
    ],
    ['of the domain that its contact writes from', 'own', 'email', async () => ({ email: 'other@Kitchen.example' })],
    ['with the name of one of its people', 'person', 'name', async () => ({ name: 'KOVALCHUK, Halyna' })],
    ['with the name of its contact', 'person', 'name', async () => ({ name: 'Галина Ковальчук' })],
  ]
  test.each(TIES)('%s', async (_, tie, field, named) => {
    const facts = await named()
    const draft = await db().aidGroup.create({
      data: {
        ...{ chapterId: desk.chapterId, slug: `draft-${newId()}`, name: 'A', summary: '', country: '', region: '' },
        status: 'draft',
      },
    })
    await app.query(
      `INSERT INTO dossier_section (aid_group_id, section, version, data, digest, saved_by)
       SELECT $1, section, 1, data, digest, $2 FROM dossier_section WHERE aid_group_id = $3 AND section = 'identity'`,
      [draft.id, desk.reviewer.userId, aidGroupId],
    )
    const people = `INSERT INTO dossier_person (aid_group_id, roles, name_original, name_latin, aliases, added_by)
       SELECT $1, roles, name_original, name_latin, aliases, $2 FROM dossier_person WHERE aid_group_id = $3`
    await app.query(people, [draft.id, desk.reviewer.userId, aidGroupId])
    const reference = { name: 'Third', organization: 'Third partner', email: 'third@partner.example', relation: 'Pays' }
    await expect(addReference(desk.reviewer, { ...reference, ...facts, aidGroupId: draft.id })).rejects.toMatchObject({
      fieldErrors: { [field]: [`reference_${tie}`] },
    })
    await expect(insert(facts)).rejects.toMatchObject({ code: 'CP327', detail: tie })
    await addReference(desk.reviewer, { ...reference, aidGroupId: draft.id })
    const again = { ...reference, organization: 'Partner, THIRD', email: 'fourth@partner.example' }
    await expect(addReference(desk.reviewer, { ...again, aidGroupId: draft.id })).rejects.toMatchObject({
      fieldErrors: { organization: ['reference_same'] },
    })
  })

  test('but a mailbox where anybody may have one is no tie', async () => {
    await insert({ email: 'somebody@gmail.com' })
  })
})

describe('two references count', () => {
  test('only from two organizations', async () => {
    await removeFirst()
    await insert({ organization: '“Partner” Second' })
    expect(await missing('references')).toContain('1 of 2')
    await insert({ email: 'fourth@partner.example', organization: 'Fourth partner' })
    expect(await missing('references')).not.toContain('of 2')
  })

  test('only where both say that they are independent', async () => {
    await removeFirst()
    await insert({ answer: {} })
    expect(await missing('references')).toContain('1 of 2')
  })

  test('no longer when one of them turns out to be one of its people', async () => {
    expect(await missing('references')).toBeNull()
    await app.query(
      `INSERT INTO dossier_person (aid_group_id, roles, name_original, name_latin, added_by)
       VALUES ($1, '{owner}', 'The first reference', 'The first reference', $2)`,
      [aidGroupId, desk.reviewer.userId],
    )
    expect(await missing('references')).toContain('tied to the aid group')
  })
})

describe('the writer that a row names', () => {
  const writes: [string, (by: string) => [string, unknown[]]][] = [
    [
      'a section',
      (by) => [
        `INSERT INTO dossier_section (aid_group_id, section, version, data, digest, saved_by) VALUES ($1, 'identity', 9, '{}', $2, $3)`,
        [aidGroupId, 'a'.repeat(64), by],
      ],
    ],
    [
      'a person',
      (by) => [
        `INSERT INTO dossier_person (aid_group_id, roles, name_original, name_latin, added_by) VALUES ($1, '{owner}', 'A', 'A', $2)`,
        [aidGroupId, by],
      ],
    ],
    ...['dossier_person', 'dossier_reference', 'dossier_document'].map(
      (table): [string, (by: string) => [string, unknown[]]] => [
        `the end of a ${table}`,
        (by) => [`UPDATE ${table} SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1`, [aidGroupId, by]],
      ],
    ),
  ]
  test.each(writes)('of %s is somebody of the chapter, a link of the group or a program', async (_, statement) => {
    const stranger = (await makeDesk()).reviewer.userId
    const treasurer = (await makePerson(desk.chapterId, 'treasurer')).userId
    for (const by of ['nobody', '', 'guest', stranger, treasurer, `applicant:${newId()}`]) {
      const refused = { code: expect.stringMatching(/^CP32[16]$/) }
      await expect(app.query(...statement(by)), by).rejects.toMatchObject(refused)
    }
    await app.query(...statement(desk.reviewer.userId))
  })
})

describe('a signature counts', () => {
  const forget = (kind: string) =>
    app.query(
      `UPDATE dossier_document SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1 AND kind = $3::dossier_document_kind`,
      [aidGroupId, desk.reviewer.userId, kind],
    )
  test.each([
    ['end_use', 'end_use_statement'],
    ['agreement', 'agreement'],
  ])(
    'for %s with its signed paper, or when the group signed through a link that was mailed to it',
    async (gate, kind) => {
      expect(await missing(gate)).toBeNull()
      await forget(kind)
      expect(await missing(gate)).toContain('signed paper')
    },
  )
})

test('owners are named, or the governing part says that there are none', async () => {
  await app.query(
    `UPDATE dossier_person SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1 AND 'owner' = ANY (roles)`,
    [aidGroupId, desk.reviewer.userId],
  )
  expect(await missing('controllers')).toContain('owns the organization')
  await app.query(
    `INSERT INTO dossier_section (aid_group_id, section, version, data, digest, saved_by)
     SELECT aid_group_id, section, version + 1, data || '{"hasNoOwners": true}', digest, $2 FROM dossier_section
     WHERE aid_group_id = $1 AND section = 'governance'`,
    [aidGroupId, desk.reviewer.userId],
  )
  expect(await missing('controllers')).not.toContain('owns the organization')
})
