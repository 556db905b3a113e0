import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildIndex } from '#lib/screening/build-index.ts'
import { searchIndex } from '#lib/screening/search-index.ts'
import type { ListedEntry } from '#lib/screening/types.ts'

const entry = (partyId: string, name: string, more: Partial<ListedEntry> = {}): ListedEntry => ({
  ...{ partyId, source: 'test', externalId: partyId, kind: 'person', names: [{ name, kind: 'primary' }] },
  ...{ birthDates: [], countries: [], identifiers: [], ...more },
})

const INDEX = buildIndex([
  entry('1', 'PETRENKO, Ivan Mykolaiovych', {
    birthDates: ['1970-02-03'],
    countries: ['Ukraine'],
    identifiers: [{ type: 'Passport', value: 'FE 123-456' }],
  }),
  entry('2', 'Hasan Khalil', {
    names: [
      { name: 'Hasan Khalil', kind: 'primary' },
      { name: 'Abu Zarqun', kind: 'weak' },
      { name: 'حسن خليل', kind: 'original_script' },
    ],
  }),
  entry('3', 'BRIGHT HARBOUR TRADING LIMITED', { kind: 'organization' }),
  entry('4', 'SEA EAGLE', { kind: 'vessel', identifiers: [{ type: 'IMO', value: 'IMO 9187629' }] }),
  entry('5', 'KIM, Yong Chol'),
  // Without others beside them no word would be rare.
  ...Array.from({ length: 400 }, (_, place) =>
    entry(`x${place}`, `Filler${String.fromCharCode(97 + (place % 26))}ova Person${place}`),
  ),
])
const ask = (name: string, more = {}) => searchIndex(INDEX, { name, ...more })
const idsOf = (name: string, more = {}) => ask(name, more).matches.map(({ partyId }) => partyId)

test('who bears a name that many bear has every one of them, where the screening of a dossier asks', () => {
  const many = Array.from({ length: 130 }, (_, place) =>
    entry(`k${place}`, `KIM Chol ${String.fromCharCode(97 + (place % 26))}${'aeiou'[place % 5]}n`),
  )
  const index = buildIndex(many)
  const asked = { name: 'KIM Chol' }
  expect(searchIndex(index, asked).matches).toHaveLength(20)
  expect(searchIndex(index, asked, { limit: Infinity }).matches).toHaveLength(130)
})

describe('finding', () => {
  test.each([
    ['in another script', 'Іван Петренко', '1'],
    ['mistyped', 'Ivan Petremko', '1'],
    ['run together', 'ivanpetrenko', '1'],
    ['by a weak alias', 'Abu Zarqun', '2'],
    ['in the script the list has it in', 'حسن خليل', '2'],
    ['with another legal form', 'Bright Harbour Trading LLC', '3'],
    ['in Korean', '김영철', '5'],
  ])('a name %s is found', (_, name, partyId) => {
    expect(idsOf(name)).toContain(partyId)
  })

  test('a match by a weak alias says so', () => {
    expect(ask('Abu Zarqun').matches[0]?.reasons).toContainEqual({ type: 'weak_alias' })
  })

  test('nobody is found under an ordinary other name', () => {
    expect(idsOf('Oksana Bondarenko')).toEqual([])
  })

  test('a party is answered once, by its best name', () => {
    expect(idsOf('Hasan Khalil')).toEqual(['2'])
  })

  test('no more than the limit are answered, best first', () => {
    const many = buildIndex(
      Array.from({ length: 50 }, (_, place) => entry(String(place), place === 30 ? 'Omar Haddad' : 'Omar Hadad')),
    )
    const { matches } = searchIndex(many, { name: 'Omar Haddad' }, { limit: 5 })
    expect(matches).toHaveLength(5)
    expect(matches[0]?.partyId).toBe('30')
  })
})

describe('an identifier', () => {
  test('that is equal blocks whatever the name, however it is written', () => {
    const [match] = ask('Somebody Else', { identifiers: [{ value: 'fe123456' }] }).matches
    expect(match).toMatchObject({ partyId: '1', blocks: true, score: 1 })
    expect(match?.reasons).toContainEqual({ type: 'identifier_equal', identifierType: 'Passport', value: 'FE 123-456' })
  })

  test('that differs says nothing', () => {
    const [match] = ask('Ivan Mykolaiovych Petrenko', { identifiers: [{ value: 'ZZ999999' }] }).matches
    expect(match).toMatchObject({ partyId: '1', blocks: false })
  })

  test('too short to tell anybody apart is not compared', () => {
    const index = buildIndex([entry('1', 'Ivan Petrenko', { identifiers: [{ type: 'id', value: '12' }] })])
    expect(searchIndex(index, { name: 'Somebody Else', identifiers: [{ value: '12' }] }).matches).toEqual([])
  })
})

describe('a birth date', () => {
  const name = 'Ivan Mykolaiovych Petrenko'

  test('alone never clears', () => {
    const [match] = ask(name, { birthDate: '2001-01-01' }).matches
    expect(match?.score).toBeGreaterThanOrEqual(0.7)
    expect(match?.reasons).toContainEqual({ type: 'birth_date_differs', queried: '2001-01-01', listed: ['1970-02-03'] })
  })

  test('alone never clears a name mistyped either', () => {
    expect(idsOf('Ivan Mykolaiovich Petremko', { birthDate: '2001-01-01' })).toContain('1')
  })

  test('alone makes no match of another name', () => {
    expect(idsOf('Oksana Bondarenko', { birthDate: '1970-02-03' })).toEqual([])
  })

  test('lowers a name that lacks words', () => {
    const scoreWith = (birthDate: string) => ask('Ivan Petrenko', { birthDate, threshold: 0 }).matches[0]?.score ?? 0
    expect(scoreWith('1955-01-01')).toBeLessThan(scoreWith('1970-02-03'))
  })

  test.each(['1970-13-45', 'unknown', '', '70'])('that is none (%j) changes nothing', (birthDate) => {
    expect(ask(name, { birthDate }).matches[0]?.score).toBe(ask(name).matches[0]?.score)
  })
})

test('a person asked for and a company found under the same name still go to review, and the kinds are named', () => {
  const [match] = ask('Bright Harbour Trading', { kind: 'person' }).matches
  expect(match?.partyId).toBe('3')
  expect(match?.reasons).toContainEqual({ type: 'kind_differs', queried: 'person', listed: 'organization' })
})

test('a country is compared as a code and as a name, and is only a reason', () => {
  const [match] = ask('Ivan Mykolaiovych Petrenko', { country: 'ua' }).matches
  expect(match?.reasons).toContainEqual({ type: 'country_agrees', country: 'ua' })
  expect(match?.score).toBe(ask('Ivan Mykolaiovych Petrenko', { country: 'FR' }).matches[0]?.score)
})

describe('a script we cannot compare is said, not cleared', () => {
  test.each([
    ['Thai', 'สมชาย ใจดี', ['Thai']],
    ['Bengali', 'শেখ মুজিব', ['Bengali']],
    ['Devanagari', 'राम शर्मा', ['Devanagari']],
    ['Japanese', '山田 はなこ', ['Han (Japanese readings)']],
    ['part of a name', 'Ivan ကျော်', ['Myanmar']],
    ['signs', '?!*', ['no letters']],
    ['nothing', '', ['no letters']],
  ])('%s', (_, name, scripts) => {
    expect(ask(name).unsupportedScripts).toEqual(scripts)
  })

  test('Chinese signs are said for a person from Japan', () => {
    expect(ask('山田太郎', { country: 'JP' }).unsupportedScripts).toEqual(['Han (Japanese readings)'])
  })

  test.each(['Ivan Petrenko', 'Іван Петренко', 'خالد محمود', '김정은', '王伟', 'דוד כהן'])(
    '%s can be compared',
    (name) => {
      expect(ask(name).unsupportedScripts).toEqual([])
    },
  )
})

test('any text at all gets an answer with scores from 0 to 1', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(text, text, (name, birthDate) => {
      const { matches } = searchIndex(INDEX, { name, birthDate, country: birthDate }, { threshold: 0.01 })
      expect(matches.every(({ score }) => score >= 0 && score <= 1)).toBe(true)
    }),
  )
})

test('a text of 100 kB is cut before it is looked up', () => {
  expect(ask('Ivan Mykolaiovych Petrenko '.repeat(4_000)).matches.length).toBeLessThanOrEqual(20)
  expect(ask('а'.repeat(100_000)).matches).toEqual([])
})
