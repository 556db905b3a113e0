import type { StripeDispute, StripeRefund, StripeTransaction } from '#lib/stripe/types.ts'

/**
 * One account line by which Stripe took money of a gift back, or gave it again. `presentedMinor` is what the object says
 * in the donor's currency; `beforeMinor` what earlier refunds had given back in it and kept, for `refund` only.
 */
export type Movement = {
  kind: 'refund' | 'refund_back' | 'dispute' | 'dispute_back'
  objectId: string
  line: StripeTransaction
  presentedMinor: bigint
  beforeMinor: bigint
  /** For `dispute_back` only: what of the dispute still stays away after this line, as presented. */
  awayMinor: bigint
  /** The lines of the same object that took money out; of a dispute all, since what a decision in part left stands under its own. */
  outIds: string[]
  /** Our own refund that Stripe's carries the mark of; null for what was not asked for here. */
  refundId?: string | null
}

const RATE_DECIMALS = 12

/** `index` is the line's place in its own object, as Stripe tells it: the oldest first. */
type Placed = Omit<Movement, 'beforeMinor'> & { objectAt: number; place: number; index: number }

/**
 * Every movement in the one order in which they are posted, whatever order the events came in: by the time of the line; in
 * one second by its place in Stripe's own list, where that was asked for; then by the object it belongs to, refunds first,
 * and within an object out before back, in its own order.
 */
export function movementsOf(
  refunds: readonly StripeRefund[],
  disputes: readonly StripeDispute[],
  placeInList: ReadonlyMap<string, number> = new Map(),
): Movement[] {
  const ofDispute = (dispute: StripeDispute) => disputeMovements(dispute, placeInList)
  const found = [...refunds.flatMap(refundMovements), ...disputes.flatMap(ofDispute)]
  const placed = found.sort((a, b) => compare(a, b, placeInList))
  let beforeMinor = 0n
  return placed.map(({ objectAt: _, place: __, index: ___, ...movement }) => {
    const ordered = { ...movement, beforeMinor }
    if (movement.kind === 'refund') beforeMinor += movement.presentedMinor
    if (movement.kind === 'refund_back') beforeMinor -= movement.presentedMinor
    return ordered
  })
}

function refundMovements(refund: StripeRefund): Placed[] {
  const { id: objectId, transaction: out, failureTransaction: back, amountMinor: presentedMinor } = refund
  if (out === null) return []
  const { refundId } = refund
  const facts = {
    objectId,
    presentedMinor,
    objectAt: refund.createdAt.getTime(),
    outIds: [out.id],
    awayMinor: 0n,
    refundId,
  }
  const moved: Placed = { kind: 'refund', line: out, place: 0, index: 0, ...facts }
  return back === null ? [moved] : [moved, { kind: 'refund_back', line: back, place: 1, index: 0, ...facts }]
}

/** A dispute may go out and come back more than once: a partial decision, an appeal. */
function disputeMovements(dispute: StripeDispute, placeInList: ReadonlyMap<string, number> = new Map()): Placed[] {
  const { id: objectId, transactions } = dispute
  const outIds = transactions.map((line) => line.id)
  const facts = { objectId, outIds, refundId: null, objectAt: dispute.createdAt.getTime() }
  let awayMinor = dispute.amountMinor
  const parts = new Map<string, { presentedMinor: bigint; awayMinor: bigint }>()
  for (const line of inTime(transactions.filter(isBack), placeInList)) {
    const presentedMinor = partOf(dispute, line, awayMinor)
    awayMinor -= presentedMinor
    parts.set(line.id, { presentedMinor, awayMinor })
  }
  const whole = { presentedMinor: dispute.amountMinor, awayMinor: 0n }
  return transactions.map((line, index) => ({
    kind: isBack(line) ? 'dispute_back' : 'dispute',
    ...{ line, ...facts, ...(parts.get(line.id) ?? whole), place: isBack(line) ? 3 : 2, index },
  }))
}

/** What has come back of a dispute by now, in the donor's currency; its lines in the order of `movementsOf`. */
export function returnedMinor(dispute: StripeDispute, placeInList: ReadonlyMap<string, number>): bigint {
  const back = disputeMovements(dispute, placeInList).filter(({ kind }) => kind === 'dispute_back')
  return back.reduce((sum, movement) => sum + movement.presentedMinor, 0n)
}

function isBack(line: StripeTransaction): boolean {
  return line.amountMinor > 0n
}

/** In one second as the list says, else as they came: the sort is stable, and ids say nothing about time. */
function inTime(lines: readonly StripeTransaction[], placeInList: ReadonlyMap<string, number>): StripeTransaction[] {
  return [...lines].sort((a, b) => compareLines(a, b, placeInList))
}

function compareLines(a: StripeTransaction, b: StripeTransaction, placeInList: ReadonlyMap<string, number>): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (placeInList.get(a.id) ?? 0) - (placeInList.get(b.id) ?? 0)
}

/**
 * How much of a dispute a line gives back, in the donor's currency: Stripe says it only in the account's, each line at its
 * own rate. Where it names no rate, what is still away came back whole.
 */
function partOf(dispute: StripeDispute, line: StripeTransaction, awayMinor: bigint): bigint {
  const outs = dispute.transactions.filter((out) => !isBack(out))
  const isSame = line.currency === dispute.currency
  if (isSame) return line.amountMinor < awayMinor ? line.amountMinor : awayMinor
  const [out] = outs
  const [rateOut, rateBack] = [scaledRate(out), scaledRate(line)]
  if (rateOut === null || rateBack === null) return awayMinor
  const takenMinor = outs.reduce((sum, { amountMinor }) => sum - amountMinor, 0n)
  const divisor = takenMinor * rateBack
  const partMinor = (dispute.amountMinor * line.amountMinor * rateOut + divisor / 2n) / divisor
  // Both lines are rounded to a cent and a rate to a few digits: less than a thousandth is no part that was kept.
  const isWhole = (awayMinor - partMinor) * 1_000n <= awayMinor || awayMinor - partMinor <= 1n
  return isWhole ? awayMinor : partMinor
}

function scaledRate(line: StripeTransaction | undefined): bigint | null {
  const [whole = '', decimals = ''] = line?.exchangeRate?.split('.') ?? []
  const scaled = BigInt(whole + decimals.padEnd(RATE_DECIMALS, '0').slice(0, RATE_DECIMALS))
  return scaled > 0n ? scaled : null
}

/** The seconds in which Stripe wrote more than one of these lines: their order is known only from its list. */
export function sharedSeconds(refunds: readonly StripeRefund[], disputes: readonly StripeDispute[]): Date[] {
  const times = movementsOf(refunds, disputes).map((movement) => movement.line.createdAt.getTime())
  return [...new Set(times.filter((time, index) => times.indexOf(time) !== index))].map((time) => new Date(time))
}

function compare(a: Placed, b: Placed, placeInList: ReadonlyMap<string, number>): number {
  return (
    compareLines(a.line, b.line, placeInList) ||
    a.objectAt - b.objectAt ||
    Number(a.kind.startsWith('dispute')) - Number(b.kind.startsWith('dispute')) ||
    order(a.objectId, b.objectId) ||
    a.place - b.place ||
    a.index - b.index
  )
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
