import type { EntryKind } from '#lib/ledger/types.ts'

/** What happened, in everybody's words. */
export const ENTRY_KIND_LABEL: Record<EntryKind, string> = {
  gift: 'Gift',
  offline_gift: 'Gift in cash or by transfer',
  offline_deposit: 'Put into the bank',
  available: 'Available at Stripe',
  payout: 'On its way to the bank',
  payout_arrival: 'Arrived in the bank',
  refund: 'Refund',
  dispute: 'Taken back by a donor’s bank',
  dispute_won: 'Dispute won',
  encumbrance: 'Promised',
  encumbrance_cancelled: 'Promise taken back',
  release: 'Sent',
  grant_confirmed: 'Arrived at the aid group',
  wire_returned: 'Came back',
  interfund: 'Moved between funds',
  receivable_settled: 'The chapter paid what it owed',
  stripe_fee: 'Fee of Stripe',
  bank_charge: 'Bank’s charge or interest',
  bank_transfer: 'Moved between bank accounts',
  exchange_difference: 'Changed at another rate',
  exchange: 'Exchanged into another currency',
  reversal: 'Correction',
}

/** The same of one row: what a hold sets aside is promised to nobody. */
export function entryLabel({ kind, isAside }: { kind: EntryKind; isAside: boolean }): string {
  if (!isAside) return ENTRY_KIND_LABEL[kind]
  return kind === 'encumbrance' ? 'Set aside: payments on hold' : 'No longer set aside'
}

/** The same in the terms of the trade, for treasurers. */
export const ENTRY_KIND_TERM: Record<EntryKind, string> = {
  gift: 'Gift settled',
  offline_gift: 'Offline gift',
  offline_deposit: 'Offline gift deposited',
  available: 'Stripe balance available',
  payout: 'Stripe payout',
  payout_arrival: 'Payout arrived',
  refund: 'Refund',
  dispute: 'Dispute opened',
  dispute_won: 'Dispute won',
  encumbrance: 'Encumbered',
  encumbrance_cancelled: 'Encumbrance cancelled',
  release: 'Released',
  grant_confirmed: 'Grant confirmed',
  wire_returned: 'Wire returned',
  interfund: 'Interfund transfer',
  receivable_settled: 'Receivable settled',
  stripe_fee: 'Stripe fee',
  bank_charge: 'Bank charge or interest',
  bank_transfer: 'Bank transfer',
  exchange_difference: 'Exchange difference',
  exchange: 'Exchange',
  reversal: 'Reversal',
}

/** The kinds in the order in which filters offer them: what comes in, what moves, what goes out. */
export const ENTRY_KIND_ORDER: readonly EntryKind[] = [
  'gift',
  'offline_gift',
  'refund',
  'dispute',
  'dispute_won',
  'encumbrance',
  'encumbrance_cancelled',
  'release',
  'grant_confirmed',
  'wire_returned',
  'available',
  'payout',
  'payout_arrival',
  'offline_deposit',
  'interfund',
  'receivable_settled',
  'stripe_fee',
  'bank_charge',
  'bank_transfer',
  'exchange_difference',
  'exchange',
  'reversal',
]
