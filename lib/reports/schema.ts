import { z } from 'zod'
import { now } from '#lib/clock.ts'
import type { AccountRole, EntryKind } from '#lib/ledger/types.ts'

/** The kinds of entries there are, as filters name them. */
const ENTRY_KINDS = [
  'gift',
  'offline_gift',
  'offline_deposit',
  'available',
  'payout',
  'payout_arrival',
  'refund',
  'dispute',
  'dispute_won',
  'encumbrance',
  'encumbrance_cancelled',
  'release',
  'grant_confirmed',
  'wire_returned',
  'interfund',
  'receivable_settled',
  'bank_charge',
  'bank_transfer',
  'exchange',
  'reversal',
] as const satisfies readonly EntryKind[]

/** The account roles, as filters name them. */
export const ACCOUNT_ROLES = [
  'stripe_pending',
  'stripe_available',
  'bank',
  'undeposited',
  'in_transit',
  'chapter_receivable',
  'contributions',
  'fee_cover',
  'tips',
  'refunds',
  'disputes_lost',
  'processing_fees',
  'dispute_fees',
  'transfer_fees',
  'aid_granted',
  'exchange_loss',
  'encumbrances',
  'reserve_for_encumbrances',
  'interfund',
  'exchange',
  'restricted_net_assets',
  'unrestricted_net_assets',
] as const satisfies readonly AccountRole[]

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** An address such as ?kind= sends an empty text for what was left open, and a list where it was given twice. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (Array.isArray(value) ? value[0] : value) || undefined, schema.optional())

// Each check ends the reading: one field has one message.
const day = (what: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: `${what} must be a date such as 2026-11-23`, abort: true })
    .refine((text) => isRealDay(text), { error: `${what} is not a day of the calendar`, abort: true })
    .refine((text) => text >= '2000-01-01' && text <= '2100-12-31', `${what} must be between the years 2000 and 2100`)

const days = {
  from: optional(day('The first day')),
  to: optional(day('The last day')),
}

const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => !from || !to || from <= to
const orderProblem = { path: ['to'], message: 'The last day must not be before the first day' }

/** A period and, if wanted, one campaign; what is left open is this year until today. */
export const reportSchema = z
  .object({ ...days, campaign: optional(z.string().max(100).regex(SLUG, 'There is no such campaign')) })
  .transform(({ from, to, campaign }) => {
    const today = now().toISOString().slice(0, 10)
    return { from: from ?? `${(to ?? today).slice(0, 4)}-01-01`, to: to ?? today, campaign }
  })
  .refine(inOrder, orderProblem)

const publicFilters = {
  chapter: optional(z.string().max(100).regex(SLUG, 'There is no such chapter')),
  campaign: optional(z.string().max(100).regex(SLUG, 'There is no such campaign')),
  kind: optional(z.enum(ENTRY_KINDS, 'There is no such kind of entry')),
  ...days,
  /** The last entry of the page before. */
  before: optional(
    z
      .string()
      .regex(/^\d{1,18}$/, 'This page does not exist; start again from the newest')
      .transform(BigInt),
  ),
}

/** The filters of the public ledger. */
export const publicLedgerSchema = z.object(publicFilters).refine(inOrder, orderProblem)

/** The filters of the treasurer's ledger and of its export. */
export const deskLedgerSchema = z
  .object({
    ...publicFilters,
    fund: optional(
      z
        .string()
        .regex(/^\d{1,15}$/, 'There is no such fund')
        .transform(BigInt),
    ),
    role: optional(z.enum(ACCOUNT_ROLES, 'There is no such account role')),
    text: optional(z.string().trim().max(100, 'At most 100 characters')),
  })
  .refine(inOrder, orderProblem)

export type PublicLedgerFilter = z.output<typeof publicLedgerSchema>
export type DeskLedgerFilter = z.output<typeof deskLedgerSchema>

function isRealDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
