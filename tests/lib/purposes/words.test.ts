import { beforeAll, describe, expect, it } from 'vitest'
import { db } from '#lib/db/client.ts'
import { checkPurpose } from '#lib/purposes/check-purpose.ts'
import { useDatabase } from '#tests/support/database.ts'
import { DUAL_USE, HOSTILE, INNOCENT, PROHIBITED } from './sentences.ts'

useDatabase()
beforeAll(async () => {
  expect(await db().purposeWord.count()).toBeGreaterThan(1_000)
})

async function verdict(text: string): Promise<string> {
  const { prohibited, dualUse } = await checkPurpose(db(), [text])
  if (prohibited.length > 0) return `refused: ${prohibited.map(({ found }) => found).join(', ')}`
  return dualUse.length > 0 ? `looked at: ${dualUse.map(({ found }) => found).join(', ')}` : 'passes'
}

async function verdicts(texts: readonly string[]): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const text of texts) all[text] = await verdict(text)
  return all
}

const expected = (texts: readonly string[], start: string) =>
  Object.fromEntries(texts.map((text) => [text, expect.stringMatching(new RegExp(`^${start}`))]))

describe('the list', () => {
  for (const [language, texts] of Object.entries(PROHIBITED)) {
    it(`refuses what arms somebody, in every form of the word (${language})`, async () => {
      expect(await verdicts(texts)).toEqual(expected(texts, 'refused'))
    })
  }
  for (const [language, texts] of Object.entries(DUAL_USE)) {
    it(`has another person look at what can also serve a war (${language})`, async () => {
      expect(await verdicts(texts)).toEqual(expected(texts, 'looked at'))
    })
  }
  for (const [language, texts] of Object.entries(INNOCENT)) {
    it(`lets aid pass (${language})`, async () => {
      expect(await verdicts(texts)).toEqual(expected(texts, 'passes'))
    })
  }
  it('is not deceived by hidden characters, mixed alphabets, digits for letters, hyphens or spaces', async () => {
    expect(await verdicts(HOSTILE)).toEqual(expected(HOSTILE, 'refused'))
  })
})

describe('a finding', () => {
  it('says which text, where, which word and which entry of the list', async () => {
    const { prohibited, dualUse } = await checkPurpose(db(), ['Bread', 'Old «гвинтівки» and two drones'])
    expect(prohibited).toMatchObject([
      { text: 1, at: 5, found: 'гвинтівки', word: 'гвинтівк*', language: 'uk', category: 'firearms' },
    ])
    expect(dualUse).toMatchObject([{ text: 1, at: 24, found: 'drones', word: 'drone*', kind: 'dual_use' }])
  })

  it('answers to a text with a zero character, and to none', async () => {
    expect(await checkPurpose(db(), ['a\u0000b', ''])).toEqual({ prohibited: [], dualUse: [] })
    expect(await checkPurpose(db(), [])).toEqual({ prohibited: [], dualUse: [] })
  })
})
