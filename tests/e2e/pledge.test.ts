import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import { lookAt } from '#tests/support/pages.ts'
import { eventually } from '#tests/support/sandbox-money.ts'
import { type Product, startProduct } from '#tests/support/start-product.ts'

const CAMPAIGN = 'Bandages and insulin for three field clinics'
const DAY_SECONDS = 86_400

let product: Product
let sandboxUrl = ''
let sandboxKey = ''
let browser: Browser

// A product of its own: the sandbox's clock goes months ahead, which other tests' figures would not survive.
beforeAll(async () => {
  product = await startProduct({ env: { SANDBOX_PAYOUT_INTERVAL_SECONDS: '0' } })
  const secrets = JSON.parse(await readFile(join(product.dataDir, 'secrets.json'), 'utf8'))
  sandboxUrl = `http://127.0.0.1:${secrets.sandboxPort}`
  sandboxKey = secrets.sandboxKey
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
  const pledge = await beginMonthly(page, email)
  expect(await mainText(page, pledge)).toContain('Running')

  await failNextRenewal(email)
  const failed = await mailTo(page, email, /payment to .* did not go through/)
  expect(await mainText(page, pledge)).toContain('Payment failed')
  await page.goto(failed)
  await page
    .getByRole('main')
    .getByRole('link', { name: /\/recover/ })
    .first()
    .click()
  await page.waitForURL((address) => address.origin === sandboxUrl)
  await page.getByRole('radio', { name: /Pays at once/ }).check()
  await page.getByRole('button', { name: /Pay/ }).click()
  await page.getByRole('heading', { name: 'This invoice is paid' }).waitFor()
  await mailTo(page, email, /went through/)
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
  await control('POST', 'clock/advance', { seconds: 70 * DAY_SECONDS })
  await page.goto(pledge)
  expect(await page.getByRole('link', { name: /^Receipt of/ }).count()).toBe(2)
  await context.close()
}, 300_000)

test('the pledge’s page is accessible and fits a phone, running, failed and lapsed', async () => {
  const page = await (await browser.newContext({ baseURL: product.url })).newPage()
  const email = 'looked@donors.example'
  const pledge = await beginMonthly(page, email)
  const problems: string[] = []
  await page.goto(pledge)
  problems.push(...(await lookAt(page, 'pledge-running')))
  await page.goto(`${pledge}/cancel`)
  problems.push(...(await lookAt(page, 'pledge-cancel')))
  await failNextRenewal(email)
  const says = (words: string) => async () => ((await mainText(page, pledge)).includes(words) ? true : undefined)
  await eventually(says('Payment failed'), 'the failure to be known')
  problems.push(...(await lookAt(page, 'pledge-failed')))
  await control('POST', 'clock/advance', { seconds: 12 * DAY_SECONDS })
  await eventually(says('Stopped'), 'the pledge to stop')
  problems.push(...(await lookAt(page, 'pledge-lapsed')))
  await page.getByRole('button', { name: /^Go on with/ }).click()
  await payHere(page)
  await page.waitForURL(/\/receipts\//)
  await page.getByRole('link', { name: 'Your monthly gift' }).click()
  await page.getByText('Running').first().waitFor()
  expect(problems).toEqual([])
}, 300_000)

/** Through the giving page to the pledge's own; answers its address. */
async function beginMonthly(page: Page, email: string): Promise<string> {
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: CAMPAIGN }).first().click()
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  expect(await page.getByRole('radio', { name: /^Once/ }).isChecked()).toBe(true)
  await page.getByRole('radio', { name: /^Monthly/ }).check({ force: true })
  await page.getByLabel('Or your own amount').fill('15')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(email)
  await page.getByRole('button', { name: /Go to payment: \$15.00 a month/ }).click()
  await payHere(page)
  await page.waitForURL(/\/receipts\//)
  await page.getByRole('link', { name: 'Your monthly gift' }).click()
  await page.waitForURL(/\/pledges\//)
  return new URL(page.url()).pathname
}

async function payHere(page: Page): Promise<void> {
  await page.waitForURL((address) => address.origin === sandboxUrl)
  await page.getByLabel('Name on card').fill('A Giver')
  await page.getByRole('button', { name: /Donate|Pay|Subscribe/ }).click()
}

/** The card of this donor's subscription begins to be declined, and a month goes by. */
async function failNextRenewal(email: string): Promise<void> {
  const customers = await api(`customers?email=${encodeURIComponent(email)}`)
  const [subscription] = (await api(`subscriptions?customer=${customers[0]?.['id']}`)) ?? []
  const card = { payment_method: subscription?.['default_payment_method'], behaves_as: '4000000000000341' }
  await control('PUT', 'cards', card)
  await control('POST', 'clock/advance', { seconds: 31 * DAY_SECONDS + 7_200 })
}

async function pauseAndResume(page: Page, pledge: string): Promise<void> {
  await page.goto(pledge)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.waitForURL(/done=pause/)
  expect(await page.getByRole('main').innerText()).toContain('Nothing is charged until you resume it')
  await page.getByRole('button', { name: 'Resume now' }).click()
  await page.waitForURL(/done=resume/)
  expect(await page.getByRole('main').innerText()).toContain('The next charge is on')
}

/** Waits for somebody's mail by its subject in the mailbox page; answers its address. The demo's pledges get mails too. */
async function mailTo(page: Page, email: string, subject: RegExp): Promise<string> {
  return eventually(async () => {
    await page.goto('/mailbox')
    const link = page.getByRole('row').filter({ hasText: email }).getByRole('link', { name: subject }).first()
    return (await link.count()) > 0 ? ((await link.getAttribute('href')) ?? undefined) : undefined
  }, `a mail ${subject} to ${email}`)
}

async function mainText(page: Page, path: string): Promise<string> {
  await page.goto(path)
  return page.getByRole('main').innerText()
}

async function api(path: string): Promise<Record<string, string>[]> {
  const answer = await fetch(`${sandboxUrl}/v1/${path}`, { headers: { authorization: `Bearer ${sandboxKey}` } })
  return ((await answer.json()) as { data: Record<string, string>[] }).data
}

async function control(method: string, path: string, body: object): Promise<void> {
  const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(`${sandboxUrl}/_sandbox/${path}`, init)
  if (!answer.ok) throw new Error(await answer.text())
}
