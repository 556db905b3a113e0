import { currencies } from '#lib/money/currencies.ts'
import { readAmount } from './read-amount.ts'
import { readText, refusedFile } from './read-text.ts'
import type { ParsedLine, ParsedStatement } from './types.ts'

type Element = { name: string; value: string; children: Element[] }

const DEPTH_MAX = 40
/** What holds other elements in a statement; every other element is a value, closed or (in SGML) not. */
const AGGREGATES =
  /^(OFX|[A-Z]*MSGSRSV1|STMTTRNRS|CCSTMTTRNRS|STMTRS|CCSTMTRS|BANKACCTFROM|CCACCTFROM|BANKTRANLIST|STMTTRN|LEDGERBAL|AVAILBAL|STATUS|SONRS|FI|PAYEE|CURRENCY|ORIGCURRENCY|BANKACCTTO|CCACCTTO|BALLIST|BAL)$/

/**
 * Every statement of an OFX file, SGML (1.x) or XML (2.x). Our own reader, in one pass over the text: the usual library
 * takes time that doubles with each letter of a tag, so a small file could stop the program. Throws `invalid_input`.
 */
export function readOfx(bytes: Uint8Array): ParsedStatement[] {
  const text = readText(bytes, encodingOf(bytes))
  const start = text.search(/<OFX>/i)
  if (start < 0) throw refusedFile('This is not an OFX file.')
  if (!/<\/OFX>\s*$/i.test(text.slice(-200)))
    throw refusedFile('This file is cut off: its end is missing. Download it from the bank again.')
  const root = readElements(text.slice(start))
  const statements = [...find(root, 'STMTRS'), ...find(root, 'CCSTMTRS')].map(readStatement)
  if (statements.length === 0) throw refusedFile('This file has no statement in it.')
  return statements
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'windows-1252' {
  const head = Buffer.from(bytes.subarray(0, 500)).toString('latin1')
  if (/^ENCODING:\s*(UTF-?8|UNICODE)/im.test(head) || /encoding="utf-8"/i.test(head)) return 'utf-8'
  return /CHARSET:\s*(1252|ISO-8859-1)/i.test(head) ? 'windows-1252' : 'utf-8'
}

function readElements(text: string): Element {
  const root: Element = { name: '', value: '', children: [] }
  const open: Element[] = [root]
  for (const [, closing, name = '', value = ''] of text.matchAll(/<(\/)?([A-Za-z0-9_.]{1,40})>([^<]*)/g)) {
    const tag = name.toUpperCase()
    const parent = open.at(-1) ?? root
    if (closing) {
      if (!AGGREGATES.test(tag)) continue
      if (parent.name !== tag) throw refusedFile(`This file is damaged: <${parent.name}> does not end where it should.`)
      open.pop()
      continue
    }
    const element: Element = { name: tag, value: unescaped(value.trim()), children: [] }
    parent.children.push(element)
    if (AGGREGATES.test(tag)) open.push(element)
    if (open.length > DEPTH_MAX) throw refusedFile('This file is nested deeper than a statement is.')
  }
  if (open.length > 1) throw refusedFile(`This file is cut off: <${open.at(-1)?.name}> does not end.`)
  return root
}

function readStatement(node: Element): ParsedStatement {
  const currency = fieldText(node, 'CURDEF').toUpperCase()
  if (!currencies.has(currency)) throw refusedFile('This file does not say its currency, or one that we do not know.')
  const list = node.children.find(({ name }) => name === 'BANKTRANLIST')
  const lines = (list?.children ?? [])
    .filter(({ name }) => name === 'STMTTRN')
    .map((line, at) => readLine(line, currency, at + 1))
  const days = lines.map(({ bookedOn }) => bookedOn).sort()
  const ledger = node.children.find(({ name }) => name === 'LEDGERBAL')
  const balance = ledger
    ? readAmount(fieldText(ledger, 'BALAMT'), currency, decimalOf(fieldText(ledger, 'BALAMT')))
    : null
  if (ledger && balance === null) throw refusedFile('The closing balance of this file is not an amount.')
  const asOf = ledger ? dayOf(fieldText(ledger, 'DTASOF')) : null
  const fromOn = dayOf(list ? fieldText(list, 'DTSTART') : '') ?? days[0] ?? asOf
  const toOn = dayOf(list ? fieldText(list, 'DTEND') : '') ?? asOf ?? days.at(-1) ?? null
  if (fromOn === null || toOn === null || fromOn === undefined)
    throw refusedFile('This file does not say which days it is about.')
  const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n)
  const account = node.children.find(({ name }) => name === 'BANKACCTFROM' || name === 'CCACCTFROM')
  return {
    format: 'ofx',
    reference: null,
    fromOn: days[0] !== undefined && days[0] < fromOn ? days[0] : fromOn,
    toOn: [toOn, ...days].sort().at(-1) ?? toOn,
    account: account ? fieldText(account, 'ACCTID') : null,
    currency,
    // OFX has no opening balance: it is what the lines leave of the closing one.
    openingMinor: balance === null ? null : balance - sumMinor,
    closingMinor: balance,
    balanceCurrency: balance === null ? null : currency,
    lines,
  }
}

function readLine(node: Element, currency: string, position: number): ParsedLine {
  const written = fieldText(node, 'TRNAMT')
  const amountMinor = readAmount(written, currency, decimalOf(written))
  if (amountMinor === null) throw refusedFile(`The amount of line ${position} is not one that ${currency} can have.`)
  const bookedOn = dayOf(fieldText(node, 'DTPOSTED'))
  if (bookedOn === null) throw refusedFile(`The day of line ${position} is missing or is none.`)
  const payee = node.children.find(({ name }) => name === 'PAYEE')
  const name = fieldText(node, 'NAME') || (payee ? fieldText(payee, 'NAME') : '')
  return {
    ...{ bookedOn, amountMinor, currency, valuedOn: dayOf(fieldText(node, 'DTAVAIL')) },
    counterparty: name.slice(0, 300) || null,
    remittance: fieldText(node, 'MEMO').slice(0, 2_000),
    reference: (fieldText(node, 'CHECKNUM') || fieldText(node, 'REFNUM')).slice(0, 200) || null,
    bankReference: fieldText(node, 'FITID') || null,
    bankCode: fieldText(node, 'TRNTYPE').slice(0, 100) || null,
  }
}

function decimalOf(written: string): '.' | ',' {
  return /,\d{1,2}$/.test(written) ? ',' : '.'
}

/** 20261123120000[-5:EST]: the first eight digits, in the bank's own day. */
function dayOf(written: string): string | null {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})/.exec(written) ?? []
  if (year === undefined) return null
  const day = `${year}-${month}-${date}`
  const at = new Date(`${day}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || !at.toISOString().startsWith(day) ? null : day
}

function find(node: Element, name: string): Element[] {
  return node.children.flatMap((one) => (one.name === name ? [one] : find(one, name)))
}

function fieldText(node: Element, name: string): string {
  return node.children.find((one) => one.name === name)?.value ?? ''
}

function unescaped(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&nbsp;', ' ').replaceAll('&amp;', '&')
}
