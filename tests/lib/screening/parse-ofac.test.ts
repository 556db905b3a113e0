import { describe, expect, test } from 'vitest'
import { extractRemarks } from '#lib/screening/extract-remarks.ts'
import { normalizeDates } from '#lib/screening/normalize-dates.ts'
import { parseList } from '#lib/screening/parse-list.ts'
import { parseOfac } from '#lib/screening/parse-ofac.ts'
import { bytesOf, fileOf, realOfac, refusalOf, withoutRealLists } from './lists.ts'

const NONE = '-0- '
const row = (number: number, name: string, fields: Record<number, string> = {}) =>
  [String(number), `"${name}"`, ...Array.from({ length: 10 }, (_, at) => fields[at + 3] ?? NONE)].join(',')
const SDN = `${[
  row(1, 'KVITKIN, Jaroslav', {
    3: '"individual"',
    4: '"NPWMD] [IFSR] [IRAN-EO13902"',
    12: `"DOB 19 Mar 1953; alt. DOB circa 1955; nationality Niger; a.k.a. 'CHAPORI, Petit'; Passport A1234567 (Iraq) expires 2020."`,
  }),
  row(2, 'GREY PETREL', { 3: '"vessel"', 6: '"CL2685"', 10: '"Cuba"' }),
  row(3, 'MERIDIAN ARC, LTD.', {
    4: '"CUBA"',
    12: '"Registration Number 1027700132195 (Russia); Tax ID No. 7740000076."',
  }),
].join('\r\n')}\r\n\x1a`
const ALT = `1,10,"aka","KVITKIN, Yaroslav",${NONE}\r\n3,11,"fka","ARC MERIDIAN",${NONE}\r\n\x1a`
const ADD = `1,20,"Main Street 1","Niamey","Niger",${NONE}\r\n1,21,${NONE},${NONE},"Mali",${NONE}\r\n\x1a`

describe("OFAC's three files", () => {
  test('are read with everything a name can be found by', () => {
    const { parties, rowCount, publishedAt } = parseOfac({ sdn: SDN, alt: ALT, add: ADD })
    expect(rowCount).toBe(7)
    expect(publishedAt).toBeNull()
    expect(parties[0]).toMatchObject({
      externalId: '1',
      kind: 'person',
      names: [
        { name: 'KVITKIN, Jaroslav', kind: 'primary' },
        { name: 'CHAPORI, Petit', kind: 'weak' },
        { name: 'KVITKIN, Yaroslav', kind: 'strong' },
      ],
      birthDates: ['1953-03-19', '1955'],
      countries: ['Niger', 'Mali'],
      identifiers: [{ type: 'passport', value: 'A1234567' }],
      programs: ['NPWMD', 'IFSR', 'IRAN-EO13902'],
    })
    expect(parties[1]).toMatchObject({
      kind: 'vessel',
      countries: ['Cuba'],
      identifiers: [{ type: 'call_sign', value: 'CL2685' }],
    })
    expect(parties[2]).toMatchObject({
      kind: 'organization',
      programs: ['CUBA'],
      identifiers: [
        { type: 'registration', value: '1027700132195' },
        { type: 'tax', value: '7740000076' },
      ],
    })
  })

  test('may have letters of Windows-1252', () => {
    const bytes = Buffer.from(SDN.replace('KVITKIN, Jaroslav', 'NUÑEZ, José'), 'latin1')
    const files = [{ name: 'sdn.csv', bytes }, fileOf('alt.csv', ALT), fileOf('add.csv', ADD)]
    expect(parseList('ofac', files).parties[0]?.names[0]?.name).toBe('NUÑEZ, José')
  })

  test('may have a byte order mark, or be in UTF-16', () => {
    for (const bytes of [bytesOf(`\ufeff${SDN}`), Buffer.from(`\ufeff${SDN}`, 'utf16le')]) {
      const files = [{ name: 'sdn.csv', bytes }, fileOf('alt.csv', ALT), fileOf('add.csv', ADD)]
      expect(parseList('ofac', files).parties).toHaveLength(3)
    }
  })

  test('are told apart by their columns when their names say nothing', () => {
    const files = [fileOf('a.csv', ADD), fileOf('b.csv', SDN), fileOf('c.csv', ALT)]
    expect(parseList('ofac', files).rowCount).toBe(7)
  })
})

describe('A file that OFAC did not publish so is refused with its line', () => {
  const files = (sdn: string, alt = ALT, add = ADD) => [
    fileOf('sdn.csv', sdn),
    fileOf('alt.csv', alt),
    fileOf('add.csv', add),
  ]
  test.each<[string, ReturnType<typeof files>, RegExp]>([
    [
      'a column too few',
      files(SDN.replace(`${NONE},${NONE}\r\n3`, `${NONE}\r\n3`)),
      /sdn\.csv, line 2: expected 12 columns, found 11/,
    ],
    ['cut in the middle of the last row', files(SDN.slice(0, -60)), /sdn\.csv, line 3: the last line is cut off/],
    [
      'cut at the end of a row, so that others belong to nobody',
      files(SDN.slice(0, SDN.indexOf('\r\n2,') + 2)),
      /alt\.csv, line 2: belongs to number 3, which is not in sdn\.csv/,
    ],
    ['an alias of nobody', files(SDN, ALT.replace('3,11', '9,11')), /alt\.csv, line 2: belongs to number 9/],
    ['a header', files(`ent_num,SDN_Name,3,4,5,6,7,8,9,10,11,12\r\n${SDN}`), /sdn\.csv, line 1: expected a number/],
    ['no name', files(SDN.replace('"GREY PETREL"', NONE)), /sdn\.csv, line 2: expected a number and a name/],
    ['a number twice', files(SDN.replace('3,"MER', '1,"MER')), /sdn\.csv, line 3: number 1 stands twice/],
    ['alt.csv missing', files(SDN).filter(({ name }) => name !== 'alt.csv'), /alt\.csv: is missing/],
    ['sdn.csv twice', [...files(SDN), fileOf('sdn.csv', SDN)], /two files that are sdn\.csv/],
    [
      'Cyrillic of Windows-1251',
      [
        {
          name: 'sdn.csv',
          bytes: Buffer.concat([
            Buffer.from('1,"'),
            Buffer.from([0xc8, 0xe2, 0xe0, 0xed, 0xee, 0xe2]),
            Buffer.from(SDN.slice(SDN.indexOf('",'))),
          ]),
        },
        ...files(SDN).slice(1),
      ],
      /sdn\.csv, line 1: this is not written in UTF-8/,
    ],
  ])('%s', async (_, broken, says) => {
    expect(await refusalOf(() => parseList('ofac', broken))).toMatch(says)
  })
})

test('remarks give aliases, dates and numbers, and nothing that only looks like them', () => {
  const facts = extractRemarks(
    "DOB 1984; POB Niger; Gender Male; a.k.a. 'A', 'B'; f.k.a. 'Abu 'Abd'; Passport unknown; citizen Mexico; Secondary sanctions risk: North Korea; Vessel Registration Identification IMO 9187629; Organization Established Date 01 Jan 2001.",
  )
  expect(facts).toEqual({
    aliases: ['A', 'B', "Abu 'Abd"],
    birthDates: ['1984'],
    countries: ['Mexico'],
    identifiers: [{ type: 'vessel', value: '9187629' }],
  })
})

test.each([
  ['19 Mar 1953', ['1953-03-19']],
  ['Mar 1953', ['1953-03']],
  ['circa 1953', ['1953']],
  ['1953 to 1955', ['1953', '1954', '1955']],
  ['01 Jan 1953 to 31 Dec 1954', ['1953', '1954']],
  ['1900 to 1999', []],
  ['00/00/1975', ['1975']],
  ['dd/mm/1975', ['1975']],
  ['03/11/1975', ['1975-11-03']],
  ['1975-11-03', ['1975-11-03']],
  ['unknown', []],
])('the date %s is %j', (text, dates) => {
  expect(normalizeDates(text)).toEqual(dates)
})

describe.skipIf(withoutRealLists)('the files OFAC publishes', () => {
  test('are read whole', async () => {
    const { parties, rowCount } = parseList('ofac', await realOfac())
    expect(rowCount).toBe(34_723)
    expect(parties.filter(({ kind }) => kind === 'person')).toHaveLength(4_620)
    expect(parties.reduce((sum, { names }) => sum + names.length, 0)).toBeGreaterThan(20_000)
  })

  test.each([0.3, 0.6, 0.9])('are refused when sdn.csv is cut at %d of its length', async (share) => {
    const [sdn, ...others] = await realOfac()
    const cut = { name: 'sdn.csv', bytes: sdn!.bytes.subarray(0, Math.floor(sdn!.bytes.length * share)) }
    expect(await refusalOf(() => parseList('ofac', [cut, ...others]))).toMatch(/(sdn|alt|add)\.csv, line [\d,]+: /)
  })
})
