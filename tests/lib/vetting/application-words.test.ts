import { expect, test } from 'vitest'
import en from '#components/vetting-application/messages/en.json' with { type: 'json' }
import uk from '#components/vetting-application/messages/uk.json' with { type: 'json' }
import { aidCategories as campaignCategories } from '#lib/campaigns/types.ts'
import { db } from '#lib/db/client.ts'
import mailsEn from '#lib/email/messages/en.json' with { type: 'json' }
import mailsUk from '#lib/email/messages/uk.json' with { type: 'json' }
import { problemCodes } from '#lib/vetting/check-section.ts'
import { AREA_CODES, matchArea } from '#lib/vetting/match-area.ts'
import { findStatement, readStatement } from '#lib/vetting/read-statement.ts'
import { transliteratePerson } from '#lib/vetting/transliterate-person.ts'
import { aidCategories, documentKinds, parts } from '#lib/vetting/types.ts'
import { useDatabase } from '#tests/support/database.ts'

useDatabase()

type Tree = { [key: string]: string | Tree }
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
const pairs = [
  ['pages', en, uk],
  ['mails', mailsEn, mailsUk],
] as const

test.each(pairs)(
  'the %s say the same things in both languages, with the same values in them',
  (_, english, ukrainian) => {
    const names = (text: string) => [...new Set(text.match(/\{(\w+)(?=[,}])/g))].sort()
    const shapeOf = (tree: Tree) => Object.fromEntries(leaves(tree).map(([key, text]) => [key, names(text)]))
    expect(shapeOf(ukrainian)).toEqual(shapeOf(english))
  },
)

// The name of the product, of the other language, of formats, and what stands in examples.
const LATIN_WORDS =
  /Common Purse|English|IBAN|BIC|SWIFT|PDF|JPEG|PNG|WebP|ABA|https?:\/\/\S*|name@example\.org|\{[^{}]*\}|\b(?:plural|one|few|many|other|count)\b/g

test.each(pairs)('no English is left in the Ukrainian %s', (_, _english, ukrainian) => {
  const left = leaves(ukrainian).filter(
    ([key, text]) => key !== 'site.english' && /[A-Za-z]{2,}/.test(text.replaceAll(LATIN_WORDS, '')),
  )
  expect(left).toEqual([])
})

test('every problem, part, kind of document, category and area has its words', () => {
  expect(Object.keys(en.problems).sort()).toEqual([...problemCodes].sort())
  expect(Object.keys(en.parts).sort()).toEqual([...parts].sort())
  expect(Object.keys(en.kinds).sort()).toEqual([...documentKinds].sort())
  expect(Object.keys(en.categories).sort()).toEqual([...aidCategories].sort())
  expect(Object.keys(en.areas).sort()).toEqual([...AREA_CODES].sort())
})

test('the taxonomy of the application is that of the database and of campaigns', async () => {
  const rows = await db().$queryRaw<{ name: string }[]>`SELECT unnest(enum_range(NULL::aid_category))::text AS name`
  expect(rows.map(({ name }) => name)).toEqual([...aidCategories])
  expect([...campaignCategories].sort()).toEqual([...aidCategories].sort())
})

test.each([
  ['Simferopol', 'UA-43'],
  ['Автономна Республіка Крим', 'UA-43'],
  ['м. Севастополь', 'UA-40'],
  ['Горлівка, ДНР', 'UA-14-OCC'],
  ['Mariupol', 'UA-14-OCC'],
  ['Luhansk People’s Republic', 'UA-09-OCC'],
  ['Харківська область', null],
  ['Кременчук', null],
  ['Донецька область, Краматорськ', null],
])('%s is recognised as %s', (name, area) => {
  expect(matchArea({ name, areaCode: 'other' })).toBe(area)
})

const EMBARGOED = [
  ...[
    'Crimea',
    'Autonomous Republic of Crimea',
    'Сrimea',
    'КРИМ',
    'Крыму',
    'АРК',
    'Qırım',
    'Sebastopol',
    'м. Севастополь',
    'Ялта',
  ],
  ...[
    'Sudak',
    'Судак',
    'Алушта',
    'Бахчисарай',
    'Armiansk',
    'Донецька Народна Республіка',
    'Donetskaya Narodnaya Respublika',
  ],
  ...[
    'República Popular de Donetsk',
    'ЛНР',
    'Єнакієве',
    'Дебальцеве',
    'Сєвєродонецьк',
    'Severodonetsk',
    'Маріуполь',
    'Khrustalnyi',
  ],
  ...['Iran', 'Syria', 'Куба', 'North Korea'],
]
const OPEN = [
  ...[
    'Kharkiv',
    'Кременчук',
    'Donetsk oblast, Kramatorsk',
    'Луганська область',
    'Кримінальна поліція',
    'Аркадія',
    'Syrets, Kyiv',
  ],
  ...['Zaporizhzhia', 'Iranian bakery'],
]

test('the gate of the region knows an embargoed place by its names in every language, and lets others be', async () => {
  const rows = await db().$queryRaw<{ name: string; stops: boolean }[]>`
    SELECT name, is_embargoed_area('other', name) AS stops FROM unnest(${[...EMBARGOED, ...OPEN]}::text[]) AS name`
  expect(rows.filter(({ stops }) => stops).map(({ name }) => name)).toEqual(EMBARGOED)
})

test('a city that gives its name to an oblast is looked at by a person; the oblast is not', async () => {
  const names = ['Donetsk', 'м. Луганськ', 'в Донецке', 'Donetsk oblast', 'Луганська область', 'Луганськ обл.', 'Lviv']
  const rows = await db().$queryRaw<{ name: string; near: boolean }[]>`
    SELECT name, is_near_embargo(name) AS near FROM unnest(${names}::text[]) AS name`
  expect(rows.filter(({ near }) => near).map(({ name }) => name)).toEqual(['Donetsk', 'м. Луганськ', 'в Донецке'])
})

test('what the form warns of, the gate stops', async () => {
  const warned = EMBARGOED.filter((name) => matchArea({ name, areaCode: 'other' }) !== null)
  expect(warned.length).toBeGreaterThan(8)
  expect(OPEN.filter((name) => matchArea({ name, areaCode: 'other' }) !== null)).toEqual([])
})

test.each([
  ['Згурський Єгор', 'Zghurskyi Yehor'],
  ['Юлія Щербак-Їжакевич', 'Yuliia Shcherbak-Yizhakevych'],
  ['Мар’яна Короп’є', 'Mariana Koropie'],
  ['Ann Lee', 'Ann Lee'],
])('%s is written %s, as in passports', (name, latin) => {
  expect(transliteratePerson(name)).toBe(latin)
})

// A signed text is what was signed: whoever changes a letter of it must give it another number, and keep the old one.
test('the statements are word for word those that were signed', () => {
  const signed = (['end_use', 'agreement'] as const).flatMap((kind) =>
    (['en', 'uk'] as const).map((locale) => readStatement(kind, locale)),
  )
  expect(
    Object.fromEntries(signed.map(({ version, sha256 }) => [version, sha256.slice(0, 16)])),
  ).toMatchInlineSnapshot(`
    {
      "agreement-1.en": "30ab663bad29477e",
      "agreement-1.uk": "a7ab53bd62c7e1dc",
      "end-use-1.en": "1ff4b52837e13b6c",
      "end-use-1.uk": "b0de039eda4be7a1",
    }
  `)
  expect(findStatement('end_use', 'end-use-1.uk', readStatement('end_use', 'uk').sha256)).not.toBeNull()
  expect(findStatement('agreement', 'end-use-1.uk', readStatement('end_use', 'uk').sha256)).toBeNull()
})
