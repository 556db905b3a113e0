import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { syncCharge } from '#lib/donations/sync-charge.ts'
import type { SettleOutcome } from '#lib/donations/types.ts'
import { AppError } from '#lib/errors.ts'
import { postStripeFee } from '#lib/ledger/post-stripe-fee.ts'
import { fetchDispute } from '#lib/stripe/dispute.ts'
import { fetchRefund } from '#lib/stripe/refund.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'

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
  const rule = RULES[line.reportingCategory] ?? {
    ask: `Stripe calls it “${line.reportingCategory}”, which we do not know`,
  }
  if (typeof rule === 'object') throw new AppError('conflict', `${rule.ask}; a person decides where it belongs.`)
  if (rule === 'fee') await inTransaction((tx) => postAccountFee(tx, line))
  else await postChargeOf(actor, rule, line)
  const posted = await db().balanceTransaction.findFirst({
    where: { id: line.id, entryId: { not: null } },
    select: { id: true },
  })
  if (!posted) throw new AppError('unavailable', `A ${line.reportingCategory} has no place in our books yet.`)
}

async function postChargeOf(
  actor: Actor,
  rule: 'charge' | 'refund' | 'dispute',
  line: StripeTransaction,
): Promise<void> {
  const sourceId = line.sourceId ?? ''
  const chargeId =
    rule === 'charge'
      ? sourceId
      : (await (rule === 'refund' ? fetchRefund(sourceId) : fetchDispute(sourceId)))?.chargeId
  if (!chargeId) throw new AppError('conflict', `Stripe does not say which payment a ${rule} belongs to.`)
  need(await syncCharge(actor, { chargeId, isTouched: rule !== 'charge' }))
}

function need(outcome: SettleOutcome): void {
  if (outcome.state === 'settled') return
  if (outcome.state === 'foreign')
    throw new AppError('conflict', 'A payment that is none of our gifts; a person decides where it belongs.')
  throw new AppError('unavailable', 'Stripe has not written everything about a payment yet.')
}

/** What Stripe charges the account itself, or gives back of it: the general fund that was named for it bears it. */
async function postAccountFee(tx: DbClient, line: StripeTransaction): Promise<void> {
  const fundId = await bearerOfFees(tx, line.currency)
  const { entryId, replayed } = await postStripeFee(tx, {
    ...{
      idempotencyKey: `stripe-fee:${line.id}`,
      sourceType: 'balance_transaction',
      sourceId: line.id,
      actorId: 'system:stripe',
    },
    ...{ effectiveAt: line.createdAt, fundId, feeMinor: -line.netMinor },
  })
  if (replayed) return
  const { id, reportingCategory, sourceId, currency, amountMinor, feeMinor, netMinor, createdAt, availableAt } = line
  await tx.balanceTransaction.create({
    data: {
      ...{ id, reportingCategory, sourceId, currency, amountMinor, feeMinor, netMinor, createdAt },
      ...{ availableOn: availableAt, entryId, availableEntryId: entryId, legs: { create: [{ fundId, netMinor }] } },
    },
  })
}

async function bearerOfFees(tx: DbClient, currency: string): Promise<bigint> {
  const where = { currency, generalFundId: { not: null } }
  const named = await tx.chapter.findFirst({
    where: { ...where, bearsStripeFees: true },
    select: { generalFundId: true },
  })
  // Where there is only one, nobody has to say so.
  const all = named ? [named] : await tx.chapter.findMany({ where, select: { generalFundId: true }, take: 2 })
  const fundId = all.length === 1 ? all[0]?.generalFundId : null
  if (!fundId) throw new AppError('conflict', 'No chapter is named to bear what Stripe charges the account itself.')
  return fundId
}
