import { describe, expect, test } from 'vitest'
import { parseList } from '#lib/screening/parse-list.ts'
import type { ListSource } from '#lib/screening/types.ts'
import { fileOf, inventedCsv, refusalOf } from './lists.ts'

const read = (source: ListSource, name: string, text: string) => parseList(source, [fileOf(name, text)])

/** A row of the columns that are given, the others empty. */
const rowOf = (columns: readonly string[], values: Record<string, string>, delimiter: string) =>
  columns.map((column) => values[column] ?? '').join(delimiter)

const EU_COLUMNS = [
  ...['fileGenerationDate', 'Entity_LogicalId', 'Entity_EU_ReferenceNumber', 'Entity_Remark', 'Entity_SubjectType'],
  ...[
    'Entity_SubjectType_ClassificationCode',
    'Entity_Regulation_Programme',
    'NameAlias_LastName',
    'NameAlias_FirstName',
  ],
  ...[
    'NameAlias_MiddleName',
    'NameAlias_WholeName',
    'NameAlias_NameLanguage',
    'Address_City',
    'Address_CountryDescription',
  ],
  ...[
    'BirthDate_BirthDate',
    'BirthDate_Year',
    'BirthDate_YearRangeFrom',
    'BirthDate_YearRangeTo',
    'Identification_Number',
  ],
  ...['Identification_TypeCode', 'Citizenship_CountryDescription'],
]
const euRow = (id: string, type: string, values: Record<string, string>) =>
  rowOf(
    EU_COLUMNS,
    {
      fileGenerationDate: '22/09/2026',
      Entity_LogicalId: id,
      Entity_SubjectType: type,
      Entity_Regulation_Programme: 'DEMO',
      ...values,
    },
    ';',
  )
const EU = `\ufeff${[
  EU_COLUMNS.join(';'),
  euRow('13', 'P', { NameAlias_WholeName: 'Jaroslav Kvitkin', Entity_Remark: '"one; two"' }),
  euRow('13', 'P', { NameAlias_FirstName: 'Yaroslav', NameAlias_LastName: 'KVITKIN' }),
  euRow('13', 'P', { NameAlias_WholeName: 'Ярослав Квіткін' }),
  euRow('13', 'P', { BirthDate_BirthDate: '1970-05-01' }),
  euRow('13', 'P', { BirthDate_YearRangeFrom: '1971', BirthDate_YearRangeTo: '1972' }),
  euRow('13', 'P', {
    Identification_Number: 'A123456',
    Identification_TypeCode: 'passport',
    Citizenship_CountryDescription: 'UNKNOWN',
  }),
  euRow('13', 'P', { Citizenship_CountryDescription: 'NIGER', Address_CountryDescription: 'MALI' }),
  euRow('42', 'E', { NameAlias_WholeName: 'Meridian Arc' }),
].join('\r\n')}\r\n`

describe("the EU's list", () => {
  test('is read: one party of many rows', () => {
    const { parties, rowCount, publishedAt } = read('eu', 'eu.csv', EU)
    expect(rowCount).toBe(8)
    expect(publishedAt?.toISOString()).toBe('2026-09-22T00:00:00.000Z')
    expect(parties).toHaveLength(2)
    expect(parties[0]).toMatchObject({
      kind: 'person',
      names: [
        { name: 'Jaroslav Kvitkin', kind: 'primary' },
        { name: 'Yaroslav KVITKIN', kind: 'strong' },
        { name: 'Ярослав Квіткін', kind: 'original_script' },
      ],
      birthDates: ['1970-05-01', '1971', '1972'],
      countries: ['NIGER', 'MALI'],
      identifiers: [{ type: 'passport', value: 'A123456' }],
      remarks: 'one; two',
    })
    expect(parties[1]).toMatchObject({ kind: 'organization', externalId: '42' })
  })

  test.each<[string, string, RegExp]>([
    ['a row too short', EU.replace(';Meridian Arc', ''), /eu\.csv, line 9: expected 21 columns, found 20/],
    ['cut in a row', EU.slice(0, -9), /line 9: the last line is cut off/],
    ['commas for semicolons', EU.replaceAll(';', ','), /line 1: expected columns named/],
    [
      'another header',
      EU.replace('NameAlias_WholeName', 'Name'),
      /line 1: expected columns named "NameAlias_WholeName"/,
    ],
    ['no number', EU.replace(';42;', ';;'), /line 9: expected a number in Entity_LogicalId/],
    ['a party without a name', EU.replace('Meridian Arc', ''), /party 42 has no name/],
    ['no date', EU.replaceAll('22/09/2026', 'yesterday'), /line 2: expected a date like/],
    ['header only', EU.slice(0, EU.indexOf('\r\n') + 2), /nobody on this list/],
  ])('is refused: %s', async (_, text, says) => {
    expect(await refusalOf(() => read('eu', 'eu.csv', text))).toMatch(says)
  })
})

const UK_COLUMNS =
  'Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Title,Name non-latin script,Non-latin script type,Non-latin script language,Regime Name,Designation Type,Designation source,Sanctions Imposed,Other Information,UK Statement of Reasons,Address Line 1,Address Line 2,Address Line 3,Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,Phone number,Website,Email address,Date Designated,D.O.B,Nationality(/ies),National Identifier number,National Identifier additional information,Passport number,Passport additional information,Position,Gender,Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,Business registration number (s),IMO number,Current owner/operator (s),Previous owner/operator (s),Current believed flag of ship,Previous flags,Type of ship,Tonnage of ship,Length of ship,Year Built,Hull identification number (HIN)'.split(
    ',',
  )
const ukRow = (values: Record<string, string>) => rowOf(UK_COLUMNS, values, ',')
const person = { 'Unique ID': 'DEM0001', 'Designation Type': 'Individual', 'Regime Name': 'Demo regulations' }
const UK = `${[
  'Report Date: 24-Jun-2026',
  UK_COLUMNS.join(','),
  ukRow({
    ...person,
    'Name 6': 'KVITKIN',
    'Name 1': 'Jaroslav',
    'Name type': 'Primary Name',
    'D.O.B': '00/00/1975',
    'Nationality(/ies)': 'Niger',
  }),
  ukRow({
    ...person,
    'Name 6': 'KVITKIN',
    'Name 1': 'Yaroslav',
    'Name type': 'Alias',
    'Alias strength': 'Good quality',
    'Address Country': 'Mali',
  }),
  ukRow({
    ...person,
    'Name 6': 'Petit',
    'Name type': 'Alias',
    'Alias strength': 'Low quality',
    'Name non-latin script': 'ياروسلاف',
    'Passport number': 'A123456',
  }),
  ukRow({
    'Unique ID': 'DEM0002',
    'Designation Type': 'Ship',
    'Name 6': 'GREY PETREL',
    'Name type': 'Primary Name',
    'IMO number': '9900017',
    'Other Information': '"two\nlines"',
  }),
].join('\r\n')}\r\n`

describe("the UK's list", () => {
  test('is read: names in six parts, own letters, strength, dates with gaps', () => {
    const { parties, rowCount, publishedAt } = read('uk', 'uk.csv', UK)
    expect(rowCount).toBe(4)
    expect(publishedAt?.toISOString()).toBe('2026-06-24T00:00:00.000Z')
    expect(parties[0]).toMatchObject({
      externalId: 'DEM0001',
      kind: 'person',
      names: [
        { name: 'Jaroslav KVITKIN', kind: 'primary' },
        { name: 'Yaroslav KVITKIN', kind: 'strong' },
        { name: 'Petit', kind: 'weak' },
        { name: 'ياروسلاف', kind: 'original_script' },
      ],
      birthDates: ['1975'],
      countries: ['Niger', 'Mali'],
      identifiers: [{ type: 'passport', value: 'A123456' }],
      programs: ['Demo regulations'],
    })
    expect(parties[1]).toMatchObject({
      kind: 'vessel',
      identifiers: [{ type: 'vessel', value: '9900017' }],
      remarks: 'two\nlines',
    })
  })

  test.each<[string, string, RegExp]>([
    ['no line with the date', UK.slice(UK.indexOf('\r\n') + 2), /line 1: expected a first line like "Report Date/],
    [
      'the retired list of OFSI',
      `Last Updated,03/06/2026\r\nName 6,Name 1,Group ID\r\n`,
      /OFSI's consolidated list, which was retired/,
    ],
    ['a row too short', UK.replace(',Jaroslav', ''), /uk\.csv, line 3: expected 58 columns, found 57/],
    ['cut in a row', UK.slice(0, -40), /line 7: expected 58 columns, found 27/],
    ['no Unique ID', UK.replace('DEM0002', ''), /line \d: expected a "Unique ID"/],
    ['a column gone', UK.replace('Name 6', 'Surname'), /line 2: expected columns named "Name 6"/],
    ['nobody on it', UK.split('\r\n').slice(0, 2).join('\r\n'), /nobody on this list/],
  ])('is refused: %s', async (_, text, says) => {
    expect(await refusalOf(() => read('uk', 'uk.csv', text))).toMatch(says)
  })
})

describe("OpenSanctions' list", () => {
  test('is read: several values in a field, one of them with a semicolon in it', () => {
    const text = inventedCsv([
      {
        id: 'Q1',
        name: 'Jaroslav Kvitkin',
        aliases: '"Yaroslav Kvitkin;""Kvitkin; Jr."";Ярослав Квіткін"',
        born: '1970;1971-05',
        country: 'ne;ml',
        identifiers: 'A123456',
      },
    ])
    expect(read('opensanctions', 'targets.simple.csv', text).parties[0]).toMatchObject({
      kind: 'person',
      names: [
        { name: 'Jaroslav Kvitkin', kind: 'primary' },
        { name: 'Yaroslav Kvitkin', kind: 'strong' },
        { name: 'Kvitkin; Jr.', kind: 'strong' },
        { name: 'Ярослав Квіткін', kind: 'original_script' },
      ],
      birthDates: ['1970', '1971-05'],
      countries: ['ne', 'ml'],
      identifiers: [{ value: 'A123456' }],
    })
  })
})

test.each<[ListSource, string, string, string]>([
  ['un', 'eu.csv', EU, 'the EU'],
  ['eu', 'uk.csv', UK, 'the UK'],
  ['uk', 'targets.simple.csv', inventedCsv([{ id: 'a', name: 'A B' }]), 'OpenSanctions'],
  ['opensanctions', 'eu.csv', EU, 'the EU'],
])('as the list of %s the file of another publisher is named and refused', async (source, name, text, publisher) => {
  expect(await refusalOf(() => read(source, name, text))).toContain(`this is the list of ${publisher}`)
})
