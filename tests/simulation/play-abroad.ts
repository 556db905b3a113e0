import { recordExchange } from '#lib/donations/record-exchange.ts'
import { reverseExchange } from '#lib/donations/reverse-exchange.ts'
import type { Campaign } from './cast.ts'
import { onlyWords, type Play } from './scene.ts'
import type { World } from './world.ts'

const RATES = { usd: '1', eur: '1.0834', gbp: '1.2711' } as const

/** From now on Stripe settles gifts in one currency, whatever they are given in; or each in its own again. */
export const settleAbroad: Play = async (world, dice) => {
  const currency = dice.pick(['gbp', 'gbp', 'eur', 'usd', null])
  await world.control('PUT', 'settlement', { currencies: currency ? [currency] : [], rates: RATES })
  return onlyWords(`Stripe settles in ${currency?.toUpperCase() ?? 'the currency of each gift'} from now on.`)
}

type Purse = { fundId: string; currency: string; bank: string }

/** A treasurer records that the bank changed money of a purse, now and then more than there is; or presses twice. */
export const exchange: Play = async (world, dice) => {
  const purse = dice.maybe(await purses(world))
  const campaign = world.cast.campaigns.find(({ id }) => id === purse?.campaignId)
  if (!purse || !campaign) return null
  const { approver } = campaign.chapter
  const minor = Math.max(2, Math.floor(Number(purse.bank) * dice.pick([0.2, 0.5, 0.9, 1, 1.2])))
  const fee = dice.chance(0.4) ? Math.min(25, Math.floor(minor / 2)) : 0
  const left = major(minor - fee)
  // The bank's rate is another than the one at which Stripe settled: there is a gain or a loss.
  const arrived = major(Math.max(1, Math.floor((minor - fee) * dice.pick([0.85, 0.99, 1.02, 1.2]))))
  const input = {
    ...{ fundId: purse.fundId, submissionKey: `exchange-of-the-story-${dice.int(1, 1e9)}`, left, arrived },
    ...{ fee: fee === 0 ? '' : major(fee), exchangedOn: world.now().toISOString().slice(0, 10) },
    ...{ rateSource: 'Advice of the bank', fromBank: 'main', toBank: 'main' },
  }
  const times = dice.chance(0.25) ? 2 : 1
  const run = { name: `the exchange by ${approver.name}`, work: () => recordExchange(approver, input) }
  return {
    words: `${approver.name} exchanges ${left} ${purse.currency} of ${campaign.title} for ${arrived} ${campaign.currency}${times === 2 ? ', and presses twice' : ''}.`,
    runs: Array.from({ length: times }, () => run),
  }
}

/** An exchange was entered by mistake, or is said to have been. */
export const takeExchangeBack: Play = async (world, dice) => {
  const { rows } = await world.admin.query<{ id: string; campaignId: string }>(
    `SELECT id, campaign_id AS "campaignId" FROM currency_exchange WHERE reversal_entry_id IS NULL ORDER BY entry_id`,
  )
  const one = dice.maybe(rows)
  const approver = world.cast.campaigns.find(({ id }) => id === one?.campaignId)?.chapter.approver
  if (!one || !approver) return null
  const input = { exchangeId: one.id, reason: 'It was another purse' }
  return {
    words: `${approver.name} takes an exchange back.`,
    runs: [{ name: 'the exchange taken back', work: () => reverseExchange(approver, input) }],
  }
}

/** The campaigns' purses in another currency than their own that have something in the bank. */
async function purses(world: World): Promise<(Purse & { campaignId: Campaign['id'] })[]> {
  const { rows } = await world.admin.query<Purse & { campaignId: string }>(`
    SELECT f.id::text AS "fundId", f.currency, c.id AS "campaignId", sum(b.balance_minor)::text AS bank
    FROM ledger.fund f JOIN campaign c ON c.id = f.campaign_id JOIN ledger.balances b ON b.fund_id = f.id AND b.role = 'bank'
    WHERE f.currency <> c.currency GROUP BY f.id, c.id HAVING sum(b.balance_minor) > 1 ORDER BY f.id`)
  return rows
}

const major = (minor: number) => (minor / 100).toFixed(2)
