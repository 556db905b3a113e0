import { describe, expect, test } from 'vitest'
import { parseList } from '#lib/screening/parse-list.ts'
import { parseUn } from '#lib/screening/parse-un.ts'
import { fileOf, realUn, refusalOf, withoutRealLists } from './lists.ts'

const PERSON = `<INDIVIDUAL>
  <DATAID>1</DATAID>
  <FIRST_NAME>JAROSLAV</FIRST_NAME><SECOND_NAME>KVITKIN</SECOND_NAME><THIRD_NAME/><FOURTH_NAME>AL-TARMADI</FOURTH_NAME>
  <UN_LIST_TYPE>Demo</UN_LIST_TYPE><REFERENCE_NUMBER>DMi.001</REFERENCE_NUMBER>
  <NAME_ORIGINAL_SCRIPT>ياروسلاف</NAME_ORIGINAL_SCRIPT>
  <NATIONALITY><VALUE>Niger</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Yaroslav &amp; Kvitkin</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Abu Petit</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1970-05-01</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1971</FROM_YEAR><TO_YEAR>1972</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A123456</NUMBER></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT/>
  <INDIVIDUAL_ADDRESS><COUNTRY>Mali</COUNTRY></INDIVIDUAL_ADDRESS>
</INDIVIDUAL>`
const ENTITY = `<ENTITY>
  <DATAID>2</DATAID><FIRST_NAME>MERIDIAN ARC</FIRST_NAME>
  <UN_LIST_TYPE>Demo</UN_LIST_TYPE><REFERENCE_NUMBER>DMe.001</REFERENCE_NUMBER>
  <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>ARC</ALIAS_NAME></ENTITY_ALIAS>
</ENTITY>`
const XML = `<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z">
<INDIVIDUALS>
${PERSON}
</INDIVIDUALS>
<ENTITIES>
${ENTITY}
</ENTITIES>
</CONSOLIDATED_LIST>
`
const read = (xml: string) => parseList('un', [fileOf('consolidated.xml', xml)])

test("the UN's list is read: names in four parts, quality of aliases, own letters, dates, documents", () => {
  const { parties, publishedAt, rowCount } = parseUn(XML)
  expect(publishedAt?.toISOString()).toBe('2026-02-27T00:00:09.554Z')
  expect(rowCount).toBe(2)
  expect(parties[0]).toEqual({
    partyId: 'un:DMi.001',
    source: 'un',
    externalId: 'DMi.001',
    kind: 'person',
    names: [
      { name: 'JAROSLAV KVITKIN AL-TARMADI', kind: 'primary' },
      { name: 'ياروسلاف', kind: 'original_script' },
      { name: 'Yaroslav & Kvitkin', kind: 'strong' },
      { name: 'Abu Petit', kind: 'weak' },
    ],
    birthDates: ['1970-05-01', '1971', '1972'],
    countries: ['Niger', 'Mali'],
    identifiers: [{ type: 'passport', value: 'A123456' }],
    programs: ['Demo'],
    remarks: null,
  })
  expect(parties[1]).toMatchObject({
    kind: 'organization',
    names: [{ name: 'MERIDIAN ARC' }, { name: 'ARC', kind: 'strong' }],
  })
})

describe('XML that the UN did not publish so is refused with its line', () => {
  test.each<[string, string, RegExp]>([
    [
      'cut off',
      XML.slice(0, XML.indexOf('<ENTITIES>')),
      /line 20: the file is cut off: CONSOLIDATED_LIST is not closed/,
    ],
    [
      'cut off and closed by hand',
      `${XML.slice(0, XML.indexOf('</INDIVIDUAL>'))}</CONSOLIDATED_LIST>`,
      /line \d+: damaged XML/,
    ],
    ['an element that is not closed', XML.replace('</FIRST_NAME><SECOND', '<SECOND'), /line \d+: damaged XML/],
    [
      'another root',
      XML.replaceAll('CONSOLIDATED_LIST', 'SOMETHING'),
      /line 1: expected the element CONSOLIDATED_LIST/,
    ],
    ['no date', XML.replace(/ dateGenerated="[^"]*"/, ''), /line 2: expected the attribute dateGenerated/],
    ['nobody on it', XML.replace(PERSON, '').replace(ENTITY, ''), /nobody on this list/],
    [
      'a party without name',
      XML.replace('<FIRST_NAME>MERIDIAN ARC</FIRST_NAME>', '<FIRST_NAME/>'),
      /line 22: expected REFERENCE_NUMBER/,
    ],
    ['a party twice', XML.replace('DMe.001', 'DMi.001'), /number DMi\.001 stands twice/],
    [
      'entities that unfold',
      XML.replace('?>\n', '?>\n<!DOCTYPE x [<!ENTITY a "aaaa">]>\n'),
      /line 2: declares a document type/,
    ],
    ['a CSV', '1,"KVITKIN",-0- ,-0- ,-0- \r\n', /this is the list of OFAC/],
  ])('%s', async (_, xml, says) => {
    expect(await refusalOf(() => read(xml))).toMatch(says)
  })
})

test('Cyrillic that a spreadsheet saved in another encoding is refused, not misread', async () => {
  const bytes = Buffer.concat([
    Buffer.from(XML.slice(0, 300)),
    Buffer.from([0xc8, 0xe2, 0xe0, 0xed]),
    Buffer.from(XML.slice(300)),
  ])
  expect(await refusalOf(() => parseList('un', [{ name: 'consolidated.xml', bytes }]))).toMatch(
    /line \d+: this is not written in UTF-8/,
  )
})

describe.skipIf(withoutRealLists)('the file the UN publishes', () => {
  test('is read whole', async () => {
    const { parties } = parseList('un', await realUn())
    expect(parties).toHaveLength(1_003)
    expect(parties.filter(({ kind }) => kind === 'organization')).toHaveLength(273)
  })

  test.each([0.2, 0.5, 0.8, 0.999])('is refused when it is cut at %d of its length', async (share) => {
    const [whole] = await realUn()
    const cut = { name: 'consolidated.xml', bytes: whole!.bytes.subarray(0, Math.floor(whole!.bytes.length * share)) }
    expect(await refusalOf(() => parseList('un', [cut]))).toMatch(/consolidated\.xml, line [\d,]+: /)
  })
})
