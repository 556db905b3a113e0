import type { Page } from 'playwright-core'
import type { SandboxDesk } from './sandbox-desk.ts'
import { eventually } from './sandbox-money.ts'

const CAMPAIGN = 'Bandages and insulin for three field clinics'

/** Fifteen dollars a month, as a guest, through the giving page to the pledge's own; answers its address. */
export async function beginMonthly(page: Page, desk: SandboxDesk, email: string): Promise<string> {
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: CAMPAIGN }).first().click()
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.getByRole('radio', { name: /^Once/, checked: true }).waitFor({ state: 'attached' })
  await page.getByRole('radio', { name: /^Monthly/ }).check({ force: true })
  await page.getByLabel('Or your own amount').fill('15')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(email)
  await page.getByRole('button', { name: /Go to payment: \$15.00 a month/ }).click()
  await payHere(page, desk)
  await page.waitForURL(/\/receipts\//)
  await page.getByRole('link', { name: 'Your monthly gift' }).click()
  await page.waitForURL(/\/pledges\//)
  return new URL(page.url()).pathname
}

/** Pays on Stripe's page with the card that works. */
export async function payHere(page: Page, desk: SandboxDesk): Promise<void> {
  await page.waitForURL((address) => address.origin === desk.url)
  await page.getByLabel('Name on card').fill('A Giver')
  await page.getByRole('button', { name: /Donate|Pay|Subscribe/ }).click()
}

/** The card of this donor's subscription begins to be declined, and a month goes by. */
export async function failNextRenewal(desk: SandboxDesk, email: string): Promise<void> {
  const [customer] = await desk.list(`customers?email=${encodeURIComponent(email)}`)
  const [subscription] = await desk.list(`subscriptions?customer=${customer?.['id']}`)
  const card = { payment_method: subscription?.['default_payment_method'], behaves_as: '4000000000000341' }
  await desk.control('PUT', 'cards', card)
  await desk.advanceDays(31.1)
}

/** One click in the mail about the failure, and a payment with another card; ends when the mail about it is there. */
export async function mendRenewal(page: Page, desk: SandboxDesk, email: string): Promise<void> {
  await page.goto(await mailTo(page, email, /payment to .* did not go through/))
  const link = page.getByRole('main').getByRole('link', { name: /\/recover/ })
  await link.first().click()
  await page.waitForURL((address) => address.origin === desk.url)
  await page.getByRole('radio', { name: /Pays at once/ }).check()
  await page.getByRole('button', { name: /Pay/ }).click()
  await page.getByRole('heading', { name: 'This invoice is paid' }).waitFor()
  await mailTo(page, email, /went through/)
}

/** Waits for somebody's mail by its subject in the mailbox page; answers its address. The demo's pledges get mails too. */
async function mailTo(page: Page, email: string, subject: RegExp): Promise<string> {
  return eventually(async () => {
    await page.goto('/mailbox')
    const link = page.getByRole('row').filter({ hasText: email }).getByRole('link', { name: subject }).first()
    return (await link.count()) > 0 ? ((await link.getAttribute('href')) ?? undefined) : undefined
  }, `a mail ${subject}`)
}

/** Opens a page and answers the words of its main part. */
export async function mainText(page: Page, path: string): Promise<string> {
  await page.goto(path)
  return (await page.getByRole('main').textContent()) ?? ''
}
