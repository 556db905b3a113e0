import type { Locator, Page } from 'playwright-core'
import { eventually, payOut } from './sandbox-money.ts'

/** Where a treasurer of the demo finds the purse of such a gift. */
export const FOREIGN_CAMPAIGN = 'Bandages and insulin for three field clinics'

/**
 * A gift in dollars that Stripe settles in `currency`, paid out to the bank: a purse that nothing can be sent from.
 * `giver` and `treasurer` are two people's pages. Files that share a product take a currency each, because an exchange
 * begins with the oldest gift of its purse. Answers the address of the gift's receipt.
 */
export async function bankForeignGift(
  giver: Page,
  treasurer: Page,
  sandboxUrl: string,
  currency: 'eur' | 'gbp',
): Promise<string> {
  await settleIn(sandboxUrl, [currency], { usd: '0.9' })
  try {
    await giver.goto('/')
    await giver.getByRole('main').getByRole('link', { name: FOREIGN_CAMPAIGN }).first().click()
    await giver.getByRole('link', { name: 'Give', exact: true }).first().click()
    await giver.waitForURL(/\/donate/)
    const own = new URL(giver.url())
    await giver.goto(`${own.pathname}?step=giver&amount=250`)
    await giver.getByLabel('Your e-mail address').fill('abroad@donors.example')
    await giver.getByRole('button', { name: /Go to payment/ }).click()
    await giver.waitForURL((address) => address.origin !== own.origin)
    await giver.getByLabel('Name on card').fill('A Traveller')
    await giver.getByRole('button', { name: /Donate|Pay/ }).click()
    await giver.waitForURL(/\/receipts\//)
  } finally {
    await settleIn(sandboxUrl, [], {})
  }
  await payOut(sandboxUrl)
  await eventually(async () => {
    await treasurer.goto('/treasurer')
    return (await exchangeLink(treasurer, currency).count()) > 0 ? true : undefined
  }, 'the payout in another currency to be in the bank')
  return giver.url()
}

/** On the treasurers' desk: the link to the form that exchanges the purse in this currency. */
export function exchangeLink(treasurer: Page, currency: 'eur' | 'gbp'): Locator {
  return treasurer
    .getByRole('main')
    .getByRole('row', { name: new RegExp(`${FOREIGN_CAMPAIGN}.*${currency.toUpperCase()}`) })
    .getByRole('link', { name: 'Record an exchange' })
}

async function settleIn(sandboxUrl: string, currencies: string[], rates: Record<string, string>): Promise<void> {
  const response = await fetch(`${sandboxUrl}/_sandbox/settlement`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ currencies, rates }),
  })
  if (!response.ok) throw new Error(await response.text())
}
