import type { AccountRole } from '#lib/ledger/types.ts'

/** The accounts of a fund, in the terms of the trade. */
export const ACCOUNT_ROLE_LABEL: Record<AccountRole, string> = {
  stripe_pending: 'Stripe, pending',
  stripe_available: 'Stripe, available',
  bank: 'Bank',
  undeposited: 'Undeposited',
  in_transit: 'In transit',
  chapter_receivable: 'Receivable from the chapter',
  contributions: 'Contributions',
  fee_cover: 'Fees covered by donors',
  tips: 'Tips',
  refunds: 'Refunds',
  disputes_lost: 'Disputes',
  processing_fees: 'Processing fees',
  dispute_fees: 'Dispute fees',
  transfer_fees: 'Transfer fees',
  aid_granted: 'Aid granted',
  exchange_loss: 'Exchange loss',
  encumbrances: 'Encumbrances',
  reserve_for_encumbrances: 'Reserve for encumbrances',
  interfund: 'Interfund',
  exchange: 'Exchange',
  restricted_net_assets: 'Net assets with donor restrictions',
  unrestricted_net_assets: 'Net assets without donor restrictions',
}
