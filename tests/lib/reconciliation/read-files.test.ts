import { expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { readAmount } from '#lib/reconciliation/read-amount.ts'
import { readCsv } from '#lib/reconciliation/read-csv.ts'
import { readOfx } from '#lib/reconciliation/read-ofx.ts'
import { detectFormat } from '#lib/reconciliation/read-statement.ts'
import { mappingSchema } from '#lib/reconciliation/schema.ts'
import { ofxOf } from './fixture.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const mapping = (fields: Record<string, unknown>) =>
  mappingSchema.parse({ date: 'Date', text: 'Text', amount: 'Amount', ...fields })

function errorsOf(work: () => unknown): Record<string, string[]> {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.fieldErrors
    throw error
  }
  return {}
}

test.each([
  ['1250.50', 'USD', '.', 125_050n],
  ['-1,250.50', 'USD', '.', -125_050n],
  ['1.250,50-', 'EUR', ',', -125_050n],
  ['(12.5)', 'USD', '.', -1250n],
  ["1'000", 'CHF', '.', 100_000n],
  ['12,34,567.00', 'INR', '.', 123_456_700n],
  ['8.85000', 'EUR', '.', 885n],
  ['1000', 'JPY', '.', 1000n],
  ['1.500', 'KWD', '.', 1500n],
  ['+3', 'USD', '.', 300n],
  ['−3', 'USD', '.', -300n],
] as const)('the amount %s in %s is read', (text, currency, decimal, minor) => {
  expect(readAmount(text, currency, decimal)).toBe(minor)
})

test.each(['', 'abc', '1.2.3', '1,2,3.00', '8.855', '--1', '-1-', '(1', '1e3', '٥', '9'.repeat(20), '1,23'])(
  'the amount “%s” is refused',
  (text) => {
    expect(readAmount(text, 'USD')).toBeNull()
  },
)

test('an OFX file of SGML and one of XML are read the same', () => {
  const lines = [
    { on: '2026-11-02', amount: '-12.50', id: 'A1', name: 'The Bank & Co', memo: 'Monthly fee', type: 'SRVCHG' },
    { on: '2026-11-03', amount: '100.00', id: 'A2', name: 'STRIPE', memo: 'po_123', type: 'CREDIT' },
  ]
  const sgml = readOfx(bytesOf(ofxOf({ lines, closing: '187.50', sgml: true })))
  expect(readOfx(bytesOf(ofxOf({ lines, closing: '187.50', sgml: false })))).toEqual(sgml)
  expect(sgml).toHaveLength(1)
  expect(sgml[0]).toMatchObject({
    format: 'ofx',
    account: '12345678',
    currency: 'USD',
    openingMinor: 10_000n,
    closingMinor: 18_750n,
  })
  expect(sgml[0]!.lines[0]).toMatchObject({
    amountMinor: -1250n,
    counterparty: 'The Bank & Co',
    bankReference: 'A1',
    bankCode: 'SRVCHG',
    bookedOn: '2026-11-02',
  })
})

test('an OFX file that is cut off or damaged is refused in words', () => {
  const whole = ofxOf({ lines: [{ on: '2026-11-02', amount: '-12.50', id: 'A1' }], closing: '0.00', sgml: true })
  expect(errorsOf(() => readOfx(bytesOf(whole.slice(0, -60))))['file']?.[0]).toMatch(/cut off/)
  expect(errorsOf(() => readOfx(bytesOf(whole.replace('</STMTTRN>', ''))))['file']?.[0]).toMatch(/damaged|cut off/)
  expect(errorsOf(() => readOfx(bytesOf(whole.replace('-12.50', 'twelve'))))['file']?.[0]).toMatch(/amount of line 1/)
  expect(
    errorsOf(() => readOfx(bytesOf(whole.replace('<DTPOSTED>20261102', '<DTPOSTED>20261350'))))['file']?.[0],
  ).toMatch(/day of line 1/)
})

test('a tag of a thousand letters costs an OFX reader nothing', () => {
  const whole = ofxOf({ lines: [{ on: '2026-11-02', amount: '-12.50', id: 'A1' }], closing: '0.00', sgml: true })
  expect(readOfx(bytesOf(whole.replace('<STMTTRN>', `<STMTTRN><${'A'.repeat(1_000)}>1`)))[0]!.lines).toHaveLength(1)
})

const CSV = `Account 123\nDate;Text;Payer;Amount;Balance\n02.11.2026;"Gift; with ""thanks""";Ana;1.250,50;1.350,50\n03.11.2026;Fee;Bank;-0,50;1.350,00\n`

test('a CSV is read as its mapping says, by heading or by number, and its balances are found', () => {
  const german = mapping({
    delimiter: ';',
    decimal: ',',
    dateFormat: 'DD.MM.YYYY',
    skipLines: '2',
    counterparty: 'payer',
    balance: '5',
  })
  const statement = readCsv(bytesOf(CSV), german, 'EUR')
  expect(statement).toMatchObject({
    fromOn: '2026-11-02',
    toOn: '2026-11-03',
    openingMinor: 10_000n,
    closingMinor: 135_000n,
  })
  expect(statement.lines[0]).toMatchObject({
    amountMinor: 125_050n,
    remittance: 'Gift; with "thanks"',
    counterparty: 'Ana',
  })
  const newestFirst = CSV.split('\n').slice(0, 2).concat(CSV.split('\n').slice(2, 4).reverse()).join('\n')
  expect(readCsv(bytesOf(newestFirst), german, 'EUR')).toMatchObject({ openingMinor: 10_000n, closingMinor: 135_000n })
})

test('money out and money in may stand in two columns', () => {
  const split = mapping({ amounts: 'split', debit: 'Out', credit: 'In' })
  const statement = readCsv(
    bytesOf('Date,Text,Out,In\n2026-11-02,Rent,500.00,\n2026-11-03,Refund,,20.00\n2026-11-04,Fee,-3.00,\n'),
    split,
    'USD',
  )
  expect(statement.lines.map(({ amountMinor }) => amountMinor)).toEqual([-50_000n, 2_000n, -300n])
})

test('windows-1252 and UTF-16 are read when they are chosen, and refused when not', () => {
  const text = 'Date,Text,Amount\n2026-11-02,Überweisung für Öl,5.00\n'
  expect(readCsv(Buffer.from(text, 'latin1'), mapping({ encoding: 'windows-1252' }), 'USD').lines[0]!.remittance).toBe(
    'Überweisung für Öl',
  )
  expect(readCsv(Buffer.from(text, 'utf16le'), mapping({ encoding: 'utf-16' }), 'USD').lines[0]!.remittance).toBe(
    'Überweisung für Öl',
  )
  expect(errorsOf(() => readCsv(Buffer.from(text, 'latin1'), mapping({}), 'USD'))['file']?.[0]).toMatch(
    /not written in utf-8/,
  )
})

test.each([
  ['a column that is not there', { text: 'Wording' }, 'text', /no such column. It has: 1 Date, 2 Text/],
  ['another order of day and month', { dateFormat: 'DD.MM.YYYY' }, 'dateFormat', /Line 2: “2026-11-02” is not a day/],
  ['the decimal comma where there is a point', { decimal: ',' }, 'decimal', /Line 2: “5\.25” is not an amount/],
])('%s is said at its field', (_, fields, field, message) => {
  const text = 'Date,Text,Amount\n2026-11-02,Gift,5.25\n'
  expect(errorsOf(() => readCsv(bytesOf(text), mapping(fields), 'USD'))[field]?.[0]).toMatch(message)
})

test('a CSV with a quoted text that does not end, or with headings alone, is refused', () => {
  expect(
    errorsOf(() => readCsv(bytesOf('Date,Text,Amount\n2026-11-02,"Gift,5.25\n'), mapping({}), 'USD'))['file']?.[0],
  ).toMatch(/cut off/)
  expect(errorsOf(() => readCsv(bytesOf('Date,Text,Amount\n'), mapping({}), 'USD'))['file']?.[0]).toMatch(/no lines/)
})

test('what a file is, its first bytes say; documents, empty files and 100 MB are refused', () => {
  expect(detectFormat(bytesOf('<?xml version="1.0"?><Document xmlns="x">'))).toBe('camt.053')
  expect(detectFormat(bytesOf('OFXHEADER:100'))).toBe('ofx')
  expect(detectFormat(bytesOf('Date,Text'))).toBe('csv')
  for (const bytes of [bytesOf(''), bytesOf('%PDF-1.4'), Buffer.from('PK\x03\x04'), Buffer.alloc(100 * 1024 * 1024)]) {
    expect(errorsOf(() => detectFormat(bytes))['file']).toHaveLength(1)
  }
})
