import { settleDonation } from '#lib/donations/settle-donation.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import type { StartedDonation } from '#lib/donations/types.ts'
import { onlyWords, type Play } from './scene.ts'
import { someCampaign } from './world.ts'

const GUEST = { kind: 'guest' } as const
const DONORS = ['ana', 'ben', 'chris', 'dana', 'eli'] as const
const CARDS = {
  pays: '4242424242424242',
  'pays at once': '4000000000000077',
  declines: '4000000000000002',
  'refunds slowly': '4000000000007726',
  'refunds badly': '4000000000005126',
  disputes: '4000000000000259',
  asks: '4000000000001976',
} as const
const CARD_WEIGHTS = {
  pays: 14,
  'pays at once': 3,
  declines: 2,
  'refunds slowly': 1,
  'refunds badly': 1,
  disputes: 0.7,
  asks: 0.5,
}

/** Somebody sends the form of a gift; sometimes the very form that was sent before. */
export const give: Play = async (world, dice) => {
  const campaign = someCampaign(world, dice)
  const donor = dice.pick(DONORS)
  const amount = `${dice.int(5, 60)}.${dice.int(10, 99)}`
  const again = dice.chance(0.15) ? dice.maybe(world.checkouts) : undefined
  const form = again?.form ?? {
    ...{ campaignSlug: campaign.slug, submissionKey: `form-of-the-story-${dice.int(1, 1e9)}`, amount },
    ...{ email: `${donor}@example.org`, name: donor, coverFee: dice.chance(0.3) ? 'yes' : '' },
    tip: dice.pick(['none', 'none', '10']),
  }
  const extra = `${form['coverFee'] ? ', covers the fee' : ''}${form['tip'] === '10' ? ', adds a tip of 10 %' : ''}`
  const words = again
    ? `The form of an earlier gift to ${form['campaignSlug']} is sent again.`
    : `${donor} sends the form: ${amount} ${campaign.currency} for ${campaign.title}${extra}.`
  const remember = async ({ result }: { result: unknown }) => {
    const started = result as StartedDonation | undefined
    if (!started || world.checkouts.some((known) => known.url === started.checkoutUrl)) return
    if (!started.checkoutUrl.includes('/c/pay/')) return
    const { donationId, checkoutUrl: url } = started
    world.checkouts.push({ donationId, url, campaignSlug: String(form['campaignSlug']), form, isPaid: false })
  }
  return { words, runs: [{ name: 'the form', work: () => startDonation(GUEST, form), after: remember }] }
}

/** A donor is at Stripe's page and types a card. */
export const pay: Play = async (world, dice) => {
  const open = world.checkouts.filter(({ isPaid }) => !isPaid)
  const checkout = dice.maybe(open.length > 0 && dice.chance(0.9) ? open : world.checkouts)
  if (!checkout) return null
  const card = dice.weighted(CARD_WEIGHTS)
  const body = new URLSearchParams({
    card: 'typed',
    cardNumber: CARDS[card],
    name: 'A. Donor',
    email: 'payer@example.org',
  })
  const answer = await fetch(checkout.url, { method: 'POST', body, redirect: 'manual' })
  await answer.body?.cancel()
  if (answer.status === 303) checkout.isPaid = true
  const fate = { 303: 'is paid', 402: 'is declined' }[answer.status] ?? 'is over already'
  const kind = card === 'pays' ? '' : ` (a card that ${card})`
  return onlyWords(`At Stripe, the page of ${checkout.form['email']} for ${checkout.campaignSlug} ${fate}${kind}.`)
}

/** A donor's browser comes back from Stripe, paid or not. */
export const comeBack: Play = async (world, dice) => {
  const checkout = dice.maybe(world.checkouts)
  if (!checkout) return null
  const work = () => settleDonation(GUEST, { sessionId: sessionIdOf(checkout.url) })
  return {
    words: `The browser of ${checkout.form['email']} comes back from the payment page.`,
    runs: [{ name: 'the return page', work }],
  }
}

export function sessionIdOf(url: string): string {
  return url.split('/').at(-1)?.split('#')[0] ?? ''
}
