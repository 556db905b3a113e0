import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError, assertInvariant } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { splitByWeights } from '#lib/money/split.ts'
import { fetchChargeWithBalance } from '#lib/stripe/charge.ts'
import { fetchCheckoutSession } from '#lib/stripe/checkout-session.ts'
import { invoiceOfPayment } from '#lib/stripe/invoice.ts'
import type { StripeCharge, StripeTransaction } from '#lib/stripe/types.ts'
import { type Destination, destinationFunds } from './find-destination.ts'
import { type LockedDonation, lockDonation } from './lock-donation.ts'
import { readRate } from './read-rate.ts'
import { recordRenewal } from './record-renewal.ts'
import { isUuid } from './schema.ts'
import { nextDonationStatus } from './states.ts'
import type { SettledAmounts, SettleOutcome } from './types.ts'

/** How the caller knows the payment. `donationId` is the mark that Stripe's object carries, where the caller has seen it. */
export type PaymentReference =
  | { sessionId: string; donationId?: string | null }
  | { chargeId: string; donationId?: string | null }

type Known = { id: string; status: string; receiptToken: string; checkoutUrl: string | null; chargeId: string | null }

/**
 * Makes a paid donation part of the ledger, once, however often and from wherever it is called: webhook, return page,
 * sweeper. What is paid, and what it cost, is asked of Stripe and taken from nowhere else; nothing is credited before
 * Stripe says `paid` and has written its account line. Throws `payment_provider`, and `conflict` when Stripe's object
 * and our donation do not belong together.
 */
export async function settleDonation(actor: Actor, payment: PaymentReference): Promise<SettleOutcome> {
  const known = await findDonation(payment)
  if (known?.status === 'settled')
    return { state: 'settled', donationId: known.id, receiptToken: known.receiptToken, replayed: true }

  const found = await fetchPayment(payment)
  if (!found) return { state: 'unknown' }
  const donation =
    known ??
    (found.donationId === null
      ? await renewalOf(actor, found.charge)
      : await findDonation({ ...payment, donationId: found.donationId }))
  if (!donation) return { state: 'foreign' }
  // The charge of a renewal has no mark: its invoice says whose it is, and the donation was made for this charge.
  const isTied = found.donationId === null && donation.chargeId !== null && donation.chargeId === found.charge?.id
  if (found.donationId !== donation.id && !isTied)
    throw new AppError('conflict', 'This payment belongs to another gift.')
  const { id: donationId, receiptToken, checkoutUrl } = donation
  if (found.isProcessing) await noteProcessing(donationId)
  if (!found.paid || !found.charge?.paid) return { state: 'unpaid', donationId, receiptToken, checkoutUrl }
  const { charge } = found
  if (charge.transaction === null) return { state: 'waiting', donationId, receiptToken, checkoutUrl }

  const paid = { charge, transaction: charge.transaction, sessionId: found.sessionId }
  const replayed = await inTransaction((tx) => settle(tx, actor, donationId, paid))
  return { state: 'settled', donationId, receiptToken, replayed }
}

async function findDonation(payment: PaymentReference): Promise<Known | null> {
  const marked = payment.donationId && isUuid(payment.donationId) ? payment.donationId : null
  const sessionId = marked === null && 'sessionId' in payment ? payment.sessionId : null
  const chargeId = marked === null && 'chargeId' in payment ? payment.chargeId : null
  // Raw, as each statement here is: this is every event's path, and a model's query costs three times as much.
  const rows = await db().$queryRaw<Known[]>`
    SELECT id, status::text AS status, receipt_token AS "receiptToken", checkout_url AS "checkoutUrl", charge_id AS "chargeId" FROM donation
    WHERE id = ${marked}::uuid OR checkout_session_id = ${sessionId} OR charge_id = ${chargeId}`
  return rows[0] ?? null
}

/** The donation of the invoice that a charge without our mark paid, made now where no event of the invoice has come yet. */
async function renewalOf(actor: Actor, charge: StripeCharge | null): Promise<Known | null> {
  const { paymentIntentId = null } = charge ?? {}
  const invoice = paymentIntentId === null ? null : await invoiceOfPayment(paymentIntentId)
  const donationId = invoice && (await recordRenewal(actor, invoice))
  return donationId === null ? null : findDonation({ chargeId: '', donationId })
}

type Payment = {
  paid: boolean
  /** The giver is done, and a slow method (a bank debit) has not paid yet. */
  isProcessing: boolean
  donationId: string | null
  charge: StripeCharge | null
  sessionId: string | null
}

async function fetchPayment(payment: PaymentReference): Promise<Payment | null> {
  if ('sessionId' in payment) {
    const session = await fetchCheckoutSession(payment.sessionId)
    if (!session) return null
    const { donationId, charge, id: sessionId } = session
    const paid = session.paymentStatus === 'paid'
    return { paid, isProcessing: session.status === 'complete' && !paid, donationId, charge, sessionId }
  }
  const charge = await fetchChargeWithBalance(payment.chargeId)
  return charge && { paid: charge.paid, isProcessing: false, donationId: charge.donationId, charge, sessionId: null }
}

/** From here on the gift is pledged with some substance, and counts as that. */
async function noteProcessing(donationId: string): Promise<void> {
  await db().donation.updateMany({
    where: { id: donationId, status: 'started', processingAt: null },
    data: { processingAt: now() },
  })
}

type Paid = { charge: StripeCharge; transaction: StripeTransaction; sessionId: string | null }

/** Under the donation's row lock; true when somebody else had settled it meanwhile. */
async function settle(tx: DbClient, actor: Actor, donationId: string, paid: Paid): Promise<boolean> {
  const donation = await lockDonation(tx, donationId)
  if (donation.status === 'settled') return true
  nextDonationStatus(donation.status, 'settle')
  const settled = settledAmounts(donation, paid)
  const funds = await destinationFunds(tx, donation, settled)
  const { transaction } = paid
  const { coverMinor } = settled
  const [feeMinor = 0n, tipFeeMinor = 0n] = splitByWeights(transaction.feeMinor, [
    funds.giftMinor + coverMinor,
    funds.tipMinor,
  ])
  const { entryId } = await postGift(tx, {
    idempotencyKey: `gift:${transaction.id}`,
    sourceType: 'balance_transaction',
    sourceId: transaction.id,
    effectiveAt: transaction.createdAt,
    actorId: 'system:stripe',
    fundId: funds.fundId,
    giftMinor: funds.giftMinor,
    coverMinor,
    feeMinor,
    ...(funds.tipFundId === null
      ? {}
      : { tip: { fundId: funds.tipFundId, tipMinor: funds.tipMinor, feeMinor: tipFeeMinor } }),
  })
  const giftNetMinor = funds.giftMinor + coverMinor - feeMinor
  const legs = [{ fundId: funds.fundId, netMinor: giftNetMinor }]
  if (funds.tipFundId !== null) legs.push({ fundId: funds.tipFundId, netMinor: funds.tipMinor - tipFeeMinor })
  assertInvariant(legs.reduce((sum, leg) => sum + leg.netMinor, 0n) === transaction.netMinor, 'the legs are the net')
  await record(tx, donation, paid, { funds, entryId, legs })
  // The books come before the mails.
  await enqueueJob(tx, 'mail-receipt', { donationId }, { priority: 10 })
  const detail = {
    entryId: String(entryId),
    fundId: String(funds.fundId),
    destination: funds.destination,
    feeMinor: String(transaction.feeMinor),
  }
  await recordEvent(tx, actor, {
    ...{
      action: 'donation.settle',
      subjectType: 'donation',
      subjectId: donationId,
      chapterId: donation.chapterId,
      detail,
    },
  })
  return false
}

/**
 * What was paid must be what was asked for. What it came to is Stripe's account line: the same sum, or, where Stripe
 * settles in another currency, its sum divided as the gift was. A fund's books never see the other currency.
 */
function settledAmounts(donation: LockedDonation, { charge, transaction }: Paid): SettledAmounts {
  const { giftMinor, coverMinor, tipMinor } = donation
  const askedMinor = giftMinor + coverMinor + tipMinor
  const asAsked = charge.currency === donation.currency && charge.amountMinor === askedMinor
  if (!asAsked) throw new AppError('conflict', 'The payment is not the amount this gift asked for.')
  const { currency, amountMinor } = transaction
  if (currency === donation.currency) {
    if (amountMinor !== askedMinor) throw new AppError('conflict', 'Stripe settled another amount than was paid.')
    return { currency, giftMinor, coverMinor, tipMinor }
  }
  const [gift = 0n, cover = 0n, tip = 0n] = splitByWeights(amountMinor, [giftMinor, coverMinor, tipMinor])
  return { currency, giftMinor: gift, coverMinor: cover, tipMinor: tip }
}

type Booked = { funds: Destination; entryId: bigint; legs: { fundId: bigint; netMinor: bigint }[] }

/** Stripe's account line with its legs, the donation and its pledge: one statement, since donors of one fund queue for none of it. */
async function record(
  tx: DbClient,
  donation: LockedDonation,
  paid: Paid,
  { funds, entryId, legs }: Booked,
): Promise<void> {
  const { charge, transaction: line, sessionId } = paid
  const rate = readRate(charge, line)
  await tx.$executeRaw`
    WITH line AS (
      INSERT INTO balance_transaction (id, reporting_category, source_id, currency, amount_minor, fee_minor, net_minor, created_at, available_on, entry_id,
        presentment_currency, presentment_minor, exchange_rate, rate_source, rate_at)
      VALUES (${line.id}, ${line.reportingCategory}, ${line.sourceId}, ${line.currency}, ${line.amountMinor}, ${line.feeMinor},
        ${line.netMinor}, ${line.createdAt}, ${line.availableAt}, ${entryId},
        ${rate.presentmentCurrency}, ${rate.presentmentMinor}::bigint, ${rate.exchangeRate}::numeric, ${rate.rateSource}, ${rate.rateAt}::timestamptz)
      RETURNING id),
    legs AS (
      INSERT INTO balance_transaction_leg (balance_transaction_id, fund_id, net_minor)
      SELECT line.id, leg.fund_id, leg.net_minor FROM line,
        unnest(${legs.map((leg) => leg.fundId)}::bigint[], ${legs.map((leg) => leg.netMinor)}::bigint[]) AS leg (fund_id, net_minor)),
    settled AS (
      UPDATE donation SET status = 'settled', settled_at = ${line.createdAt}, fee_minor = ${line.feeMinor}, fund_id = ${funds.fundId},
        settled_currency = ${line.currency}, settled_minor = ${line.amountMinor}, tip_fund_id = ${funds.tipFundId}, entry_id = ${entryId}, charge_id = ${charge.id}, payment_intent_id = ${charge.paymentIntentId},
        balance_transaction_id = ${line.id}, checkout_session_id = coalesce(checkout_session_id, ${sessionId}), failure_reason = NULL
      WHERE id = ${donation.id}::uuid)
    UPDATE pledge SET status = 'fulfilled' WHERE id = ${donation.pledgeId}::uuid AND kind = 'once'`
}
