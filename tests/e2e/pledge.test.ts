import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import { beginMonthly, failNextRenewal, mainText, mendRenewal, payHere } from '#tests/support/monthly-gift.ts'
import { lookAt } from '#tests/support/pages.ts'
import { openSandboxDesk, type SandboxDesk } from '#tests/support/sandbox-desk.ts'
import { eventually } from '#tests/support/sandbox-money.ts'
import { startOwnProduct } from '#tests/support/start-own-product.ts'
import type { Product } from '#tests/support/start-product.ts'

let product: Product
let desk: SandboxDesk
let browser: Browser

// A product of its own: the sandbox's clock goes months ahead, which other tests' figures would not survive.
beforeAll(async () => {
  product = await startOwnProduct({ SANDBOX_PAYOUT_INTERVAL_SECONDS: '0' })
  desk = await openSandboxDesk(product)
  browser = await launchBrowser()
}, 400_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

test('a guest without JavaScript gives monthly; a renewal fails, is mended by one click, and the pledge is ended', async () => {
  const context = await browser.newContext({
    baseURL: product.url,
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  })
  const page = await context.newPage()
  const email = 'monthly@donors.example'
  const pledge = await beginMonthly(page, desk, email)
  expect(await mainText(page, pledge)).toContain('Running')

  await failNextRenewal(desk, email)
  const failed = async () => ((await mainText(page, pledge)).includes('Payment failed') ? true : undefined)
  await eventually(failed, 'the failure to be known')
  await mendRenewal(page, desk, email)
  const mended = await mainText(page, pledge)
  expect(mended).toContain('Running')
  await page.goto(pledge)
  expect(await page.getByRole('link', { name: /^Receipt of/ }).count()).toBe(2)

  await pauseAndResume(page, pledge)
  await page.getByRole('link', { name: 'End my monthly gift' }).click()
  await page.getByRole('button', { name: 'End it' }).click()
  await page.waitForURL(/done=cancel/)
  const ended = await page.getByRole('main').innerText()
  expect(ended).toContain('You ended it')
  expect(ended).toContain('Nothing more is charged')
  await desk.advanceDays(70)
  await page.goto(pledge)
  expect(await page.getByRole('link', { name: /^Receipt of/ }).count()).toBe(2)
  await context.close()
}, 300_000)

test('the pledge’s page is accessible and fits a phone, running, failed and lapsed', async () => {
  const page = await (await browser.newContext({ baseURL: product.url })).newPage()
  const email = 'looked@donors.example'
  const pledge = await beginMonthly(page, desk, email)
  const problems: string[] = []
  await page.goto(pledge)
  problems.push(...(await lookAt(page, 'pledge-running')))
  await page.goto(`${pledge}/cancel`)
  problems.push(...(await lookAt(page, 'pledge-cancel')))
  await failNextRenewal(desk, email)
  const says = (words: string) => async () => ((await mainText(page, pledge)).includes(words) ? true : undefined)
  await eventually(says('Payment failed'), 'the failure to be known')
  problems.push(...(await lookAt(page, 'pledge-failed')))
  await desk.advanceDays(12)
  await eventually(says('Stopped'), 'the pledge to stop')
  problems.push(...(await lookAt(page, 'pledge-lapsed')))
  await page.getByRole('button', { name: /^Go on with/ }).click()
  await payHere(page, desk)
  await page.waitForURL(/\/receipts\//)
  await page.getByRole('link', { name: 'Your monthly gift' }).click()
  await page.getByText('Running').first().waitFor()
  expect(problems).toEqual([])
}, 300_000)

async function pauseAndResume(page: Page, pledge: string): Promise<void> {
  await page.goto(pledge)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.waitForURL(/done=pause/)
  expect(await page.getByRole('main').innerText()).toContain('Nothing is charged until you resume it')
  await page.getByRole('button', { name: 'Resume now' }).click()
  await page.waitForURL(/done=resume/)
  expect(await page.getByRole('main').innerText()).toContain('The next charge is on')
}
