import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { choiceLink, HELD_CAMPAIGN, openGroup, rejectGroup, suspendGroup } from '#tests/support/failed-vetting.ts'
import { PHONE } from '#tests/support/pages.ts'
import { eventually } from '#tests/support/sandbox-money.ts'

const url = inject('productUrl')
const CAMPAIGN = '/campaigns/heat-for-the-evacuation-shelters'

let browser: Browser
let reviewer: Page

beforeAll(async () => {
  browser = await launchBrowser()
  reviewer = await openGroup(browser, url)
})
afterAll(() => browser?.close())

test('a suspended aid group: a neutral notice in public, the money set aside at the treasurers’ desk', async () => {
  await suspendGroup(reviewer)
  const guest = await (await browser.newContext({ baseURL: url, javaScriptEnabled: false })).newPage()
  const notice = guest.getByText(/Payments to this group (are on hold|have ended)/)
  await eventually(async () => {
    await guest.goto(CAMPAIGN)
    return (await notice.count()) > 0 ? true : undefined
  }, 'the notice on the campaign’s page')
  const text = await guest.getByRole('main').innerText()
  for (const word of ['suspended', 'browser tests', 'Olek']) expect(text).not.toContain(word)
  await guest.goto(`${CAMPAIGN}/donate`)
  expect(await notice.count()).toBe(1)

  const { page: treasurer } = await signIn(browser, url, 'ines@demo.example', { next: '/treasurer/holds' })
  await treasurer.goto('/treasurer/holds')
  await treasurer.getByRole('main').getByRole('link', { name: HELD_CAMPAIGN }).first().click()
  await treasurer.waitForURL(/\/treasurer\/holds\/.+/)
  expect(await treasurer.getByRole('main').innerText()).toMatch(/Set aside now\s+USD\s[1-9]/)
})

test('a giver chooses by the link in the mail, on a phone, without an account and without JavaScript', async () => {
  await reviewer.reload()
  await rejectGroup(reviewer)
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false, viewport: PHONE })
  const page = await context.newPage()
  const path = await choiceLink(page)
  await page.goto(path)
  const back = page.getByLabel('I want it back')
  if ((await page.locator('input[name=choice]:checked').count()) === 0) {
    await page.getByRole('button', { name: 'Keep my choice' }).click()
    expect(await page.getByRole('main').innerText()).toContain('Choose one of the two.')
  }
  await back.check()
  await page.getByRole('button', { name: 'Keep my choice' }).click()
  await page.waitForURL(/done=yes/)
  expect(await page.getByRole('main').innerText()).toContain('The money comes back to you')
  await page.goto(path)
  expect(await page.getByLabel('I want it back').isChecked()).toBe(true)
  await page.getByLabel(/It goes on to/).check()
  await page.getByRole('button', { name: 'Keep my choice' }).click()
  await page.waitForURL(/done=yes/)
  expect(await page.getByRole('main').innerText()).toContain('The money goes on')
  await page.goto(`/choices/${'x'.repeat(43)}`)
  expect(await page.getByRole('heading', { level: 1 }).innerText()).not.toContain('gift')
})
