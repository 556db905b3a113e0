import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { checkSection } from '#lib/vetting/check-section.ts'
import { parseSection } from '#lib/vetting/parse-section.ts'
import { APPLICATION } from '#tests/support/application-data.ts'
import { useDatabase } from '#tests/support/database.ts'
import { type Desk, makeDesk, plantWaiting } from './approving.ts'

useDatabase()
const LONG = 'We drive from Lviv with whoever has room in a van that week. '.repeat(3).trim()
let desk: Desk

beforeEach(async () => {
  desk = await makeDesk()
})

/** The names of an aid group that wrote this about its carriers, as the lists are asked for them. */
async function namesAsked(intermediaries: string): Promise<string[]> {
  const { id } = await plantWaiting(desk, { delivery: { intermediaries } })
  const rows = await db().$queryRaw<
    { name: string }[]
  >`SELECT name FROM aid_group_names(${id}::uuid) WHERE kind = 'other'`
  const beside = ['Bank', 'first partner', 'second partner']
  return rows.map(({ name }) => name).filter((name) => !beside.includes(name))
}

describe('the lists are asked for every carrier', () => {
  test.each([
    [
      'by commas and an "and"',
      'North Vans, Ivan Petrenko and Red Lorries',
      ['North Vans', 'Ivan Petrenko', 'Red Lorries'],
    ],
    [
      'with a comma before the "and"',
      'North Vans, Petrenko, AND Red Lorries',
      ['North Vans', 'Petrenko', 'Red Lorries'],
    ],
    ['in Ukrainian', 'Нова Хвиля, Іван Петренко та Червоний Шлях', ['Нова Хвиля', 'Іван Петренко', 'Червоний Шлях']],
    ['by other words', 'Перший і Другий й Третій', ['Перший', 'Другий', 'Третій']],
    ['in Russian and Spanish', 'Первый и Второй; Uno y Dos & Tres', ['Первый', 'Второй', 'Uno', 'Dos', 'Tres']],
    ['by lines and semicolons', 'Osama Carrier; \nNorth Vans', ['Osama Carrier', 'North Vans']],
  ])('%s', async (_, written, names) => {
    expect(await namesAsked(written)).toEqual(expect.arrayContaining(names))
  })

  test('and for the whole line, which may be one name', async () => {
    expect((await namesAsked('Smith and Sons\nMédecins, Inc')).sort()).toEqual(
      ['Smith and Sons', 'Smith', 'Sons', 'Médecins, Inc', 'Médecins', 'Inc'].sort(),
    )
  })

  test('and for the beginning of what is too long to be a name', async () => {
    expect(await namesAsked(LONG)).toEqual([LONG.slice(0, 120)])
    expect(await namesAsked(`${LONG}, North Vans`)).toEqual(expect.arrayContaining([LONG.slice(0, 120), 'North Vans']))
  })

  test('and for nobody where nobody is named, and a name with one of the words within', async () => {
    expect(await namesAsked(' , ;\n ')).toEqual([])
    expect(await namesAsked('Sandy Andrenko')).toEqual(['Sandy Andrenko'])
  })
})

test('the form takes one name a line: a longer line is refused at its field', () => {
  const problems = (intermediaries: string) =>
    checkSection('delivery', parseSection('delivery', { ...APPLICATION.delivery, intermediaries }))
  expect(problems(LONG)).toEqual({ intermediaries: 'one_name_a_line' })
  expect(problems(`North Vans\r\n${'A'.repeat(120)}\nRed Lorries; ${'B'.repeat(120)}`)).toEqual({})
})
