import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildIndex, type ScreeningIndex } from '#lib/screening/build-index.ts'
import { searchIndex } from '#lib/screening/search-index.ts'
import {
  judgeCrossScript,
  judgePairs,
  judgePeople,
  queryOf,
  readLists,
  readRows,
  SCREENING_DIR,
} from '#tests/bench/screening.ts'

const isAbsent = !existsSync(SCREENING_DIR)
if (isAbsent && process.env['CI'] === 'true') throw new Error(`${SCREENING_DIR} is absent`)

// The labelled names stand beside the repository; without them these figures cannot be asked.
describe.skipIf(isAbsent)('the matcher stays as good as promised', () => {
  let index: ScreeningIndex
  beforeAll(() => {
    index = buildIndex(readLists(SCREENING_DIR))
  })

  test('F1 on labelled pairs is above 0.79', () => {
    expect(judgePairs(readRows(SCREENING_DIR, 'name_pairs.csv')).f1).toBeGreaterThan(0.79)
  })

  test.each([
    ['un_positives_exact.csv', 0.995],
    ['un_positives_typos.csv', 0.987],
  ])('of %s at least %d are found', (file, share) => {
    expect(judgePeople(index, readRows(SCREENING_DIR, file)).share).toBeGreaterThanOrEqual(share)
  })

  test('as many are found when every birth date given is wrong', () => {
    const rows = readRows(SCREENING_DIR, 'un_positives_typos.csv')
    const missed = rows.filter(
      (row) => searchIndex(index, { ...queryOf(row), birthDate: '2011-01-01' }).matches.length === 0,
    )
    expect(missed.length / rows.length).toBeLessThanOrEqual(0.013)
  })

  test('of ordinary people at most 0.3 % go to review', () => {
    const sample = readRows(SCREENING_DIR, 'negatives.csv').filter((_, place) => place % 4 === 0)
    expect(judgePeople(index, sample).share).toBeLessThanOrEqual(0.003)
  })

  test('most names given in two scripts reach review', () => {
    const { pairs, reached } = judgeCrossScript(SCREENING_DIR)
    expect(reached / pairs).toBeGreaterThan(0.7)
  })
})
