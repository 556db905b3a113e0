import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The Chromium that `npm test` found, driven headless. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: ARGS })
}

export type Person = { context: BrowserContext; page: Page; email: string }

/** Signs a person in as they would: asks for a link, opens it in the mailbox page, presses the button. */
export async function signIn(
  browser: Browser,
  url: string,
  email: string,
  options: { javaScript?: boolean; next?: string } = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: options.javaScript ?? true })
  const page = await context.newPage()
  await page.goto(`/sign-in?next=${options.next ?? '/'}`)
  await page.getByLabel('Your e-mail address').fill(email)
  await page.getByRole('button', { name: 'Send me a sign-in link' }).click()
  await page.waitForURL(/check-mail/)
  await page.goto('/mailbox')
  const main = page.getByRole('main')
  await main.getByRole('link', { name: 'Your sign-in link for Common Purse' }).first().click()
  await main
    .getByRole('link', { name: /confirm/ })
    .first()
    .click()
  await main.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'))
  return { context, page, email }
}

/** Opens a donor's own page as they would: asks for the link, opens it in the mailbox page, presses the button. */
export async function openGiving(page: Page, email: string): Promise<void> {
  await page.goto('/giving')
  await page.getByLabel('Your e-mail address').fill(email)
  await page.getByRole('button', { name: 'Send me the link' }).click()
  await page.waitForURL(/\/giving\/check-mail/)
  await page.goto('/mailbox')
  const main = page.getByRole('main')
  await main.getByRole('link', { name: 'Everything you gave, on one page' }).first().click()
  await main
    .getByRole('link', { name: /\/giving\// })
    .first()
    .click()
  await main.getByRole('button', { name: 'Show my gifts' }).click()
  await page.getByRole('heading', { name: 'Year by year' }).waitFor()
}
