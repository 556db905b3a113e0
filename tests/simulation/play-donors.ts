import { settleDonation } from '#lib/donations/settle-donation.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import type { StartedDonation } from '#lib/donations/types.ts'
import { onlyWords, type Play } from './scene.ts'
import type { World } from './world.ts'

const GUEST = { kind: 'guest' } as const
const DONORS = ['ana', 'ben', 'chris', 'dana', 'eli'] as const
const CARDS = { pays: '4242424242424242', declines: '4000000000000002', atOnce: '4000000000000077' } as const

/** Somebody sends the form of a gift; sometimes the very form that was sent before. */
export const give: Play = async (world, dice) => {
  const campaign = dice.pick(world.cast.campaigns)
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
    world.checkouts.push({ donationId, url, campaignSlug: String(form['campaignSlug']), form })
  }
  return { words, runs: [{ name: 'the form', work: () => startDonation(GUEST, form), after: remember }] }
}

/** A donor is at Stripe's page and types a card. */
export const pay: Play = async (world, dice) => {
  const checkout = dice.maybe(world.checkouts)
  if (!checkout) return null
  const card = dice.weighted({ pays: 8, atOnce: 2, declines: 1.5 })
  const body = new URLSearchParams({ card: CARDS[card], cardNumber: '', name: 'A. Donor', email: 'payer@example.org' })
  const answer = await fetch(checkout.url, { method: 'POST', body, redirect: 'manual' })
  await answer.body?.cancel()
  const fate = { 303: 'is paid', 402: 'is declined' }[answer.status] ?? 'is over already'
  return onlyWords(`At Stripe, ${checkout.form['email']}'s card for ${checkout.campaignSlug} ${fate}.`)
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

/** Whatever the world's donors have open, for the story's end. */
export function openPages(world: World): string[] {
  return world.checkouts.map(({ url }) => sessionIdOf(url))
}
