import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, openGiving, signIn } from '#tests/support/browser.ts'
import { hearComplaints, lookAt } from '#tests/support/pages.ts'
import { readPdf } from '#tests/support/read-pdf.ts'
import { eventually } from '#tests/support/sandbox-money.ts'

const url = inject('productUrl')
const email = `reader-${Date.now().toString(36)}@donors.example`

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** Gives 25 dollars by card, as a guest; ends on the receipt's page. */
async function give(page: Page): Promise<string> {
  await page.goto('/')
  const title = 'Bandages and insulin for three field clinics'
  await page.getByRole('main').getByRole('link', { name: title }).first().click()
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.waitForURL(/\/donate/)
  await page.goto(`${new URL(page.url()).pathname}?step=giver&amount=25&tip=10&coverFee=yes`)
  await page.getByLabel('Your e-mail address').fill(email)
  await page.getByLabel('Your name').fill('Олена Reader')
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL((address) => address.origin !== url)
  await page.getByLabel('Name on card').fill('A Reader')
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  await page.waitForURL(/\/receipts\//)
  return new URL(page.url()).pathname
}

async function pdfAt(context: BrowserContext, path: string) {
  const answer = await context.request.get(path)
  expect(answer.status()).toBe(200)
  expect(answer.headers()['content-type']).toBe('application/pdf')
  return readPdf(await answer.body())
}

test('a donor without an account and without JavaScript asks for the link, sees what they gave, and closes the page', async () => {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false })
  const page = await context.newPage()
  const complaints = hearComplaints(page)
  const receipt = await give(page)
  const number = page.getByText(/^MINNEAPOLIS-\d{6}$/)
  await eventually(
    async () => ((await number.count()) > 0 ? true : void (await page.reload())),
    'the receipt to be numbered',
  )
  const label = (await number.textContent()) ?? ''
  const pdf = await pdfAt(context, `${receipt}/receipt.pdf`)
  for (const words of [`Receipt ${label}`, 'Олена Reader', 'Northern Lights Mutual Aid', 'EIN 41-0000001'])
    expect(pdf.text).toContain(words)

  await openGiving(page, email)
  const main = page.getByRole('main')
  await main.getByText(email).first().waitFor()
  await main.getByRole('link', { name: new RegExp(`^${label}`) }).waitFor()
  await main.getByRole('button', { name: 'Send again' }).click()
  await main.getByText('On its way.').waitFor()
  await main.getByRole('table', { name: 'What you gave in each year' }).getByRole('link').first().click()
  await page.getByRole('heading', { level: 1, name: /Your gifts to Minneapolis in \d{4}/ }).waitFor()
  const summary = await pdfAt(context, `${new URL(page.url()).pathname}/summary.pdf`)
  expect(summary.text).toContain(label)
  const stranger = await browser.newContext({ baseURL: url })
  expect((await stranger.request.get(`${new URL(page.url()).pathname}/summary.pdf`)).status()).toBe(404)
  await stranger.close()

  const cookies = await context.cookies()
  expect(cookies.filter(({ name }) => name.includes('giving'))).toMatchObject([
    { path: '/giving', httpOnly: true, sameSite: 'Lax' },
  ])
  await page.goto('/giving')
  await main.getByRole('button', { name: 'Close this page' }).click()
  await main.getByLabel('Your e-mail address').waitFor()
  expect(complaints()).toEqual([])
  await context.close()
})

test('a link of nothing opens nothing and says what to do', async () => {
  const page = await (await browser.newContext({ baseURL: url })).newPage()
  await page.goto(`/giving/${'x'.repeat(43)}`)
  await page.getByRole('button', { name: 'Show my gifts' }).click()
  await page.getByRole('alert').getByText('This link no longer works').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'ask for a new one' }).click()
  await page.getByLabel('Your e-mail address').waitFor()
  await page.context().close()
})

test('an administrator changes what receipts say; a form sent from an old page overwrites nothing', async () => {
  const { page, context } = await signIn(browser, url, 'admin@demo.example')
  await page.goto('/admin')
  await page.getByRole('main').getByRole('link', { name: 'Leeds' }).click()
  await page.getByRole('heading', { name: 'What receipts say' }).waitFor()
  const problems = await lookAt(page, 'admin-chapter-receipts')
  const old = await context.newPage()
  await old.goto(page.url())
  const line = `Signed in the test ${Date.now().toString(36)}`
  await page.getByLabel('Signature line').fill(line)
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await page.getByText('Receipts say this from now on').waitFor()
  expect(await page.getByLabel('Signature line').inputValue()).toBe(line)
  await old.getByLabel('Signature line').fill('Never')
  await old.getByRole('button', { name: 'Save as a new version' }).click()
  await old.getByRole('alert').getByText('Somebody else changed these settings').waitFor()
  expect(problems).toEqual([])
  await context.close()
})

test('on paper a receipt has neither header nor footer nor banner', async () => {
  const page = await (await browser.newContext({ baseURL: url })).newPage()
  await openGiving(page, email)
  await page
    .getByRole('table', { name: /Gifts that arrived/ })
    .getByRole('link')
    .first()
    .click()
  await page.waitForURL(/\/receipts\//)
  await page.emulateMedia({ media: 'print' })
  for (const part of [
    page.locator('body > header'),
    page.locator('body > footer'),
    page.getByRole('complementary', { name: 'Sandbox' }),
  ])
    expect(await part.isVisible()).toBe(false)
  expect(await page.getByRole('heading', { name: 'Receipt', exact: true }).isVisible()).toBe(true)
  await page.context().close()
})

test('a page that failed says so in our words, with nothing of the error, and leads back', async () => {
  const page = await (await browser.newContext({ baseURL: url })).newPage()
  await page.addInitScript(() => {
    HTMLElement.prototype.focus = () => {
      throw new Error('planted in the test')
    }
  })
  await page.goto('/giving')
  await page.getByRole('button', { name: 'Send me the link' }).click()
  const main = page.getByRole('main')
  await main.getByRole('heading', { level: 1, name: 'Something went wrong on our side' }).waitFor()
  expect(await main.textContent()).not.toContain('planted')
  expect(await lookAt(page, 'error')).toEqual([])
  await main.getByRole('link', { name: 'To the first page' }).click()
  await page.waitForURL(`${url}/`)
  await page.context().close()
})
