import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { lookAt } from '#tests/support/pages.ts'

const url = inject('productUrl')
const LIVE = 'bandages-and-insulin-for-three-field-clinics'
const PAYS = '4242424242424242'

let browser: Browser
let admin: Page

beforeAll(async () => {
  browser = await launchBrowser()
  admin = (await signIn(browser, url, 'admin@demo.example')).page
})
afterAll(async () => {
  await setDefence('auto')
  await browser?.close()
})

async function guest(javaScriptEnabled: boolean): Promise<Page> {
  return (await browser.newContext({ baseURL: url, javaScriptEnabled })).newPage()
}

async function setDefence(mode: 'auto' | 'on'): Promise<void> {
  await admin.goto('/admin/defence')
  await admin.locator(`[name=mode][value=${mode}]`).check()
  await admin.getByLabel('Why').fill('A test of the browser.')
  await admin.getByRole('button', { name: 'Set it' }).click()
  await admin.getByRole('status').filter({ hasText: 'It is set' }).waitFor()
}

/** Both steps up to the button of the second. */
async function fillBoth(page: Page, email: string): Promise<void> {
  await page.goto(`/campaigns/${LIVE}/donate`)
  await page.getByLabel('Or your own amount').fill('12.50')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(email)
}

const toPayment = (page: Page) => page.getByRole('button', { name: /Go to payment/ })
const leftUs = (page: Page) => page.waitForURL((address) => address.origin !== url)
const someone = (name: string) => `${name}-${Date.now().toString(36)}@donors.example`

test('with the defence on, a browser does its work while the giver types, and goes on to the payment', async () => {
  await setDefence('on')
  const page = await guest(true)
  await fillBoth(page, someone('works'))
  await page.getByText('Your browser has done its piece of work').waitFor()
  expect(await lookAt(page, 'guest-donate-challenged')).toEqual([])
  await toPayment(page).click()
  await leftUs(page)
})

test('without JavaScript the giver waits a moment, presses again, and nothing typed is lost', async () => {
  await setDefence('on')
  const page = await guest(false)
  const email = someone('waits')
  await fillBoth(page, email)
  await toPayment(page).click()
  const told = await page.getByRole('alert').innerText()
  expect(told).toMatch(/wait \d+ seconds, then press the button again/)
  expect(await page.getByLabel('Your e-mail address').inputValue()).toBe(email)
  await page.waitForTimeout((Number(/wait (\d+) seconds/.exec(told)?.[1]) + 1) * 1_000)
  await toPayment(page).click()
  await leftUs(page)
})

test('whoever has given before goes straight on', async () => {
  await setDefence('auto')
  const email = someone('again')
  const page = await guest(false)
  await fillBoth(page, email)
  await toPayment(page).click()
  await leftUs(page)
  await page.getByLabel('Name on card').fill('Again')
  await page.locator(`[name=card][value="${PAYS}"]`).check()
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  await page.waitForURL(/\/receipts\//)
  await setDefence('on')
  await fillBoth(page, email)
  await toPayment(page).click()
  await leftUs(page)
})

test('the desk shows the state, the counts and who set the switch', async () => {
  await setDefence('auto')
  await admin.goto('/admin/defence')
  const text = await admin.getByRole('main').innerText()
  expect(text).toContain('Nobody is challenged now')
  expect(text).toContain('A test of the browser.')
  expect(await lookAt(admin, 'admin-defence')).toEqual([])
})
