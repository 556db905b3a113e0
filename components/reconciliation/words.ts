import type { BankMatchKind, StatementFormat } from '#lib/reconciliation/types.ts'

/** What a matched line is. */
export const MATCH_LABEL: Record<BankMatchKind, string> = {
  payout: 'Payout',
  wire: 'Wire',
  wire_return: 'Wire returned',
  offline_gift: 'Offline gift',
  own_transfer: 'Between our accounts',
  bank_charge: 'Bank charge or interest',
  exchange: 'Exchange',
  gift_refund: 'Gift given back',
  brought_forward: 'Before the first statement',
  several: 'Several',
  other: 'Explained',
}

export const FORMAT_LABEL: Record<StatementFormat, string> = { 'camt.053': 'CAMT.053', ofx: 'OFX', csv: 'CSV' }

const DAY_MS = 86_400_000

/** How old something is, in whole days. */
export function ageOf(since: Date, at: Date): string {
  const days = Math.max(0, Math.floor((at.getTime() - since.getTime()) / DAY_MS))
  if (days === 0) return 'today'
  return days === 1 ? '1 day old' : `${days} days old`
}
