import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { bankForeignGift, exchangeLink, FOREIGN_CAMPAIGN } from '#tests/support/foreign-gift.ts'
import { hearComplaints, lookAt } from '#tests/support/pages.ts'

const url = inject('productUrl')

let browser: Browser
let giver: Page
let page: Page
let receipt: string
let complaints: () => string[]

beforeAll(async () => {
  browser = await launchBrowser()
  page = (await signIn(browser, url, 'tomas@demo.example')).page
  giver = await (await browser.newContext({ baseURL: url })).newPage()
  receipt = await bankForeignGift(giver, page, inject('sandboxUrl'), 'gbp')
  complaints = hearComplaints(page)
}, 240_000)
afterAll(() => browser?.close())

const main = () => page.getByRole('main')

test('wrong fields of an exchange are named, and nothing typed is lost', async () => {
  await exchangeLink(page, 'gbp').click()
  await page.waitForURL(/\/exchanges\/new\?purse=\d+$/)
  await page.getByRole('textbox', { name: 'What left the bank' }).fill('99999.00')
  await page.getByRole('textbox', { name: 'What arrived' }).fill('12,345')
  await page.getByLabel('Where both amounts stand').fill('Advice of the bank, no. 7')
  await main().getByRole('button', { name: 'Record this exchange' }).click()
  await main()
    .getByRole('alert')
    .getByText(/can be read in two ways/)
    .waitFor()
  await page.getByRole('textbox', { name: 'What arrived' }).fill('110.00')
  await main().getByRole('button', { name: 'Record this exchange' }).click()
  await main()
    .getByRole('alert')
    .getByText(/The purse has/)
    .waitFor()
  expect(await page.getByRole('textbox', { name: 'What left the bank' }).inputValue()).toBe('99999.00')
  expect(await page.getByLabel('Where both amounts stand').inputValue()).toBe('Advice of the bank, no. 7')
  expect(await lookAt(page, 'exchange-wrong')).toEqual([])
})

test('an exchange is recorded, listed with its rate, and seen on the giver’s receipt', async () => {
  await page.getByRole('textbox', { name: 'What left the bank' }).fill('100.00')
  await page.getByRole('textbox', { name: 'The bank’s fee' }).fill('2.50')
  await main().getByRole('button', { name: 'Record this exchange' }).click()
  await page.waitForURL(/done=record/)
  const row = main()
    .getByRole('table', { name: /^Exchanges/ })
    .getByRole('row', { name: new RegExp(FOREIGN_CAMPAIGN) })
    .first()
  expect(await row.textContent()).toMatch(/100\.00.*110\.00.*1\.1/)
  expect(await lookAt(page, 'exchanges')).toEqual([])
  await giver.goto(receipt)
  await giver.getByText(/was exchanged and came to/).waitFor()
  expect(await lookAt(giver, 'exchange-receipt')).toEqual([])
})

test('an exchange that was entered by mistake is taken back with a reason', async () => {
  await main().getByText('Entered by mistake?').first().click()
  await main().getByLabel('Why').first().fill('It was another purse')
  await main().getByRole('button', { name: 'Take this exchange back' }).first().click()
  await page.waitForURL(/done=back/)
  await main().getByText('It was another purse').first().waitFor()
  await giver.goto(receipt)
  expect(await giver.getByText(/was exchanged and came to/).count()).toBe(0)
  expect(complaints()).toEqual([])
})

test('to people of another chapter there is no such purse', async () => {
  const { page: other } = await signIn(browser, url, 'callum@demo.example')
  for (const path of [
    '/treasurer/exchanges/new?purse=1',
    '/treasurer/exchanges/new?purse=x',
    '/treasurer/exchanges/new',
  ])
    expect((await other.goto(path))?.status()).toBe(404)
})
