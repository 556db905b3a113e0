import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { camtToStatement, readCamt } from '#lib/reconciliation/read-camt.ts'
import { requireSound } from '#lib/reconciliation/read-statement.ts'

const FOLDER = join(process.env['STANDARDS_DIR'] ?? '../shared/standards', 'camt')
const isAbsent = !existsSync(FOLDER)
if (isAbsent && process.env['CI'] === 'true') throw new Error(`${FOLDER} is absent`)
const SAMPLES = isAbsent ? [] : readdirSync(FOLDER).filter((name) => name.endsWith('.xml'))

type Money = { getAmount: string; getCurrency: { getCode: string } }
type Expected = {
  getEntries: {
    getAmount: Money
    getCreditDebitIndicator: string
    getBookingDate: { 0: string }
    getValueDate: { 0: string }
    getStatus: string
    getReversalIndicator: boolean
    getAccountServicerReference: string | null
    getBankTransactionCode: {
      getDomain: { getCode: string; getFamily: { getCode: string; getSubFamilyCode: string } } | null
      getProprietary: { getCode: string } | null
    }
    getRecord: {
      getId: string
      getCreatedOn: { 0: string }
      getElectronicSequenceNumber: string | null
      getFromDate: { 0: string } | null
      getToDate: { 0: string } | null
      getAccount: { getIdentification: string }
      getBalances: { getAmount: Money; getType: string; getDate: { 0: string } }[]
    }
    getTransactionDetail: {
      getReference: { getEndToEndId: string | null }
      getRelatedParties: { getRelatedPartyType: { getName: string } }[]
      getRemittanceInformation: { getMessage: string } | null
    }
  }[]
}

const moment = (text: string | null) => (text === null ? null : new Date(text).toISOString())
const bytesOf = (text: string) => new TextEncoder().encode(text)
const minimal = () => readFileSync(join(FOLDER, 'camt053.v2.multi.statement.xml'), 'utf8')

function refusalOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.fieldErrors['file']?.[0] ?? error.message
    throw error
  }
  return 'not refused'
}

// The samples stand beside the repository; without them these rules cannot be asked.
const sampled = test.skipIf(isAbsent)

sampled('there are six samples, of three versions', () => {
  expect(SAMPLES).toHaveLength(6)
})

test.each(SAMPLES)('%s is read as its expected answer says', (name) => {
  const expected = JSON.parse(readFileSync(join(FOLDER, name.replace('.xml', '.json')), 'utf8')) as Expected
  const statements = readCamt(readFileSync(join(FOLDER, name)))
  expect(expected.getEntries.length).toBeGreaterThan(0)
  for (const entry of expected.getEntries) {
    const record = entry.getRecord
    const statement = statements.find(({ id }) => id === record.getId)!
    expect(moment(statement.createdAt)).toBe(moment(record.getCreatedOn[0]))
    expect(statement.sequence).toBe(record.getElectronicSequenceNumber)
    expect(moment(statement.fromAt)).toBe(moment(record.getFromDate?.[0] ?? null))
    expect(moment(statement.toAt)).toBe(moment(record.getToDate?.[0] ?? null))
    expect(statement.account).toBe(record.getAccount.getIdentification)
    expect(
      statement.balances.map(({ amountMinor, currency, type, on }) => [String(amountMinor), currency, type, on]),
    ).toEqual(
      record.getBalances.map(({ getAmount, getType, getDate }) => [
        getAmount.getAmount,
        getAmount.getCurrency.getCode,
        getType,
        getDate[0].slice(0, 10),
      ]),
    )
    const read = statement.entries[0]!
    expect(String(read.amountMinor)).toBe(entry.getAmount.getAmount)
    expect(read.currency).toBe(entry.getAmount.getCurrency.getCode)
    expect(read.amountMinor > 0n ? 'CRDT' : 'DBIT').toBe(entry.getCreditDebitIndicator)
    expect(moment(read.bookedAt)).toBe(moment(entry.getBookingDate[0]))
    expect(read.valuedOn).toBe(entry.getValueDate[0].slice(0, 10))
    expect(read.status).toBe(entry.getStatus)
    expect(read.isReversal).toBe(entry.getReversalIndicator)
    expect(read.bankReference).toBe(entry.getAccountServicerReference)
    const { getDomain, getProprietary } = entry.getBankTransactionCode
    expect(read.bankCode).toBe(
      getDomain
        ? [getDomain.getCode, getDomain.getFamily.getCode, getDomain.getFamily.getSubFamilyCode].join('/')
        : (getProprietary?.getCode ?? null),
    )
    const detail = entry.getTransactionDetail
    expect(read.reference).toBe(detail.getReference.getEndToEndId)
    expect(read.details[0]!.parties).toEqual(
      detail.getRelatedParties.map(({ getRelatedPartyType }) => getRelatedPartyType.getName),
    )
    expect(read.remittance).toBe(detail.getRemittanceInformation?.getMessage ?? '')
  }
})

sampled('several statements of one file are all read, and each adds up', () => {
  const statements = readCamt(bytesOf(minimal())).map(camtToStatement)
  expect(statements.map(({ openingMinor, closingMinor }) => [openingMinor, closingMinor])).toEqual([
    [1815n, 2700n],
    [2700n, 2000n],
  ])
  for (const statement of statements) requireSound(statement, 'EUR')
})

sampled('balances that do not add up, or are of another currency, are refused in words', () => {
  const wrong = minimal().replace('27.00', '27.01')
  expect(refusalOf(() => requireSound(camtToStatement(readCamt(bytesOf(wrong))[0]!), 'EUR'))).toMatch(
    /do not add up: 18\.15/,
  )
  expect(refusalOf(() => requireSound(camtToStatement(readCamt(bytesOf(minimal()))[0]!), 'USD'))).toMatch(/is in EUR/)
})

sampled('pending lines are not lines; a reversal goes in the direction that is written', () => {
  const pending = minimal().replace('<Sts>BOOK</Sts>', '<Sts>PDNG</Sts>')
  expect(camtToStatement(readCamt(bytesOf(pending))[0]!).lines).toEqual([])
  const reversed = minimal().replace('<RvslInd>false</RvslInd>', '<RvslInd>true</RvslInd>')
  expect(readCamt(bytesOf(reversed))[0]!.entries[0]).toMatchObject({ amountMinor: 885n, isReversal: true })
})

sampled.each([
  ['an amount finer than the currency', (text: string) => text.replace('8.85<', '8.857<'), /amount of line 1/],
  [
    'an unknown currency',
    (text: string) => text.replace('Amt Ccy="EUR">8.85', 'Amt Ccy="XXX">8.85'),
    /currency of line 1/,
  ],
  ['no direction', (text: string) => text.replaceAll('<CdtDbtInd>CRDT</CdtDbtInd>', ''), /came in or went out/],
  [
    'a day that does not exist',
    (text: string) => text.replace('<BookgDt>\n                    <Dt>2014-12-31', '<BookgDt><Dt>2014-02-31'),
    /day of line 1/,
  ],
  ['a file that is cut off', (text: string) => text.slice(0, text.length / 2), /cut off or damaged/],
  ['an older message', (text: string) => text.replace('camt.053.001.02', 'camt.052.001.02'), /end-of-day statement/],
  ['another XML', () => '<?xml version="1.0"?><html/>', /not a bank statement/],
  ['no statement', (text: string) => text.replaceAll(/<Stmt>[\s\S]*<\/Stmt>/g, ''), /no statement/],
])('%s is refused in words', (_, spoil, message) => {
  expect(refusalOf(() => readCamt(bytesOf(spoil(minimal()))))).toMatch(message)
})

sampled('entities that would unfold to gigabytes are never unfolded', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${minimal().replace(/<\?xml[^>]*\?>/, '')}`
  expect(refusalOf(() => readCamt(bytesOf(bomb)))).toMatch(/declares a document type/)
  const deep = minimal().replace('<Ustrd>', `<Ustrd>${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`)
  expect(refusalOf(() => readCamt(bytesOf(deep)))).toMatch(/not a statement/)
})

sampled('UTF-16 and windows-1252 are read as they say; what is not in its encoding is refused', () => {
  const name = minimal().replace('Company Name 1', 'Ünïcode & Söhne'.replace('&', '&amp;'))
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(name.replace('UTF-8', 'UTF-16'), 'utf16le')])
  expect(readCamt(wide)[0]!.entries[0]!.counterparty).toBe('Ünïcode & Söhne')
  const western = Buffer.from(name.replace('UTF-8', 'ISO-8859-1'), 'latin1')
  expect(readCamt(western)[0]!.entries[0]!.counterparty).toBe('Ünïcode & Söhne')
  expect(refusalOf(() => readCamt(Buffer.from(name, 'latin1')))).toMatch(/not written in utf-8/)
  expect(refusalOf(() => readCamt(bytesOf(name.replace('UTF-8', 'EBCDIC-US'))))).toMatch(/ebcdic-us/)
})
