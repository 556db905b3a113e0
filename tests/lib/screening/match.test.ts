import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scoreNames } from '#lib/screening/score-names.ts'

const REVIEW = 0.7
const scoreOf = (one: string, other: string) => scoreNames(one, other, 'person').score
const orgScoreOf = (one: string, other: string) => scoreNames(one, other, 'organization').score

describe('one name written two ways goes to review', () => {
  test.each([
    ['a patronymic left out', 'Ivan Petrenko', 'Ivan Mykolaiovych Petrenko'],
    ['words in another order', 'Petrenko Ivan', 'Ivan Petrenko'],
    ['the family name first, with a comma', 'PETRENKO, Ivan', 'Ivan Petrenko'],
    ['a letter mistyped', 'Ivan Petremko', 'Ivan Petrenko'],
    ['neighbours swapped', 'Ivan Pertenko', 'Ivan Petrenko'],
    ['a letter doubled', 'Ivan Petrrenko', 'Ivan Petrenko'],
    ['words run together', 'IvanPetrenko', 'Ivan Petrenko'],
    ['a word torn apart', 'Jan Van Der Bilt', 'Jan Vanderbilt'],
    ['a given name as its initial', 'I. Petrenko', 'Ivan Petrenko'],
    ['a title', 'Dr. Ivan Petrenko', 'Ivan Petrenko'],
    ['marks over letters', 'Łukasz Żółkiewski', 'Lukasz Zolkiewski'],
    ['digits for letters', 'Iv4n Petrenk0', 'Ivan Petrenko'],
    ['Cyrillic and Latin', 'Іван Петренко', 'Ivan Petrenko'],
    ['a Russian and a Ukrainian given name', 'Vladimir Petrenko', 'Volodymyr Petrenko'],
    ['Arabic and Latin', 'خالد محمود', 'Khaled Mahmoud'],
    ['Greek and Latin', 'Νικόλαος Παπαδόπουλος', 'Nikolaos Papadopoulos'],
    ['Korean and the spelling of its passports', '박지성', 'Park Ji Sung'],
    ['Chinese and Pinyin', '王伟', 'Wang Wei'],
  ])('%s', (_, one, other) => {
    expect(scoreOf(one, other)).toBeGreaterThanOrEqual(REVIEW)
  })

  test('Hryhorii and Grigoriy are one name, from Cyrillic and from each other', () => {
    for (const latin of ['Hryhorii Skovoroda', 'Grigoriy Skovoroda'])
      expect(scoreOf('Григорій Сковорода', latin)).toBe(1)
    expect(scoreOf('Hryhorii Skovoroda', 'Grigoriy Skovoroda')).toBeGreaterThan(0.9)
  })

  test.each([
    ['the legal form spelled out', 'Bright Harbour Ltd.', 'Bright Harbour Limited'],
    ['a legal form of several words', 'Bright Harbour LLC', 'Limited Liability Company Bright Harbour'],
    ['a legal form in Russian', 'ООО "Ромашка"', 'Общество с ограниченной ответственностью Ромашка'],
    ['an ampersand', 'Hill & Sons', 'Hill and Sons'],
    ['points in initials', 'P.T. Sumber Jaya', 'PT Sumber Jaya'],
    ['a word like "trading" left out', 'Bright Harbour', 'Bright Harbour Trading Ltd.'],
    ['a number as a word', 'Battalion Twenty-Five', 'Battalion 25'],
  ])('an organization: %s', (_, one, other) => {
    expect(orgScoreOf(one, other)).toBeGreaterThanOrEqual(REVIEW)
  })
})

describe('other names do not', () => {
  test.each([
    ['another family name', 'Ivan Petrenko', 'Ivan Kovalchuk'],
    ['another given name', 'Ivan Petrenko', 'Bohdan Petrenko'],
    ['a brother: one word of four differs', 'Omar Sabri Hasan Khalil', 'Omar Faisal Hasan Khalil'],
    ['the initial of another name', 'B. Petrenko', 'Ivan Petrenko'],
    ['only a given name shared', 'Maria Lopez', 'Maria Schneider'],
    ['a syllable of a Chinese name', '王伟', 'Wang Hui'],
  ])('%s', (_, one, other) => {
    expect(scoreOf(one, other)).toBeLessThan(REVIEW)
  })

  test('a legal form alone matches nothing, not even itself', () => {
    expect(orgScoreOf('Limited', 'Bright Harbour Limited')).toBe(0)
    expect(orgScoreOf('LLC', 'LLC')).toBe(0)
  })

  test('a legal form shared makes no match of two companies', () => {
    expect(orgScoreOf('Bright Harbour Limited', 'Green Meadow Limited')).toBeLessThan(REVIEW)
  })
})

test('the reasons name the words that were laid side by side and those that were not', () => {
  const { reasons } = scoreNames('Іван Петренко', 'PETRENKO, Ivan Mykolaiovych', 'person')
  expect(reasons).toContainEqual({ type: 'token_aligned', queried: 'petrenko', listed: 'petrenko', similarity: 1 })
  expect(reasons).toContainEqual({ type: 'token_unmatched', side: 'listed', token: 'mykolaiovych' })
  expect(reasons.some(({ type }) => type === 'transliterated')).toBe(true)
})

describe('for any text', () => {
  const anything = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.string())

  test('two names score from 0 to 1 and nothing throws', () => {
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        const { score } = scoreNames(one, other)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('the order of words does not change the score', () => {
    const word = fc.constantFrom(
      'ivan',
      'petrenko',
      'olena',
      'kovalchuk',
      'hasan',
      'omar',
      'schneider',
      'maria',
      'tikhonov',
    )
    const words = fc.uniqueArray(word, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(words, words, (one, other) => {
        expect(scoreOf(one.toReversed().join(' '), other.join(' '))).toBeCloseTo(
          scoreOf(one.join(' '), other.join(' ')),
          10,
        )
      }),
    )
  })

  test('a name is itself', () => {
    const word = fc.stringMatching(/^[bdfgklmnprst][aeiou][bdfgklmnprst]{1,3}[aeiou]$/)
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 2, maxLength: 4 }), (words) => {
        expect(scoreOf(words.join(' '), words.join(' ').toUpperCase())).toBeCloseTo(1, 10)
      }),
    )
  })

  test('of a text of 100 kB only the beginning is read', () => {
    const start = 'Ivan Petrenko '
    const long = start + 'x'.repeat(100_000)
    expect(scoreNames(long, long).reasons.every((reason) => JSON.stringify(reason).length < 600)).toBe(true)
    expect(scoreNames('ab '.repeat(40_000), 'cd '.repeat(40_000)).score).toBeLessThan(REVIEW)
  })
})
