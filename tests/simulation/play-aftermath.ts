import { requestRefund } from '#lib/donations/request-refund.ts'
import { onlyWords, type Play } from './scene.ts'
import type { World } from './world.ts'

type Charge = {
  id: string
  amount: number
  amount_refunded: number
  currency: string
  status: string
  disputed: boolean
}
type Refund = { id: string; amount: number; currency: string; status: string }
type Dispute = { id: string; amount: number; currency: string; status: string }

/** A treasurer gives a gift back from the desk, whole or in part, now and then more than there is. */
export const refundAtDesk: Play = async (world, dice) => {
  const gift = dice.maybe(await settledGifts(world))
  const campaign = world.cast.campaigns.find(({ id }) => id === gift?.campaignId)
  if (!gift || !campaign) return null
  const share = dice.pick([0.1, 0.4, 0.5, 1, 1, 1.1])
  const amount = (Math.max(1, Math.round(gift.minor * share)) / 100).toFixed(2)
  const { approver } = campaign.chapter
  const input = {
    donationId: gift.id,
    amount,
    reason: 'Asked for',
    submissionKey: `refund-of-the-story-${dice.int(1, 1e9)}`,
  }
  const run = { name: `the refund by ${approver.name}`, work: () => requestRefund(approver, input) }
  const times = dice.chance(0.15) ? 2 : 1
  return {
    words: `${approver.name} refunds ${amount} of a gift of ${(gift.minor / 100).toFixed(2)} ${campaign.currency} to ${campaign.title}${times === 2 ? ', and presses twice' : ''}.`,
    runs: Array.from({ length: times }, () => run),
  }
}

/** Somebody refunds in Stripe's own dashboard: one payment, or several in a row. */
export const refundInDashboard: Play = async (world, dice) => {
  const words: string[] = []
  for (const charge of dice.shuffle(await charges(world)).slice(0, dice.pick([1, 1, 2]))) {
    const left = charge.amount - charge.amount_refunded
    const amount = dice.chance(0.5) ? left : dice.int(1, Math.max(1, left))
    const outcome = dice.weighted({ succeeds: 6, pending: 2, fails: 2, requires_action: 0.5, insufficient_funds: 0.7 })
    const made = await tryControl(world, 'refunds', { charge: charge.id, amount, outcome })
    if (made) words.push(`${money({ ...charge, amount })} of a payment of ${money(charge)} (${outcome})`)
  }
  return words.length === 0 ? null : onlyWords(`In the dashboard somebody refunds ${words.join(' and ')}.`)
}

const REFUND_FATES = { succeed: 'goes through', fail: 'fails', cancel: 'is canceled' } as const

/** What the banks make of a refund under way. */
export const decideRefund: Play = async (world, dice) => {
  const refund = dice.maybe(await list<Refund>(world, 'refunds'))
  const fate = dice.weighted({ succeed: 3, fail: 4, cancel: 1 })
  if (!refund || !(await tryControl(world, `refunds/${refund.id}/${fate}`, {}))) return null
  return onlyWords(`A refund of ${money(refund)} ${REFUND_FATES[fate]}.`)
}

/** A donor's bank takes a payment back, or asks about it. */
export const openDispute: Play = async (world, dice) => {
  const charge = dice.maybe(await charges(world))
  if (!charge) return null
  const inquiry = dice.chance(0.25)
  const part = dice.chance(0.3) ? { amount: dice.int(1, charge.amount) } : {}
  const made = await tryControl(world, 'disputes', { charge: charge.id, inquiry, ...part })
  const what = inquiry ? 'asks about' : 'disputes'
  return made
    ? onlyWords(
        `A bank ${what} ${part.amount ? `${money({ ...charge, ...part })} of ` : ''}a payment of ${money(charge)}.`,
      )
    : null
}

const DISPUTE_FATES = {
  escalate: 'becomes a chargeback',
  review: 'is answered with evidence',
  win: 'is won',
  lose: 'is lost',
  appeal: 'goes to appeal',
  close_inquiry: 'ends as an inquiry',
} as const

export const decideDispute: Play = async (world, dice) => {
  const dispute = dice.maybe(await list<Dispute>(world, 'disputes'))
  const fate = dice.weighted({ escalate: 2, review: 1, win: 4, lose: 2, appeal: 2, close_inquiry: 1 })
  const keepsFee = fate === 'win' && dice.chance(0.3)
  const part = fate === 'win' && dispute && dice.chance(0.3) ? { amount: dice.int(1, dispute.amount) } : {}
  const body = fate === 'win' ? { fee_returned: !keepsFee, ...part } : {}
  if (!dispute || !(await tryControl(world, `disputes/${dispute.id}/${fate}`, body))) return null
  const back = part.amount ? `, for ${money({ ...dispute, ...part })} of it` : ''
  const fee = keepsFee ? ', and its fee is kept' : ''
  return onlyWords(`A dispute over ${money(dispute)} ${DISPUTE_FATES[fate]}${back}${fee}.`)
}

/** The bank sends a payout back, on its way or days after it arrived. */
export const failPayout: Play = async (world, dice) => {
  const payout = dice.maybe(await list<Refund>(world, 'payouts'))
  if (!payout || !(await tryControl(world, `payouts/${payout.id}/fail`, {}))) return null
  return onlyWords(`The payout of ${money(payout)} fails and comes back.`)
}

async function charges(world: World): Promise<Charge[]> {
  return (await list<Charge>(world, 'charges')).filter(({ status }) => status === 'succeeded')
}

async function list<Item>(world: World, path: string): Promise<Item[]> {
  return (await world.dashboard('GET', path, { limit: '100' })).body['data'] as Item[]
}

/** Whether Stripe did it; it says no to what cannot be. */
export async function tryControl(world: World, path: string, body: object): Promise<boolean> {
  try {
    await world.control('POST', path, body)
    return true
  } catch {
    return false
  }
}

export async function settledGifts(world: World): Promise<{ id: string; campaignId: string; minor: number }[]> {
  const { rows } = await world.admin.query<{ id: string; campaignId: string; minor: number }>(
    `SELECT id, campaign_id AS "campaignId", (gift_minor + cover_minor + tip_minor)::int AS minor FROM donation
     WHERE status = 'settled' ORDER BY settled_at, balance_transaction_id`,
  )
  return rows
}

const money = ({ amount, currency }: { amount: number; currency: string }) =>
  `${(amount / 100).toFixed(2)} ${currency.toUpperCase()}`
