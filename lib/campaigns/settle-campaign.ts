import type { Actor } from '#lib/auth/types.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError, assertInvariant } from '#lib/errors.ts'
import { type FundHeadroom, fundHeadroom } from '#lib/ledger/queries.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseInput } from '#lib/parse-input.ts'
import { moveCampaign } from './move-campaign.ts'
import { stepSchema } from './schema.ts'

/** Closes the books of a closed campaign: possible when its fund holds nothing, promises nothing and owes nothing. */
export async function settleCampaign(actor: Actor, input: unknown): Promise<void> {
  await moveCampaign(actor, {
    ...parseInput(stepSchema, input),
    event: 'settle',
    prepare: async (tx, campaign) => {
      assertInvariant(campaign.fundId !== null, 'a closed campaign has a fund')
      const open = whatIsOpen(await fundHeadroom(tx, campaign.fundId)) ?? (await whatIsElsewhere(tx, campaign.id))
      if (open) throw new AppError('wrong_state', `It cannot be settled yet: ${open}`)
      return {}
    },
  })
}

function whatIsOpen(fund: FundHeadroom): string | null {
  const say = (amountMinor: bigint) => formatMoney(amountMinor, fund.currency)
  const leftMinor = everythingIn(fund)
  if (fund.wiresInTransitMinor !== 0n) return `${say(fund.wiresInTransitMinor)} is on its way and not confirmed.`
  if (fund.encumberedMinor !== 0n) return `${say(fund.encumberedMinor)} is promised and not sent.`
  if (fund.receivableMinor !== 0n) return `the chapter owes it ${say(fund.receivableMinor)}.`
  if (leftMinor !== 0n) return `${say(leftMinor)} is left. Send it, or move it as the surplus rule says.`
  return null
}

/** Money of the campaign in another currency is its givers' as well: it is exchanged first, or goes back to them. */
async function whatIsElsewhere(tx: DbClient, campaignId: string): Promise<string | null> {
  const purses = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT f.id FROM ledger.funds f JOIN campaign c ON c.id = f.campaign_id
    WHERE c.id = ${campaignId}::uuid AND f.currency <> c.currency ORDER BY f.id`
  for (const { id } of purses) {
    const purse = await fundHeadroom(tx, id)
    const leftMinor = everythingIn(purse)
    const left = formatMoney(leftMinor, purse.currency)
    if (leftMinor !== 0n) return `${left} is left in ${purse.currency}. Exchange it first, or refund it.`
  }
  return null
}

function everythingIn(fund: FundHeadroom): bigint {
  const atStripeMinor = fund.stripeAvailableMinor + fund.stripePendingMinor + fund.payoutsInTransitMinor
  return fund.bankMinor + fund.undepositedMinor + atStripeMinor
}
