import { describe, expect, test } from 'vitest'
import { parseList } from '#lib/screening/parse-list.ts'
import { fileOf, refusalOf } from './lists.ts'
import { EU_HEADER, UK_HEADER } from './published-headers.ts'

// The headers are the publishers' own; the rows have their shape, and nobody of them exists.
const EU_COLUMNS = EU_HEADER.split(';')
const EU_REGULATION =
  'regulation;commission;2003-07-08;2003-07-07;1210/2003 (OJ L169);IRQ;http://eur-lex.europa.eu/LexUriServ/LexUriServ.do?uri=OJ:L:2003:169:0006:0023:EN:PDF'
/** A row as the EU writes it: entity and regulation first, then only what this row is about. */
function euRow(id: string, kind: 'P;person' | 'E;enterprise', values: Record<string, string>): string {
  const head = `05/08/2026;${id};EU.27.28;;;;(UNSC RESOLUTION 1483);${kind};${EU_REGULATION}`.split(';')
  return EU_COLUMNS.map((column, at) => head[at] ?? values[column] ?? '').join(';')
}
const EU = `\ufeff${[
  EU_HEADER,
  euRow('13', 'P;person', {
    ...{ NameAlias_LastName: 'Oquelmar', NameAlias_FirstName: 'Zybrandt', NameAlias_Gender: 'M' },
    ...{ NameAlias_WholeName: 'Zybrandt Oquelmar', NameAlias_LogicalId: '17', NameAlias_RegulationLanguage: 'en' },
  }),
  euRow('13', 'P;person', { NameAlias_WholeName: 'Abu Zybrandt', NameAlias_LogicalId: '19' }),
  euRow('13', 'P;person', { NameAlias_WholeName: 'Зибрандт Окельмар', NameAlias_NameLanguage: 'RU' }),
  euRow('13', 'P;person', {
    Address_City: 'Bamako',
    Address_CountryIso2Code: 'ML',
    Address_CountryDescription: 'MALI',
  }),
  euRow('13', 'P;person', {
    ...{ BirthDate_BirthDate: '1937-04-28', BirthDate_Day: '28', BirthDate_Month: '4', BirthDate_Year: '1937' },
    ...{ BirthDate_CalendarType: 'GREGORIAN', BirthDate_CountryDescription: 'IRAQ' },
  }),
  euRow('13', 'P;person', { BirthDate_Year: '1938', BirthDate_Circa: 'true', BirthDate_CalendarType: 'GREGORIAN' }),
  euRow('13', 'P;person', {
    ...{
      Identification_Number: 'M0003264580',
      Identification_TypeCode: 'passport',
      Identification_Diplomatic: 'false',
    },
    ...{ Identification_TypeDescription: 'National passport', Identification_Remark: '"(passport-M0003264580; IRAQ)"' },
  }),
  euRow('13', 'P;person', { Citizenship_CountryIso2Code: 'IQ', Citizenship_CountryDescription: 'IRAQ' }),
  euRow('99', 'E;enterprise', { NameAlias_WholeName: 'Fund "Vanished Front"', NameAlias_Remark: 'said "so"' }),
].join('\n')}\n`

describe("the EU's list under its own header of 118 columns", () => {
  test('is read whole', () => {
    expect(EU_COLUMNS).toHaveLength(118)
    const { parties, rowCount, publishedAt } = parseList('eu', [fileOf('csvFullSanctionsList_1_1.csv', EU)])
    expect([rowCount, publishedAt?.toISOString().slice(0, 10)]).toEqual([9, '2026-08-05'])
    expect(parties[0]).toMatchObject({
      ...{ externalId: '13', kind: 'person', programs: ['IRQ'], remarks: '(UNSC RESOLUTION 1483)' },
      names: [
        { name: 'Zybrandt Oquelmar', kind: 'primary' },
        { name: 'Abu Zybrandt', kind: 'strong' },
        { name: 'Зибрандт Окельмар', kind: 'original_script' },
      ],
      ...{ birthDates: ['1937-04-28', '1938'], countries: ['MALI', 'IRAQ'] },
      identifiers: [{ type: 'passport', value: 'M0003264580' }],
    })
  })

  test('may have quotes inside a field that is not quoted, as names of companies do', () => {
    const { parties } = parseList('eu', [fileOf('eu.csv', EU)])
    expect(parties[1]).toMatchObject({ kind: 'organization', names: [{ name: 'Fund "Vanished Front"' }] })
  })

  test('is refused where a quoted field never ends, and where a row is cut', async () => {
    const open = EU.replace('"(passport-M0003264580; IRAQ)"', '"(passport-M0003264580; IRAQ)')
    expect(await refusalOf(() => parseList('eu', [fileOf('eu.csv', open)]))).toMatch(/eu\.csv, line \d+:/)
    const cut = `${EU.slice(0, EU.lastIndexOf(';', EU.length - 40))}\n`
    expect(await refusalOf(() => parseList('eu', [fileOf('eu.csv', cut)]))).toMatch(
      /line 10: expected 118 columns, found \d+/,
    )
  })
})

const UK_COLUMNS = UK_HEADER[1].split(',')
const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const ukRow = (values: Record<string, string>) => UK_COLUMNS.map((column) => quoted(values[column] ?? '')).join(',')
const listed = { 'Last Updated': '04/08/2026', 'Unique ID': 'AFG0001', 'Designation Type': 'Individual' }
const UK = `${[
  ...UK_HEADER,
  ukRow({
    ...{ ...listed, 'OFSI Group ID': '12703', 'Name 6': 'OQUELMAR', 'Name 1': 'ZYBRANDT', 'Name 2': 'THESS' },
    ...{ 'Name type': 'Primary Name', Title: 'Mullah', 'Name non-latin script': 'زيبراند', 'D.O.B': 'dd/mm/1958' },
    ...{ 'Other Information': 'Said to be, "in part", elsewhere.\nSecond line.', 'Address Country': 'Pakistan' },
  }),
  ukRow({ ...listed, 'Name 6': 'OKELMAR', 'Name type': 'Primary Name Variation', 'Passport number': 'A1234567' }),
  ukRow({ ...listed, 'Name 6': 'Zyb', 'Name type': 'ALias', 'Alias strength': 'Low Quality Alias' }),
  ukRow({
    ...{ 'Last Updated': '31/07/2024', 'Unique ID': 'RUS2176', 'Name 6': 'GREY PETREL', 'Name type': 'Primary Name' },
    ...{ 'Designation Type': 'Ship', 'IMO number': 'IMO9900017', 'Type of ship': 'Oil Tanker', 'Year Built': '2019' },
  }),
].join('\r\n')}\r\n`

describe('the UK Sanctions List under its own two first lines', () => {
  test('is read whole', () => {
    expect(UK_COLUMNS).toHaveLength(58)
    const { parties, rowCount, publishedAt } = parseList('uk', [fileOf('UK-Sanctions-List.csv', `\ufeff${UK}`)])
    expect([rowCount, publishedAt?.toISOString().slice(0, 10)]).toEqual([4, '2026-10-08'])
    expect(parties[0]).toMatchObject({
      ...{ externalId: 'AFG0001', kind: 'person', birthDates: ['1958'], countries: ['Pakistan'] },
      names: [
        { name: 'ZYBRANDT THESS OQUELMAR', kind: 'primary' },
        { name: 'زيبراند', kind: 'original_script' },
        { name: 'OKELMAR', kind: 'strong' },
        { name: 'Zyb', kind: 'weak' },
      ],
      identifiers: [{ type: 'passport', value: 'A1234567' }],
    })
  })

  test("gives a ship's number as every other list does, without the letters before it", () => {
    const { parties } = parseList('uk', [fileOf('uk.csv', UK)])
    expect(parties[1]).toMatchObject({ kind: 'vessel', identifiers: [{ type: 'vessel', value: '9900017' }] })
  })
})
