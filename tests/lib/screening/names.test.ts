import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { makeChapter } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantPerson } from '#tests/support/plant-dossier.ts'

useDatabase()
let aidGroupId = ''
let enteredBy = ''

const sha = 'a'.repeat(64)
type Borne = { name: string; kind: string; person_id: string | null; birth_date: string | null; country: string | null }
const names = () =>
  db().$queryRaw<Borne[]>`
    SELECT name, kind, person_id, birth_date::text, country FROM aid_group_names(${aidGroupId}::uuid) ORDER BY name COLLATE "C"`
const digest = async () =>
  (await db().$queryRaw<{ digest: string }[]>`SELECT aid_group_names_digest(${aidGroupId}::uuid) AS digest`)[0]?.digest
const save = (section: 'identity' | 'registration', version: number, data: object) =>
  db().dossierSection.create({ data: { aidGroupId, section, version, data, digest: sha, savedBy: 'system:seed' } })

beforeAll(async () => {
  const { id: chapterId } = await makeChapter()
  enteredBy = await plantPerson(db(), chapterId, 'organizer')
  const facts = {
    slug: 'names',
    name: ' Field kitchen ',
    legalName: '',
    summary: 'Cooks.',
    country: 'UA',
    region: 'Lviv',
  }
  aidGroupId = (await db().aidGroup.create({ data: { ...facts, chapterId, status: 'draft' } })).id
})

test('an aid group without a dossier is looked for under its name', async () => {
  expect(await names()).toEqual([
    { name: 'Field kitchen', kind: 'organization', person_id: null, birth_date: null, country: 'UA' },
  ])
})

test('the newest version of what it says of itself counts, whatever is still missing in it', async () => {
  await save('identity', 1, { legalName: 'Old name', otherNames: ['Older'], contactName: 'Hanna Levchenko' })
  await save('identity', 2, {
    legalName: 'Польова кухня',
    legalNameLatin: 'Polova kukhnia',
    otherNames: 'not a list yet',
    contactName: '',
  })
  expect((await names()).map(({ name }) => name)).toEqual(['Field kitchen', 'Polova kukhnia', 'Польова кухня'])
  await save('identity', 3, {
    legalName: 'Польова кухня',
    otherNames: ['PK', ' ', 'Kitchen'],
    contactName: 'Hanna Levchenko',
  })
  expect((await names()).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'organization Field kitchen',
    'person Hanna Levchenko',
    'organization Kitchen',
    'organization PK',
    'organization Польова кухня',
  ])
})

test('every spelling of a person counts, until the person is removed', async () => {
  const person = await db().dossierPerson.create({
    data: {
      ...{
        aidGroupId,
        roles: ['owner'],
        nameOriginal: 'Ганна Левченко',
        nameLatin: 'hanna levchenko',
        aliases: ['Hania'],
      },
      ...{ birthDate: new Date('1970-05-01'), nationality: 'UA', country: 'PL', addedBy: 'system:seed' },
    },
  })
  const own = (await names()).filter(({ person_id }) => person_id === person.id)
  expect(own.map(({ name }) => name)).toEqual(['Hania', 'hanna levchenko', 'Ганна Левченко'])
  expect(own[0]).toMatchObject({ birth_date: '1970-05-01', country: 'UA', kind: 'person' })
  // The contact is this very person, and is not looked for a second time.
  expect((await names()).filter(({ kind, person_id }) => kind === 'person' && person_id === null)).toEqual([])
  await db().dossierPerson.update({
    where: { id: person.id },
    data: { removedBy: 'system:seed', removedAt: new Date() },
  })
  expect((await names()).some(({ person_id }) => person_id === person.id)).toBe(false)
})

test('whoever holds the account counts beside the bank, unless it is the organization itself', async () => {
  const account = {
    bankName: 'Bank',
    bankCountry: 'PL',
    currency: 'PLN',
    details: new Uint8Array(8),
    lastDigits: '0000',
  }
  const enter = (holderName: string, fingerprint: string) =>
    db().dossierBankAccount.create({ data: { ...account, aidGroupId, enteredBy, holderName, fingerprint } })
  const first = await enter('польова КУХНЯ', sha)
  expect((await names()).filter(({ kind }) => kind === 'other')).toMatchObject([{ name: 'Bank' }])
  await db().dossierBankAccount.update({
    where: { id: first.id },
    data: { replacedBy: enteredBy, replacedAt: new Date() },
  })
  await enter('Somebody Else Ltd', 'b'.repeat(64))
  expect((await names()).filter(({ kind }) => kind === 'other')).toMatchObject([
    { name: 'Bank', country: 'PL' },
    { name: 'Somebody Else Ltd', country: 'PL' },
  ])
})

test('the digest changes with a name or the registration number, and with nothing else', async () => {
  const before = await digest()
  expect(before).toMatch(/^[0-9a-f]{64}$/)
  await db().aidGroup.update({ where: { id: aidGroupId }, data: { summary: 'Cooks more.' } })
  expect(await digest()).toBe(before)
  await save('registration', 1, { number: '41234567', register: 'One' })
  const numbered = await digest()
  expect(numbered).not.toBe(before)
  await save('registration', 2, { number: '41234567', register: 'Another' })
  expect(await digest()).toBe(numbered)
  await save('identity', 4, { legalName: 'Польова кухня', otherNames: ['PK'], contactName: 'Hanna Levchenko' })
  expect(await digest()).not.toBe(numbered)
})

test('alias, bank, carriers, partners, signers and references are looked for as well', async () => {
  const before = await digest()
  const add = (section: 'delivery' | 'past_work' | 'agreement', data: object) =>
    db().dossierSection.create({
      data: { aidGroupId, section, version: 1, data, digest: sha, savedBy: 'system:seed' },
    })
  await add('delivery', { intermediaries: 'Osama Carrier; \nNorth Vans' })
  await add('past_work', { examples: [{ what: 'Bread', partner: 'Bread League' }, { what: 'Soup' }] })
  await add('agreement', { signedName: 'Petro Signer' })
  await db().dossierReference.create({
    data: {
      ...{ aidGroupId, name: 'Rita Reference', organization: 'Reference Works', email: 'rita@example.org' },
      ...{ relation: 'Partner', addedBy: 'system:seed' },
    },
  })
  await db().aidGroup.update({ where: { id: aidGroupId }, data: { publicAlias: 'Kitchen North' } })
  const asked = (await names()).map(({ name, kind }) => `${kind} ${name}`)
  expect(asked).toEqual(
    expect.arrayContaining([
      ...['other Osama Carrier', 'other North Vans', 'other Bread League', 'person Petro Signer'],
      ...['person Rita Reference', 'other Reference Works', 'organization Kitchen North'],
    ]),
  )
  expect(await digest()).not.toBe(before)
})
