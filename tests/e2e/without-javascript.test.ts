import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { PHONE } from '#tests/support/pages.ts'

const url = inject('productUrl')
const LIVE = 'bandages-and-insulin-for-three-field-clinics'
const DECLINED = '4000000000000002'
const PAYS = '4242424242424242'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

async function guest(): Promise<Page> {
  return (await browser.newContext({ baseURL: url, javaScriptEnabled: false, viewport: PHONE })).newPage()
}

/** The two steps, down to the page of the bank card. */
async function goToPayment(page: Page, amount: string): Promise<void> {
  await page.goto(`/campaigns/${LIVE}/donate`)
  await page.getByLabel('Or your own amount').fill(amount)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill('plain@donors.example')
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL((address) => address.origin !== url)
}

test('giving takes two steps, and a mistake in each loses nothing that was typed', async () => {
  const page = await guest()
  await page.goto(`/campaigns/${LIVE}`)
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  const amount = page.getByLabel('Or your own amount')
  await amount.fill('4.999')
  await page.getByLabel(/I also pay the card fee/).check()
  await page.getByLabel('10 % of my gift').check()
  await page.getByRole('button', { name: 'Go on' }).click()
  expect(await amount.getAttribute('aria-invalid')).toBe('true')
  expect(await amount.inputValue()).toBe('4.999')
  expect(await page.getByLabel(/I also pay the card fee/).isChecked()).toBe(true)
  expect(await page.getByLabel('10 % of my gift').isChecked()).toBe(true)

  await amount.fill('40')
  await page.getByRole('button', { name: 'Go on' }).click()
  expect(await page.getByRole('main').innerText()).toContain('$40.00')
  const email = page.getByLabel('Your e-mail address')
  await email.fill('nobody')
  await page.getByLabel('Your name').fill('Plain Giver')
  await page.getByLabel('Show my name').check()
  const toPay = (await page.getByRole('button', { name: /Go to payment/ }).innerText()).replace(/^.*: /, '')
  await page.getByRole('button', { name: /Go to payment/ }).click()
  expect(await email.getAttribute('aria-invalid')).toBe('true')
  expect(await email.inputValue()).toBe('nobody')
  expect(await page.getByLabel('Your name').inputValue()).toBe('Plain Giver')
  expect(await page.getByLabel('Show my name').isChecked()).toBe(true)
  expect(await page.getByRole('main').innerText()).toContain('$40.00')

  await email.fill('plain@donors.example')
  await page.getByRole('button', { name: `Go to payment: ${toPay}` }).click()
  await page.waitForURL((address) => address.origin !== url)
  expect(await page.getByRole('main').innerText()).toContain(toPay)
})

test('a declined card is told where the card is chosen, and another card still pays', async () => {
  const page = await guest()
  await goToPayment(page, '31.50')
  await page.getByLabel('Name on card').fill('Plain Giver')
  await page.locator(`[name=card][value="${DECLINED}"]`).check()
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  expect(await page.getByRole('alert').innerText()).toContain('declined')
  expect(await page.getByLabel('Name on card').inputValue()).toBe('Plain Giver')
  await page.locator(`[name=card][value="${PAYS}"]`).check()
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  await page.waitForURL(/\/receipts\//)
  const receipt = await page.getByRole('main').innerText()
  expect(receipt).toContain('$31.50')
  expect(receipt).not.toContain('undefined')
})

test('whoever goes back without paying is on our page again and can give', async () => {
  const page = await guest()
  await goToPayment(page, '12')
  await page.getByRole('link', { name: /Back without paying/ }).click()
  await page.waitForURL((address) => address.origin === url)
  expect(new URL(page.url()).pathname).toContain(LIVE)
  expect(
    await page
      .getByRole('button', { name: 'Go on' })
      .or(page.getByRole('link', { name: 'Give', exact: true }))
      .count(),
  ).toBeGreaterThan(0)
})

test('a campaign is written, mended, sent back, sent again and published without JavaScript', async () => {
  const callum = (await signIn(browser, url, 'callum@demo.example', { javaScript: false })).page
  const yusuf = (await signIn(browser, url, 'yusuf@demo.example', { javaScript: false })).page
  const title = `Stoves for the plain page ${Date.now().toString(36)}`
  await callum.goto('/organizer/campaigns/new')
  await callum.getByLabel('Title').fill(title)
  await callum.getByLabel('Summary').fill('Two stoves for a hall that has no power.')
  await callum.getByLabel('Story').fill('The hall cooks for 200 people.\n\nIt needs **two stoves** that burn wood.')
  await callum.getByRole('textbox', { name: 'Goal' }).fill('1e21')
  await callum.getByRole('checkbox', { name: /Steppe Kitchen/ }).check()
  await callum.getByLabel('Kind of aid').first().selectOption('food')
  await callum.getByLabel('What it pays for').first().fill('Two stoves')
  await callum.getByLabel('Amount').first().fill('900')
  await callum.getByRole('button', { name: 'Save draft' }).click()
  const goal = callum.getByRole('textbox', { name: 'Goal' })
  expect(await goal.getAttribute('aria-invalid')).toBe('true')
  expect(await goal.inputValue()).toBe('1e21')
  expect(await callum.getByLabel('Kind of aid').first().inputValue()).toBe('food')
  expect(await callum.getByRole('checkbox', { name: /Steppe Kitchen/ }).isChecked()).toBe(true)
  await goal.fill('900.00')
  await callum.getByRole('button', { name: 'Save draft' }).click()
  await callum.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  const desk = callum.url()
  await callum.getByRole('button', { name: 'Send for review' }).click()

  const review = `/organizer/review?campaign=${desk.split('/').at(-1)}`
  await yusuf.goto(review)
  await yusuf.getByLabel('Note').fill('no')
  await yusuf.getByRole('button', { name: 'Send back' }).click()
  expect(await yusuf.getByLabel('Note').getAttribute('aria-invalid')).toBe('true')
  await yusuf.getByLabel('Note').fill('Say which hall it is.')
  await yusuf.getByRole('button', { name: 'Send back' }).click()
  await yusuf.waitForURL(desk)

  await callum.goto(desk)
  expect(await callum.getByRole('main').innerText()).toContain('Say which hall it is.')
  await callum.getByRole('link', { name: 'Edit this draft' }).click()
  await callum.getByLabel('Summary').fill('Two stoves for the hall at the river, which has no power.')
  await callum.getByRole('button', { name: /Save/ }).click()
  await callum.waitForURL(desk)
  await callum.getByRole('button', { name: 'Send for review' }).click()

  await yusuf.goto(review)
  await yusuf.getByRole('button', { name: 'Let it go live' }).click()
  await yusuf.waitForURL(desk)
  const page = await guest()
  await page.goto('/campaigns')
  await page.getByRole('link', { name: title }).first().click()
  expect(await page.getByRole('main').innerText()).toContain('the hall at the river')
})
