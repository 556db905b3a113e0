import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

type SignInOptions = { javaScript?: boolean; next?: string }

/**
 * Signs a person in as they would: asks for a link, opens it in the mailbox page, presses the button. Whoever has done
 * so once in this run keeps the session for the next test file: the product sends one address five links in a quarter
 * of an hour, and no more.
 */
export async function signIn(
  browser: Browser,
  url: string,
  email: string,
  options: SignInOptions = {},
): Promise<Person> {
  const known = await resumeSession(browser, url, email, options)
  if (known) return known
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
  await context.storageState({ path: sessionFile(url, email) })
  return { context, page, email }
}

/** The session that an earlier test file left, while the product still knows it. */
async function resumeSession(
  browser: Browser,
  url: string,
  email: string,
  options: SignInOptions,
): Promise<Person | null> {
  const storageState = sessionFile(url, email)
  if (!existsSync(storageState)) return null
  const context = await browser.newContext({
    ...{ baseURL: url, javaScriptEnabled: options.javaScript ?? true, storageState },
  })
  const page = await context.newPage()
  await page.goto(options.next ?? '/')
  if (
    (await page
      .getByRole('link', { name: 'Sign out' })
      .or(page.getByRole('button', { name: 'Sign out' }))
      .count()) > 0
  )
    return { context, page, email }
  await context.close()
  return null
}

/** One file for each person and run; another product on the same port does not know the cookie and asks anew. */
function sessionFile(url: string, email: string): string {
  return join(tmpdir(), `common-purse-session-${process.ppid}-${new URL(url).port}-${email.replace(/\W/g, '-')}.json`)
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
