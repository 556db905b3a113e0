import { cancelPledge } from '#lib/donations/cancel-pledge.ts'
import { changePledge } from '#lib/donations/change-pledge.ts'
import { pausePledge, resumePledge } from '#lib/donations/pause-pledge.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import type { StartedPledge } from '#lib/donations/types.ts'
import { sessionIdOf } from './play-donors.ts'
import type { Random } from './random.ts'
import { onlyWords, type Play, type Run } from './scene.ts'
import { type Pledge, someCampaign, type World } from './world.ts'

const GUEST = { kind: 'guest' } as const

/** Somebody sends the form of a monthly gift; sometimes the very form that was sent before. */
export const pledge: Play = async (world, dice) => {
  const campaign = someCampaign(world, dice)
  const donor = dice.pick(['mia', 'noa', 'oto'])
  const amount = `${dice.int(5, 40)}.${dice.int(10, 99)}`
  const again = dice.chance(0.1) ? dice.maybe(world.pledges) : undefined
  const form = again?.form ?? {
    ...{ campaignSlug: campaign.slug, submissionKey: `pledge-of-the-story-${dice.int(1, 1e9)}`, amount },
    ...{ email: `${donor}@example.org`, name: donor, tip: dice.pick(['none', '10']) },
    coverFee: dice.chance(0.3) ? 'yes' : '',
  }
  const remember: Run['after'] = async ({ result }) => {
    const started = result as StartedPledge | undefined
    if (!started || world.pledges.some(({ url }) => url === started.checkoutUrl)) return
    const { pledgeId, token, checkoutUrl: url } = started
    if (url.includes('/c/pay/')) world.pledges.push({ pledgeId, token, url, form })
  }
  const words = again
    ? `The form of an earlier pledge to ${form['campaignSlug']} is sent again.`
    : `${donor} pledges ${amount} ${campaign.currency} a month for ${campaign.title}.`
  return { words, runs: [{ name: 'the form', work: () => startPledge(GUEST, form), after: remember }] }
}

const CARDS = { pays: '4242424242424242', paysOnce: '4000000000000341', declines: '4000000000000002' } as const

/** The first payment of a pledge; some cards are good for that one only. */
export const payPledge: Play = async (world, dice) => {
  const one = dice.maybe(world.pledges)
  if (!one) return null
  const card = dice.weighted({ pays: 8, paysOnce: 1, declines: 1 })
  const body = new URLSearchParams({
    card: 'typed',
    cardNumber: CARDS[card],
    name: 'A. Donor',
    email: 'payer@example.org',
  })
  const answer = await fetch(one.url, { method: 'POST', body, redirect: 'manual' })
  await answer.body?.cancel()
  const fate = { 303: 'is paid', 402: 'is declined' }[answer.status] ?? 'is over already'
  return onlyWords(`At Stripe, the first payment of ${nameOf(one)} ${fate}.`)
}

export const comeBackToPledge: Play = (world, dice) =>
  withPledge(world, dice, 'comes back from the payment page', (one) =>
    settlePledgeSession(GUEST, { sessionId: sessionIdOf(one.url) }),
  )

export const cancel: Play = (world, dice) =>
  withPledge(world, dice, 'is cancelled by its donor', ({ token }) => cancelPledge(GUEST, { token }))

export const pause: Play = (world, dice) =>
  dice.chance(0.5)
    ? withPledge(world, dice, 'is paused', ({ token }) => pausePledge(GUEST, { token, until: 'resumed' }))
    : withPledge(world, dice, 'is resumed', ({ token }) => resumePledge(GUEST, { token }))

export const change: Play = (world, dice) => {
  const amount = `${dice.int(5, 50)}.00`
  return withPledge(world, dice, `gets the amount ${amount}`, ({ token }) => changePledge(GUEST, { token, amount }))
}

/** A saved card stops working, or works again. */
export const turnCard: Play = async (world, dice) => {
  const { body } = await world.dashboard('GET', 'subscriptions', { limit: '100', status: 'all' })
  const cards = (body['data'] as { default_payment_method: string | null }[]).flatMap(
    (one) => one.default_payment_method ?? [],
  )
  const card = dice.maybe(cards)
  if (!card) return null
  const declines = dice.chance(0.7)
  await world.control('PUT', 'cards', {
    payment_method: card,
    behaves_as: declines ? 'pm_card_chargeCustomerFail' : null,
  })
  return onlyWords(declines ? 'A saved card begins to be declined.' : 'A saved card works again.')
}

/** A donor pays an open invoice at Stripe after a failed renewal. */
export const payInvoice: Play = async (world, dice) => {
  const { body } = await world.dashboard('GET', 'invoices', { limit: '100', status: 'open' })
  const invoice = dice.maybe(body['data'] as { id: string }[])
  if (!invoice) return null
  const { status } = await world.dashboard('POST', `invoices/${invoice.id}/pay`, { payment_method: 'pm_card_visa' })
  return status === 200 ? onlyWords('A failed renewal is paid by its donor.') : null
}

async function withPledge(world: World, dice: Random, what: string, work: (one: Pledge) => Promise<unknown>) {
  const one = dice.maybe(world.pledges)
  if (!one) return null
  return { words: `${nameOf(one)} ${what}.`, runs: [{ name: `the pledge's page`, work: () => work(one) }] }
}

const nameOf = ({ form }: Pledge) => `the pledge of ${form['email']} to ${form['campaignSlug']}`
