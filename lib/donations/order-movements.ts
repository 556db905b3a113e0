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
  /** The lines of the same object that took money out. */
  outIds: string[]
  /** Our own refund that Stripe's carries the mark of; null for what was not asked for here. */
  refundId?: string | null
}

type Placed = Omit<Movement, 'beforeMinor'> & { objectAt: number; place: number }

/**
 * Every movement in the one order in which they are posted, whatever order the events came in: by the time of the line; in
 * one second by its place in Stripe's own list, where that was asked for; then by the object it belongs to, refunds first,
 * and within an object out before back.
 */
export function movementsOf(
  refunds: readonly StripeRefund[],
  disputes: readonly StripeDispute[],
  placeInList: ReadonlyMap<string, number> = new Map(),
): Movement[] {
  const found = [...refunds.flatMap(refundMovements), ...disputes.flatMap(disputeMovements)]
  const placed = found.sort((a, b) => compare(a, b, placeInList))
  let beforeMinor = 0n
  return placed.map(({ objectAt: _, place: __, ...movement }) => {
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
  const facts = { objectId, presentedMinor, objectAt: refund.createdAt.getTime(), outIds: [out.id], refundId }
  const moved: Placed = { kind: 'refund', line: out, place: 0, ...facts }
  return back === null ? [moved] : [moved, { kind: 'refund_back', line: back, place: 1, ...facts }]
}

/** A dispute may go out and come back more than once: a partial decision, an appeal. */
function disputeMovements(dispute: StripeDispute): Placed[] {
  const { id: objectId, amountMinor: presentedMinor, transactions } = dispute
  const isBack = (line: StripeTransaction) => line.amountMinor > 0n
  const outIds = transactions.filter((line) => !isBack(line)).map((line) => line.id)
  return transactions.map((line) => ({
    kind: isBack(line) ? 'dispute_back' : 'dispute',
    ...{
      line,
      objectId,
      presentedMinor,
      outIds,
      refundId: null,
      objectAt: dispute.createdAt.getTime(),
      place: isBack(line) ? 3 : 2,
    },
  }))
}

/** The seconds in which Stripe wrote more than one of these lines: their order is known only from its list. */
export function sharedSeconds(refunds: readonly StripeRefund[], disputes: readonly StripeDispute[]): Date[] {
  const times = movementsOf(refunds, disputes).map((movement) => movement.line.createdAt.getTime())
  return [...new Set(times.filter((time, index) => times.indexOf(time) !== index))].map((time) => new Date(time))
}

function compare(a: Placed, b: Placed, placeInList: ReadonlyMap<string, number>): number {
  return (
    a.line.createdAt.getTime() - b.line.createdAt.getTime() ||
    (placeInList.get(a.line.id) ?? 0) - (placeInList.get(b.line.id) ?? 0) ||
    a.objectAt - b.objectAt ||
    Number(a.kind.startsWith('dispute')) - Number(b.kind.startsWith('dispute')) ||
    order(a.objectId, b.objectId) ||
    a.place - b.place ||
    order(a.line.id, b.line.id)
  )
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
