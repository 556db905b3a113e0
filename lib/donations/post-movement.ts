import type { DbClient } from '#lib/db/client.ts'
import { AppError, assertInvariant } from '#lib/errors.ts'
import { openDispute } from '#lib/ledger/open-dispute.ts'
import { postExchangeDifference } from '#lib/ledger/post-exchange-difference.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { postStripeFee } from '#lib/ledger/post-stripe-fee.ts'
import { winDispute } from '#lib/ledger/resolve-dispute.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { giftClaims, stripeShares } from '#lib/ledger/trace-losses.ts'
import { splitByWeights } from '#lib/money/split.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'
import { findRefundFund } from './find-refund-fund.ts'
import { standingEntries } from './find-standing.ts'
import type { LockedDonation } from './lock-donation.ts'
import type { Movement } from './order-movements.ts'
import { readRate, worthWhenGiven } from './read-rate.ts'
import { splitClaim } from './split-claim.ts'

/** A settled gift as the books have it. */
export type GiftInBooks = {
  donationId: string
  chargeId: string | null
  entryId: bigint
  fundId: bigint
  /** What the donor paid, and what that came to in the fund's currency. */
  currency: string
  askedMinor: bigint
  settledCurrency: string
  settledMinor: bigint
  /** The chapter's general fund where it may bear what the gift's fund cannot. */
  reserveFundId: bigint | undefined
  reserveBearsFees: boolean
}

/** Reads a locked, settled donation as its refunds and disputes need it. */
export async function loadGift(tx: DbClient, donation: LockedDonation): Promise<GiftInBooks> {
  const row = await tx.donation.findUniqueOrThrow({
    where: { id: donation.id },
    include: { campaign: { select: { chapter: { select: { lostFeeBearer: true } } } } },
  })
  assertInvariant(row.entryId !== null && row.fundId !== null, 'a settled gift is in the books')
  const askedMinor = row.giftMinor + row.coverMinor + row.tipMinor
  const settledCurrency = row.settledCurrency ?? row.currency
  // The chapter's own fund helps in its own currency only, and a gift to it has nobody behind it.
  const { generalFundId, chapterCurrency } = donation
  const hasReserve = generalFundId !== null && generalFundId !== row.fundId && chapterCurrency === settledCurrency
  return {
    ...{ donationId: row.id, chargeId: row.chargeId, entryId: row.entryId, fundId: row.fundId, currency: row.currency },
    ...{ askedMinor, settledCurrency, settledMinor: row.settledMinor ?? askedMinor },
    reserveFundId: hasReserve ? generalFundId : undefined,
    reserveBearsFees: row.campaign.chapter.lostFeeBearer === 'general_fund',
  }
}

/** Posts one movement and keeps Stripe's account line with what it did to each fund. */
export async function bookMovement(tx: DbClient, gift: GiftInBooks, movement: Movement): Promise<void> {
  const { line } = movement
  if (line.currency !== gift.settledCurrency) {
    throw new AppError('conflict', 'Stripe moved this money in another currency than the gift settled in.')
  }
  const back =
    movement.kind === 'refund_back' ? returnRefund : movement.kind === 'dispute' ? takeDispute : returnDispute
  const entryIds =
    movement.kind === 'refund'
      ? await takeRefund(
          tx,
          gift,
          line,
          worthOf(gift, movement),
          await findRefundFund(tx, gift.donationId, movement.refundId ?? null),
        )
      : await back(tx, gift, movement)
  await keepLine(tx, gift, movement, entryIds)
}

/** What a posting takes of an account line: its id, time and amounts. */
type PostedLine = Pick<StripeTransaction, 'id' | 'createdAt' | 'amountMinor' | 'feeMinor'>

/** Takes a refund from each fund of the gift, or from the one it is about. Answers the entries. */
export async function takeRefund(
  tx: DbClient,
  gift: GiftInBooks,
  line: PostedLine,
  claimMinor: bigint,
  fundId: bigint | null = null,
): Promise<bigint[]> {
  const entryIds: bigint[] = []
  for (const part of await partsOf(tx, gift, claimMinor, fundId)) {
    const posting = {
      ...postingOf(line, 'refund', part.fundId),
      giftEntryId: gift.entryId,
      ...bearing(gift, part.fundId),
    }
    entryIds.push((await postRefund(tx, { ...posting, fundId: part.fundId, amountMinor: part.minor })).entryId)
  }
  entryIds.push(...(await postRest(tx, gift, line, { bookedMinor: -claimMinor, feeMinor: line.feeMinor })))
  return entryIds
}

async function returnRefund(tx: DbClient, gift: GiftInBooks, movement: Movement): Promise<bigint[]> {
  const { line } = movement
  const standing = await standingEntries(tx, movement.outIds, 'refund')
  if (standing.length === 0) throw new AppError('conflict', 'A refund came back that our books do not have.')
  const entryIds: bigint[] = []
  for (const { entryId, fundId } of standing) {
    entryIds.push((await reverseEntry(tx, { ...postingOf(line, 'refund-back', fundId), entryId })).entryId)
  }
  const bookedMinor = standing.reduce((sum, entry) => sum + entry.claimMinor, 0n)
  entryIds.push(...(await postRest(tx, gift, line, { bookedMinor, feeMinor: line.feeMinor })))
  return entryIds
}

async function takeDispute(tx: DbClient, gift: GiftInBooks, movement: Movement): Promise<bigint[]> {
  const { line } = movement
  const claimMinor = worthOf(gift, { ...movement, beforeMinor: 0n })
  const entryIds: bigint[] = []
  // A fee given back at once is no fee of the dispute.
  let feeMinor = line.feeMinor > 0n ? line.feeMinor : 0n
  for (const part of await partsOf(tx, gift, claimMinor)) {
    const posting = {
      ...postingOf(line, 'dispute', part.fundId),
      giftEntryId: gift.entryId,
      ...bearing(gift, part.fundId),
    }
    const opened = await openDispute(tx, { ...posting, fundId: part.fundId, amountMinor: part.minor, feeMinor })
    entryIds.push(opened.entryId)
    feeMinor = 0n
  }
  const rest = { bookedMinor: -claimMinor, feeMinor: line.feeMinor < 0n ? line.feeMinor : 0n }
  entryIds.push(...(await postRest(tx, gift, line, rest)))
  return entryIds
}

/**
 * What a bank gives back after its decision. All that was taken is returned, with the fee where Stripe returns it; of a
 * decision in part, what stays lost is taken again from the same purses.
 */
async function returnDispute(tx: DbClient, gift: GiftInBooks, movement: Movement): Promise<bigint[]> {
  const { line } = movement
  const standing = await standingEntries(tx, movement.outIds, 'dispute')
  const takenMinor = standing.reduce((sum, entry) => sum + entry.claimMinor, 0n)
  if (takenMinor === 0n) throw new AppError('conflict', 'A dispute came back that our books do not have.')
  const lostMinor = staysLost(gift, movement, takenMinor)
  const entryIds: bigint[] = []
  let returnedMinor = -line.feeMinor
  for (const { entryId, fundId, feeMinor } of standing) {
    const isWhole = returnedMinor >= feeMinor
    const backMinor = isWhole ? feeMinor : returnedMinor
    returnedMinor -= backMinor
    const won = {
      ...postingOf(line, 'dispute-won', entryId),
      disputeEntryId: entryId,
      feeKeptMinor: feeMinor - backMinor,
    }
    entryIds.push((await winDispute(tx, { ...won, ...bearing(gift, fundId) })).entryId)
  }
  const lost =
    lostMinor === 0n
      ? []
      : splitByWeights(
          lostMinor,
          standing.map((entry) => entry.claimMinor),
        )
  for (const [index, amountMinor] of lost.entries()) {
    const fundId = standing[index]?.fundId
    if (fundId === undefined || amountMinor === 0n) continue
    const posting = { ...postingOf(line, 'dispute-rest', fundId), giftEntryId: gift.entryId, ...bearing(gift, fundId) }
    const memo = 'The part that stays lost.'
    entryIds.push((await openDispute(tx, { ...posting, memo, fundId, amountMinor, feeMinor: 0n })).entryId)
  }
  const rest = { bookedMinor: takenMinor - lostMinor, feeMinor: -returnedMinor }
  entryIds.push(...(await postRest(tx, gift, line, rest)))
  return entryIds
}

/** What of a dispute is taken again after a decision in part: at Stripe's amount, or at what it was worth when it was given. */
function staysLost(gift: GiftInBooks, movement: Movement, takenMinor: bigint): bigint {
  const { line, presentedMinor, awayMinor } = movement
  if (gift.currency === gift.settledCurrency) return line.amountMinor < takenMinor ? takenMinor - line.amountMinor : 0n
  return awayMinor === 0n ? 0n : (splitByWeights(takenMinor, [awayMinor, presentedMinor])[0] ?? 0n)
}

/** What Stripe's line has beyond what was posted: a fee of its own, and gain or loss by exchange. */
async function postRest(
  tx: DbClient,
  gift: GiftInBooks,
  line: PostedLine,
  { bookedMinor, feeMinor }: { bookedMinor: bigint; feeMinor: bigint },
): Promise<bigint[]> {
  const { fundId, reserveFundId, entryId: giftEntryId } = gift
  const entryIds: bigint[] = []
  if (feeMinor !== 0n) {
    const posting = postingOf(line, 'stripe-fee', fundId)
    entryIds.push((await postStripeFee(tx, { ...posting, fundId, feeMinor, reserveFundId })).entryId)
  }
  const gainMinor = line.amountMinor - bookedMinor
  if (gainMinor !== 0n) {
    const posting = { ...postingOf(line, 'exchange', fundId), fundId, giftEntryId, gainMinor, reserveFundId }
    entryIds.push((await postExchangeDifference(tx, posting)).entryId)
  }
  return entryIds
}

/** What went back, at what it was worth when it was given: Stripe's own amount where nothing was exchanged. */
function worthOf(gift: GiftInBooks, movement: Movement): bigint {
  const { presentedMinor, beforeMinor, line } = movement
  if (gift.currency === gift.settledCurrency) return -line.amountMinor
  return worthWhenGiven(gift, { beforeMinor, returnedMinor: beforeMinor + presentedMinor })
}

async function partsOf(tx: DbClient, gift: GiftInBooks, claimMinor: bigint, fundId: bigint | null = null) {
  if (claimMinor <= 0n) throw new AppError('conflict', 'Stripe took nothing back by this line.')
  const claims = await giftClaims(tx, gift.entryId)
  const one = claims.find((part) => part.fundId === fundId)
  if (one && one.grossMinor - one.claimedMinor >= claimMinor) return [{ fundId: one.fundId, minor: claimMinor }]
  return splitClaim(claimMinor, claims)
}

function bearing(gift: GiftInBooks, fundId: bigint) {
  const reserveFundId = gift.reserveFundId === fundId ? undefined : gift.reserveFundId
  return { reserveFundId, reserveBearsFees: gift.reserveBearsFees }
}

function postingOf({ id: sourceId, createdAt }: PostedLine, effect: string, about: bigint) {
  return {
    ...{ idempotencyKey: `${effect}:${sourceId}:${about}`, sourceType: 'balance_transaction', sourceId },
    ...{ effectiveAt: createdAt, actorId: 'system:stripe' },
  }
}

/** Stripe has these lines in its available balance at once, so nothing of them waits to become available. */
async function keepLine(tx: DbClient, gift: GiftInBooks, movement: Movement, entryIds: bigint[]): Promise<void> {
  const { line } = movement
  const legs = await stripeShares(tx, entryIds)
  assertInvariant(legs.reduce((sum, leg) => sum + leg.netMinor, 0n) === line.netMinor, 'the legs are the net')
  const [entryId = null] = entryIds
  const rate = readRate({ currency: gift.currency, amountMinor: movement.presentedMinor }, line)
  await tx.$executeRaw`
    INSERT INTO balance_transaction (id, reporting_category, source_id, currency, amount_minor, fee_minor, net_minor, created_at, available_on,
      entry_id, available_entry_id, presentment_currency, presentment_minor, exchange_rate, rate_source, rate_at)
    VALUES (${line.id}, ${line.reportingCategory}, ${line.sourceId}, ${line.currency}, ${line.amountMinor}, ${line.feeMinor},
      ${line.netMinor}, ${line.createdAt}, ${line.availableAt}, ${entryId}, ${entryId},
      ${rate.presentmentCurrency}, ${rate.presentmentMinor}::bigint, ${rate.exchangeRate}::numeric, ${rate.rateSource}, ${rate.rateAt}::timestamptz)
    ON CONFLICT (id) DO UPDATE SET entry_id = excluded.entry_id, available_entry_id = excluded.available_entry_id`
  await tx.balanceTransactionLeg.createMany({
    data: legs.map((leg) => ({ balanceTransactionId: line.id, ...leg })),
  })
}
