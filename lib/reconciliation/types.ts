import type { LedgerViolation } from '#lib/ledger/verify-ledger.ts'

export type StatementFormat = 'camt.053' | 'ofx' | 'csv'

/** A day as 2026-11-23: what a bank books on, without hour or zone. */
type Day = string

/** One booked line of a statement as the bank wrote it. */
export type ParsedLine = {
  bookedOn: Day
  valuedOn: Day | null
  /** Signed: above zero came in. */
  amountMinor: bigint
  currency: string
  counterparty: string | null
  remittance: string
  /** What the payer or we wrote for the machine: end-to-end id, cheque number. */
  reference: string | null
  /** The bank's own name for the line, where it gives one that lasts. */
  bankReference: string | null
  bankCode: string | null
}

export type ParsedStatement = {
  format: StatementFormat
  /** The bank's name for the statement. */
  reference: string | null
  fromOn: Day
  toOn: Day
  /** IBAN or number as written; null where the format has none. */
  account: string | null
  currency: string | null
  openingMinor: bigint | null
  closingMinor: bigint | null
  /** The closing balance is in this currency; null without one. */
  balanceCurrency: string | null
  lines: ParsedLine[]
}

/** A line that is ready to be kept: with what makes it the same line in any file. */
export type NumberedLine = ParsedLine & { position: number; identity: string }

export const CSV_ENCODINGS = ['utf-8', 'windows-1252', 'utf-16'] as const
export const CSV_DATE_FORMATS = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYYMMDD'] as const

/** How a bank's CSV is read. A column is its heading, or its number counted from 1. */
export type CsvMapping = {
  encoding: (typeof CSV_ENCODINGS)[number]
  delimiter: ',' | ';' | '\t' | '|'
  decimal: '.' | ','
  dateFormat: (typeof CSV_DATE_FORMATS)[number]
  /** Lines above the first record that are not records: the headings and what stands above them. */
  skipLines: number
  date: string
  valueDate: string
  /** `signed`: one column with a sign. `split`: one for money out, one for money in. */
  amounts: 'signed' | 'split'
  amount: string
  debit: string
  credit: string
  text: string
  counterparty: string
  reference: string
  balance: string
}

export type BankMatchKind =
  | 'payout'
  | 'wire'
  | 'wire_return'
  | 'offline_gift'
  | 'own_transfer'
  | 'bank_charge'
  | 'exchange'
  | 'gift_refund'
  | 'brought_forward'
  | 'several'
  | 'other'

export type BankAccountView = {
  id: string
  chapterId: string
  chapterName: string
  externalId: string
  name: string
  currency: string
  numberMasked: string
  csvMapping: CsvMapping | null
}

/** A line of the bank that nothing of ours is matched to. */
export type OpenLine = {
  id: string
  bankAccountId: string
  statementId: string
  bookedOn: Date
  amountMinor: bigint
  counterparty: string | null
  remittance: string
  reference: string | null
  bankCode: string | null
}

/** What the ledger did to a bank account and no bank line says. `key` names it in forms. */
export type OpenMovement = {
  key: string
  entryId: bigint
  part: 'whole' | 'fee'
  kind: string
  amountMinor: bigint
  effectiveAt: Date
  /** In words: "Payout po_…", "Wire FT123 for disbursement 7". */
  label: string
  /** What a bank line about it could contain. */
  tokens: string[]
  /** Where the desk shows more of it. */
  href: string | null
}

/** What we know of and the ledger has not put into a bank account yet; matching it posts it. */
export type OpenFact = {
  key: string
  type: 'gift' | 'payout' | 'return'
  id: string
  amountMinor: bigint
  at: Date
  label: string
  tokens: string[]
  href: string | null
}

/** A proposal for one line: what it is, and why we think so. */
export type Suggestion = {
  kind: BankMatchKind
  /** Keys of movements and facts that together are the line. */
  keys: string[]
  label: string
  reason: string
  /** Above 80 it is safe to accept with others at once. */
  score: number
}

/** One currency at Stripe, in the ledger's accounts of Stripe, and on the way between. */
export type StripeFigures = {
  currency: string
  /** Pending and available as Stripe says; null when it did not answer. */
  stripeMinor: bigint | null
  ledgerMinor: bigint
  /** Payouts that left Stripe and are not in the bank. */
  inTransitMinor: bigint
  /** Payouts that left Stripe's balance; our books follow once Stripe has finished the list of what each took. */
  unlistedMinor: bigint
  unlistedPayouts: number
  /** When the oldest of them was made; null for none. */
  unlistedSince: Date | null
}

export type BankFigures = {
  bankAccountId: string
  name: string
  numberMasked: string
  currency: string
  chapterId: string
  ledgerMinor: bigint
  /** Of the last statement; null before the first one with balances. */
  closingMinor: bigint | null
  closingOn: Date | null
  /** The last day of the statements, with balances or without; null before the first one. */
  writtenUntil: Date | null
  /** Bank lines that nothing is matched to, and what the ledger has that no line says. */
  openLines: number
  openLinesMinor: bigint
  openMovements: number
  openMovementsMinor: bigint
  /** Of those, what happened after that day: the last one with balances, else the last one written. The bank has not written about it yet. */
  laterMovements: number
  laterMovementsMinor: bigint
  /** The oldest payout among them: banks are faster than this. Null for none. */
  laterPayoutAt: Date | null
  /** What the first statement began with, less the movements that were said to be in it. */
  broughtForwardMinor: bigint
  /** Lines explained in words, without a posting. */
  explainedMinor: bigint
}

export type StripeItem = {
  id: string
  what: 'transaction' | 'event'
  label: string
  /** Null for an event. */
  amountMinor: bigint | null
  currency: string | null
  at: Date
}

export type BooksCheck = {
  id: string
  at: Date
  isZero: boolean
  sentence: string
  stripe: StripeFigures[]
  banks: BankFigures[]
  items: StripeItem[]
  proof: BooksProof
}

/** What the daily verification of the whole ledger saw: how many rows break a rule, and the first of them. */
type BooksProof = { entries: number; broken: number; violations: LedgerViolation[] }
