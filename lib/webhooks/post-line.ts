import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { syncCharge } from '#lib/donations/sync-charge.ts'
import { AppError } from '#lib/errors.ts'
import { postStripeFee } from '#lib/ledger/post-stripe-fee.ts'
import { fetchDispute } from '#lib/stripe/dispute.ts'
import { fetchRefund } from '#lib/stripe/refund.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'
import { findFeeBearer } from './find-fee-bearer.ts'

type Rule = 'charge' | 'refund' | 'dispute' | 'fee' | { ask: string }

/**
 * What becomes of an account line, by what Stripe's reports call it. `ask`: it happens to other kinds of accounts than
 * ours, so a person looks at it; the reason stands with whatever waits for it. A payout's own lines are settlePayout's.
 */
const RULES: Readonly<Record<string, Rule>> = {
  charge: 'charge',
  refund: 'refund',
  refund_failure: 'refund',
  dispute: 'dispute',
  dispute_reversal: 'dispute',
  fee: 'fee',
  network_cost: 'fee',
  tax: 'fee',
  charge_failure: { ask: 'A payment by bank transfer failed after it had been booked' },
  partial_capture_reversal: { ask: 'Part of a payment was never captured' },
  other_adjustment: { ask: 'Stripe corrected the balance by hand' },
  topup: { ask: 'Somebody paid money into the Stripe account' },
  topup_reversal: { ask: 'Money paid into the Stripe account went back' },
  transfer: { ask: 'Money was transferred to another Stripe account' },
  transfer_reversal: { ask: 'A transfer to another Stripe account came back' },
  risk_reserved_funds: { ask: 'Stripe holds money back as a reserve' },
  payout_minimum_balance_hold: { ask: 'Stripe holds back a minimum balance' },
  payout_minimum_balance_release: { ask: 'Stripe released a minimum balance' },
  unreconciled_customer_funds: { ask: 'A bank transfer came that Stripe could not match' },
  contribution: { ask: 'A contribution to a climate programme was taken' },
}

/**
 * Gives one account line of Stripe's its place in our books. Throws `conflict` with the reason where there is no rule that
 * a program could follow, and `unavailable` where Stripe is still writing.
 */
export async function postLine(actor: Actor, line: StripeTransaction): Promise<void> {
  const question = await questionAbout(actor, line)
  // What moved nothing leaves nothing to decide.
  if (question !== null && line.netMinor !== 0n)
    throw new AppError('conflict', `${question}; a person decides where it belongs.`)
}

/**
 * Books an account line where a rule covers it, and answers null; else answers what a person has to decide about, and
 * books nothing. Throws as postLine does for what nobody can decide.
 */
export async function questionAbout(actor: Actor, line: StripeTransaction): Promise<string | null> {
  const rule = RULES[line.reportingCategory] ?? {
    ask: `Stripe calls it “${line.reportingCategory}”, which we do not know`,
  }
  if (typeof rule === 'object') return rule.ask
  if (rule === 'fee') await inTransaction((tx) => postAccountFee(tx, line))
  else if (await isForeign(actor, rule, line)) return 'A payment that is none of our gifts'
  const posted = await db().balanceTransaction.findFirst({
    where: { id: line.id, entryId: { not: null } },
    select: { id: true },
  })
  if (!posted) throw new AppError('unavailable', `A ${line.reportingCategory} has no place in our books yet.`)
  return null
}

/** Books a charge with all that happened to it; true where it is none of our gifts. */
async function isForeign(
  actor: Actor,
  rule: 'charge' | 'refund' | 'dispute',
  line: StripeTransaction,
): Promise<boolean> {
  const sourceId = line.sourceId ?? ''
  const chargeId =
    rule === 'charge'
      ? sourceId
      : (await (rule === 'refund' ? fetchRefund(sourceId) : fetchDispute(sourceId)))?.chargeId
  if (!chargeId) throw new AppError('conflict', `Stripe does not say which payment a ${rule} belongs to.`)
  const { state } = await syncCharge(actor, { chargeId, isTouched: rule !== 'charge' })
  if (state !== 'settled' && state !== 'foreign')
    throw new AppError('unavailable', 'Stripe has not written everything about a payment yet.')
  return state === 'foreign'
}

/** What Stripe charges the account itself, or gives back of it: the general fund that was named for it bears it. */
async function postAccountFee(tx: DbClient, line: StripeTransaction): Promise<void> {
  const bearer = await findFeeBearer(tx, line.currency)
  if (!bearer) throw new AppError('conflict', 'No chapter is named to bear what Stripe charges the account itself.')
  await postToFund(tx, line, { fundId: bearer.fundId, effect: 'stripe-fee', actorId: 'system:stripe' })
}

/** Posts an account line whole to one general fund, with its sign, and keeps it with what it did. Once for each line. */
export async function postToFund(
  tx: DbClient,
  line: StripeTransaction,
  { fundId, effect, ...posting }: { fundId: bigint; effect: string; actorId: string; memo?: string },
): Promise<bigint> {
  const { entryId, replayed } = await postStripeFee(tx, {
    ...{ idempotencyKey: `${effect}:${line.id}`, sourceType: 'balance_transaction', sourceId: line.id, ...posting },
    ...{ effectiveAt: line.createdAt, fundId, feeMinor: -line.netMinor },
  })
  if (replayed) return entryId
  const { id, reportingCategory, sourceId, currency, amountMinor, feeMinor, netMinor, createdAt, availableAt } = line
  await tx.balanceTransaction.create({
    data: {
      ...{ id, reportingCategory, sourceId, currency, amountMinor, feeMinor, netMinor, createdAt },
      ...{ availableOn: availableAt, entryId, availableEntryId: entryId, legs: { create: [{ fundId, netMinor }] } },
    },
  })
  return entryId
}
