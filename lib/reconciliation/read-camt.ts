import { currencies } from '#lib/money/currencies.ts'
import { readAmount } from './read-amount.ts'
import { encodingOfXml, readText, refusedFile } from './read-text.ts'
import { all, attribute, child, type Node, ownText, readXml, text } from './read-xml.ts'
import type { ParsedLine, ParsedStatement } from './types.ts'

/** The balance types of ISO 20022 in words. An opening balance may be written as the previous closing (PRCD). */
const BALANCE_TYPES: Readonly<Record<string, string>> = {
  OPBD: 'opening',
  PRCD: 'opening',
  CLBD: 'closing',
  OPAV: 'opening_available',
  CLAV: 'closing_available',
  FWAV: 'forward_available',
  ITBD: 'interim',
  ITAV: 'interim_available',
  XPCD: 'expected_credit',
  INFO: 'information',
}
const VERSIONS = new Set([
  'camt.053.001.02',
  'camt.053.001.03',
  'camt.053.001.04',
  'camt.053.001.05',
  'camt.053.001.06',
  'camt.053.001.07',
  'camt.053.001.08',
])
const LISTS = new Set(['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd', 'Strd'])

type CamtBalance = { code: string; type: string; amountMinor: bigint; currency: string; on: string }
type CamtEntry = ParsedLine & { status: string; isReversal: boolean; bookedAt: string; details: CamtDetail[] }
type CamtDetail = { endToEndId: string | null; parties: string[]; message: string | null }
export type CamtStatement = {
  id: string
  sequence: string | null
  createdAt: string
  fromAt: string | null
  toAt: string | null
  account: string
  currency: string | null
  balances: CamtBalance[]
  entries: CamtEntry[]
}

/** Every statement of a CAMT.053 file (versions 2 to 8) as it is written. Throws `invalid_input` at `file`. */
export function readCamt(bytes: Uint8Array): CamtStatement[] {
  const file = readText(bytes, encodingOfXml(bytes))
  const version = /urn:iso:std:iso:20022:tech:xsd:(camt\.\d{3}\.\d{3}\.\d{2})/.exec(file.slice(0, 4_000))?.[1]
  if (version === undefined || !VERSIONS.has(version)) throw refusedFile(wrongVersion(version))
  const message = child(child(readXml(file, LISTS), 'Document'), 'BkToCstmrStmt')
  const statements = all(message, 'Stmt').map(readStatement)
  if (statements.length === 0) throw refusedFile('This file has no statement in it.')
  return statements
}

/** A statement as the import wants it: what is booked, and the two balances between which it lies. */
export function camtToStatement(statement: CamtStatement): ParsedStatement {
  const booked = statement.entries.filter(({ status }) => status === 'BOOK')
  const opening = byCode(statement, 'OPBD') ?? byCode(statement, 'PRCD')
  const closing = byCode(statement, 'CLBD')
  const span = [statement.fromAt, statement.toAt].flatMap((moment) => moment?.slice(0, 10) ?? [])
  const days = [...booked.map(({ bookedOn }) => bookedOn), ...span].sort()
  const lastDay = closing?.on ?? statement.createdAt.slice(0, 10)
  const both = opening && closing
  return {
    format: 'camt.053',
    reference: statement.id,
    fromOn: days[0] ?? lastDay,
    toOn: days.at(-1) ?? lastDay,
    account: statement.account,
    currency: statement.currency ?? opening?.currency ?? booked[0]?.currency ?? null,
    openingMinor: both ? opening.amountMinor : null,
    closingMinor: both ? closing.amountMinor : null,
    balanceCurrency: both
      ? opening.currency === closing.currency
        ? closing.currency
        : 'more than one currency'
      : null,
    lines: booked.map(({ status: _, isReversal: __, bookedAt: ___, details: ____, ...line }) => line),
  }
}

function byCode(statement: CamtStatement, code: string): CamtBalance | undefined {
  return statement.balances.find((balance) => balance.code === code)
}

function readStatement(node: Node): CamtStatement {
  const account = child(node, 'Acct')
  const id = child(account, 'Id')
  const number = text(id, 'IBAN') ?? text(child(id, 'Othr'), 'Id')
  if (number === null) throw refusedFile('A statement in this file does not say of which account it is.')
  const span = child(node, 'FrToDt')
  return {
    id: text(node, 'Id') ?? '',
    sequence: text(node, 'ElctrncSeqNb'),
    createdAt: text(node, 'CreDtTm') ?? '',
    fromAt: text(span, 'FrDtTm') ?? text(span, 'FrDt'),
    toAt: text(span, 'ToDtTm') ?? text(span, 'ToDt'),
    account: number,
    currency: text(account, 'Ccy'),
    balances: all(node, 'Bal').map(readBalance),
    entries: all(node, 'Ntry').map(readEntry),
  }
}

function readBalance(node: Node): CamtBalance {
  const code = text(child(child(node, 'Tp'), 'CdOrPrtry'), 'Cd') ?? ''
  return {
    code,
    type: BALANCE_TYPES[code] ?? 'other',
    ...readMoney(node, 'a balance'),
    on: dayOf(child(node, 'Dt'), 'a balance'),
  }
}

function readEntry(node: Node, position: number): CamtEntry {
  const where = `line ${position + 1}`
  const money = readMoney(node, where)
  const details = all(node, 'NtryDtls')
    .flatMap((group) => all(group, 'TxDtls'))
    .map(readDetail)
  const booked = child(node, 'BookgDt')
  const value = child(node, 'ValDt')
  const parties = [...new Set(details.flatMap((detail) => detail.parties))]
  const words = [...details.map((detail) => detail.message), text(node, 'AddtlNtryInf')].filter((part) => part !== null)
  return {
    ...money,
    bookedAt: momentOf(booked) ?? momentOf(value) ?? '',
    bookedOn: dayOf(Object.keys(booked).length > 0 ? booked : value, where),
    valuedOn: momentOf(value)?.slice(0, 10) ?? null,
    status: text(child(node, 'Sts'), 'Cd') ?? text(node, 'Sts') ?? 'BOOK',
    isReversal: text(node, 'RvslInd') === 'true',
    counterparty: parties.join(', ').slice(0, 300) || null,
    remittance: words.join(' / ').slice(0, 2_000),
    reference:
      details
        .find(({ endToEndId }) => endToEndId !== null && endToEndId !== 'NOTPROVIDED')
        ?.endToEndId?.slice(0, 200) ?? null,
    bankReference: text(node, 'AcctSvcrRef'),
    bankCode: bankCodeOf(child(node, 'BkTxCd')),
    details,
  }
}

/** Who is on the other side: for money in the debtor, for money out the creditor; both are kept, as banks differ. */
function readDetail(node: Node): CamtDetail {
  const parties = child(node, 'RltdPties')
  const names = ['Cdtr', 'Dbtr'].map((role) => {
    const party = child(parties, role)
    return text(party, 'Nm') ?? text(child(party, 'Pty'), 'Nm')
  })
  const remittance = child(node, 'RmtInf')
  const unstructured = all(remittance, 'Ustrd').map(ownText)
  const structured = all(remittance, 'Strd').map((block) => text(child(block, 'CdtrRefInf'), 'Ref'))
  const words = [...unstructured, ...structured].filter((part) => part !== null && part !== '')
  return {
    endToEndId: text(child(node, 'Refs'), 'EndToEndId') ?? text(child(node, 'Refs'), 'ChqNb'),
    parties: names.filter((name) => name !== null),
    message: words.join(' ') || text(node, 'AddtlTxInf'),
  }
}

/** Positive as written; the indicator says the direction, also of a line that takes an earlier one back. */
function readMoney(node: Node, where: string): { amountMinor: bigint; currency: string } {
  const amount = node['Amt']
  const currency = attribute(amount, 'Ccy') ?? ''
  if (!currencies.has(currency)) throw refusedFile(`The currency of ${where} is not one we know.`)
  const minor = readAmount(ownText(amount) ?? '', currency)
  if (minor === null || minor < 0n) throw refusedFile(`The amount of ${where} is not one that ${currency} can have.`)
  const direction = text(node, 'CdtDbtInd')
  if (direction !== 'CRDT' && direction !== 'DBIT')
    throw refusedFile(`Whether ${where} came in or went out is not said.`)
  return { amountMinor: direction === 'CRDT' ? minor : -minor, currency }
}

function bankCodeOf(node: Node): string | null {
  const domain = child(node, 'Domn')
  const family = child(domain, 'Fmly')
  const codes = [text(domain, 'Cd'), text(family, 'Cd'), text(family, 'SubFmlyCd')].filter((code) => code !== null)
  return (codes.join('/') || text(child(node, 'Prtry'), 'Cd'))?.slice(0, 100) ?? null
}

function momentOf(node: Node): string | null {
  return text(node, 'DtTm') ?? text(node, 'Dt')
}

function dayOf(node: Node, where: string): string {
  const day = momentOf(node)?.slice(0, 10) ?? ''
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day)
    throw refusedFile(`The day of ${where} is missing or is none.`)
  return day
}

function wrongVersion(version: string | undefined): string {
  if (version === undefined) return 'This XML is not a bank statement in CAMT.053.'
  const kind = version.startsWith('camt.053')
    ? 'We read versions 02 to 08 of CAMT.053'
    : 'Export the end-of-day statement, CAMT.053'
  return `This file is ${version}. ${kind}.`
}
