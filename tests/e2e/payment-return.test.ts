import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'

const url = inject('productUrl')
const LIVE = 'bandages-and-insulin-for-three-field-clinics'
const PAYS = '4242424242424242'
const EMAIL = `verysecret-${Date.now().toString(36)}@donors.example`
const NAME = 'Ann Verysecret'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

async function guest(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false })
  return { context, page: await context.newPage() }
}

/** A gift that is begun; answers where the return page of its session is, and the page at Stripe. */
async function beginGift(page: Page): Promise<string> {
  await page.goto(`/campaigns/${LIVE}/donate`)
  await page.getByLabel('Or your own amount').fill('17.30')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(EMAIL)
  await page.getByLabel('Your name').fill(NAME)
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL((address) => address.origin !== url)
  const session = /cs_\w+/.exec(page.url())?.[0] ?? ''
  return `/donations/return?session_id=${session}`
}

const noSecrets = async (page: Page) => {
  const html = await page.content()
  expect(html).not.toMatch(/verysecret/i)
  expect(html).not.toContain('17.30')
  expect(html).not.toMatch(/\/receipts\/[\w-]{20,}/)
}

test('success page opened without paying: it says so, and credits nothing', async () => {
  const { page, context } = await guest()
  const address = await beginGift(page)
  const opened = await context.newPage()
  await opened.goto(address)
  expect(opened.url()).toContain('/donations/return')
  expect(await opened.getByRole('main').innerText()).toContain('Nothing has been paid yet')
  expect(await opened.getByRole('main').innerText()).not.toMatch(/has arrived|is in the books/i)
})

test('another donor’s session id: no PII, before and after it is paid', async () => {
  const [own, other] = [await guest(), await guest()]
  const address = await beginGift(own.page)
  await other.page.goto(address)
  await noSecrets(other.page)
  await own.page.getByLabel('Name on card').fill(NAME)
  await own.page.locator(`[name=card][value="${PAYS}"]`).check()
  await own.page.getByRole('button', { name: /Donate|Pay/ }).click()
  await own.page.waitForURL(/\/receipts\//)
  await other.page.goto(address)
  expect(other.page.url()).toContain('/donations/return')
  await noSecrets(other.page)
})
