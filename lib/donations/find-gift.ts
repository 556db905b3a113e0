import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { type FundHeadroom, fundHeadroom } from '#lib/ledger/queries.ts'
import type { LossBearers } from '#lib/ledger/trace-losses.ts'
import type { EntryKind } from '#lib/ledger/types.ts'
import { canRefund, refundableMinor } from './policy.ts'
import { requireGiftInScope } from './require-gift.ts'
import { type DisputeStage, disputeState, type RefundStatus } from './states.ts'

/** What an entry did to the money of one fund; signed. */
export type GiftEntry = {
  entryId: bigint
  kind: EntryKind
  effectiveAt: Date
  sourceId: string
  fundId: bigint
  fundName: string
  currency: string
  moneyMinor: bigint
}

/** One refund as the desk shows it. Amounts who bore it are in the fund's currency, `amountMinor` is in the donor's. */
export type RefundView = LossBearers & {
  id: string
  stripeId: string | null
  origin: 'desk' | 'stripe' | 'choice' | 'hand'
  status: RefundStatus
  amountMinor: bigint
  currency: string
  reason: string | null
  failureReason: string | null
  requestedBy: string | null
  balanceTransactionId: string | null
  /** By hand alone: the day, the text of the transfer, and the bank account; no account is out of the cash box. */
  paidOn: Date | null
  paidReference: string | null
  paidFromBank: string | null
  createdAt: Date
}

/** One dispute as the desk shows it; withdrawn, reinstated, fee and bearers in the fund's currency. */
export type DisputeView = LossBearers & {
  id: string
  stripeId: string
  status: string
  stage: DisputeStage
  label: string
  sentence: string
  reason: string
  amountMinor: bigint
  currency: string
  withdrawnMinor: bigint
  reinstatedMinor: bigint
  feeMinor: bigint
  dueBy: Date | null
  pastDue: boolean
  evidenceSent: boolean
  openedAt: Date
}

/** One gift as the treasurers' desk shows it. */
export type GiftView = {
  id: string
  status: 'started' | 'settled' | 'failed' | 'expired'
  currency: string
  giftMinor: bigint
  coverMinor: bigint
  tipMinor: bigint
  totalMinor: bigint
  settledCurrency: string
  settledMinor: bigint
  feeMinor: bigint | null
  createdAt: Date
  settledAt: Date | null
  failureReason: string | null
  campaignTitle: string
  campaignSlug: string
  chapterName: string
  lostFeeBearer: 'general_fund' | 'gift_fund'
  chargeId: string | null
  paymentIntentId: string | null
  balanceTransactionId: string | null
  /** When its money becomes available at Stripe, and the payout it went to the bank with. */
  line: { availableOn: Date; payoutId: string | null } | null
  mayRefund: boolean
  refundableMinor: bigint
  /** Of a gift that came without Stripe: what can still be given back by hand, and whether its money is in a bank. */
  byHand: { leftMinor: bigint; isInBank: boolean } | null
  /** For treasurers alone: leads to the donor's other gifts. */
  donorId: string | null
  refunds: RefundView[]
  disputes: DisputeView[]
  entries: GiftEntry[]
  /** The gift's fund and that of its tip, as they are now. */
  funds: FundHeadroom[]
}

/**
 * Everything the books have of one gift, for the chapter's treasurers and auditors: amounts, purses, entries, refunds and
 * disputes with who bore them. Nothing says who gave but, for treasurers, an id that leads to the donor's other gifts.
 * Throws `not_found` for everybody else, and then leaves a line in the audit log.
 */
export async function findGift(actor: Actor, donationId: string): Promise<GiftView> {
  const { user, chapterId } = await requireGiftInScope(actor, donationId)
  const gift = await db().donation.findUniqueOrThrow({
    where: { id: donationId },
    include: {
      campaign: { select: { title: true, slug: true, chapter: { select: { name: true, lostFeeBearer: true } } } },
      refunds: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
      disputes: { orderBy: [{ openedAt: 'asc' }, { id: 'asc' }] },
    },
  })
  const { giftMinor, coverMinor, tipMinor, currency, refunds, disputes, campaign } = gift
  const totalMinor = giftMinor + coverMinor + tipMinor
  const names = await namesOf(refunds.map((refund) => refund.requestedById))
  const entryIds = [gift.entryId, ...refunds.flatMap((one) => one.entryIds), ...disputes.flatMap((one) => one.entryIds)]
  const mayRefund = canRefund(user, chapterId)
  const isCard = gift.status === 'settled' && gift.chargeId !== null
  return {
    ...{ id: gift.id, status: gift.status, currency, giftMinor, coverMinor, tipMinor, totalMinor },
    ...{ createdAt: gift.createdAt, settledAt: gift.settledAt, failureReason: gift.failureReason },
    ...{
      feeMinor: gift.feeMinor,
      settledMinor: gift.settledMinor ?? totalMinor,
      settledCurrency: gift.settledCurrency ?? currency,
    },
    ...{ campaignTitle: campaign.title, campaignSlug: campaign.slug, chapterName: campaign.chapter.name },
    lostFeeBearer: campaign.chapter.lostFeeBearer,
    ...{
      chargeId: gift.chargeId,
      paymentIntentId: gift.paymentIntentId,
      balanceTransactionId: gift.balanceTransactionId,
    },
    line: await lineOf(gift.balanceTransactionId),
    mayRefund,
    refundableMinor: isCard ? refundableMinor(totalMinor, { refunds, disputes }) : 0n,
    byHand: byHandOf(gift, totalMinor),
    donorId: mayRefund ? gift.donorId : null,
    refunds: refunds.map((refund) => ({ ...refund, requestedBy: names.get(refund.requestedById ?? '') ?? null })),
    disputes: disputes.map((dispute) => ({ ...dispute, ...disputeState(dispute.status) })),
    entries: await entriesOf(
      db(),
      entryIds.filter((id) => id !== null),
    ),
    funds: await fundsOf([gift.fundId, gift.tipFundId]),
  }
}

type OfflineFacts = {
  offlineMethod: string | null
  depositEntryId: bigint | null
  reversalEntryId: bigint | null
  refunds: readonly { status: RefundStatus; amountMinor: bigint }[]
}

function byHandOf(gift: OfflineFacts, totalMinor: bigint): GiftView['byHand'] {
  if (gift.offlineMethod === null) return null
  const leftMinor = gift.reversalEntryId === null ? refundableMinor(totalMinor, { ...gift, disputes: [] }) : 0n
  return { leftMinor, isInBank: gift.depositEntryId !== null }
}

async function namesOf(ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  const people = await db().user.findMany({ where: { id: { in: wanted } }, select: { id: true, name: true } })
  return new Map(people.map(({ id, name }) => [id, name ?? 'A person without a name']))
}

async function lineOf(id: string | null): Promise<GiftView['line']> {
  if (id === null) return null
  return db().balanceTransaction.findUnique({ where: { id }, select: { availableOn: true, payoutId: true } })
}

async function fundsOf(ids: readonly (bigint | null)[]): Promise<GiftView['funds']> {
  const funds: GiftView['funds'] = []
  for (const id of ids) if (id !== null) funds.push(await fundHeadroom(db(), id))
  return funds
}

/** What each entry did to the money of each fund, oldest first. */
async function entriesOf(client: DbClient, entryIds: readonly bigint[]): Promise<GiftEntry[]> {
  const rows = await client.$queryRaw<(Omit<GiftEntry, 'kind'> & { kind: EntryKind })[]>`
    SELECT e.id AS "entryId", e.kind, e.effective_at AS "effectiveAt", e.source_id AS "sourceId", t.fund_id AS "fundId", f.name AS "fundName",
      t.currency, sum(t.money_minor)::bigint AS "moneyMinor"
    FROM ledger.entries e JOIN ledger.transfers t ON t.entry_id = e.id JOIN ledger.funds f ON f.id = t.fund_id
    WHERE e.id = ANY (${[...entryIds]}::bigint[])
    GROUP BY e.id, e.kind, e.effective_at, e.source_id, t.fund_id, f.name, t.currency ORDER BY e.id, t.fund_id`
  return rows
}
