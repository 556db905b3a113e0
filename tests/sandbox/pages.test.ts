import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import {
  closeAll,
  control,
  DECLINED,
  pressPay,
  type Running,
  sessionParams,
  start,
  THREE_D_SECURE,
  VISA,
} from './support.ts'

const isAbsent = !existsSync(process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium')
if (isAbsent && process.env['CI'] === 'true') throw new Error('there is no Chromium')

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
type AxeResult = { violations: { id: string; nodes: { html: string }[] }[] }

let browser: Browser
let running: Running
const addresses: Record<string, string> = {}

async function newSession(): Promise<string> {
  const session = await running.stripe.checkout.sessions.create(sessionParams())
  return session.url ?? ''
}

beforeAll(async () => {
  if (isAbsent) return
  browser = await launchBrowser()
  running = await start()
  addresses['an open session'] = await newSession()
  addresses['a declined session'] = await newSession()
  await pressPay(addresses['a declined session'], DECLINED)
  addresses['a paid session'] = await newSession()
  await pressPay(addresses['a paid session'], VISA)
  const asked = await pressPay(await newSession(), THREE_D_SECURE)
  addresses['the 3-D Secure check'] = new URL(asked.headers.get('location') ?? '', running.sandbox.url).href
  addresses['nothing'] = `${running.sandbox.url}/c/pay/cs_test_none`
  await control(running.sandbox, 'POST', 'charges/bulk', [{ amount: 512_000, currency: 'kwd', created: 1_700_000_000 }])
  addresses['home'] = `${running.sandbox.url}/`
})

afterAll(async () => {
  await browser?.close()
  await closeAll()
})

async function problemsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const result = (await page.evaluate('axe.run()')) as AxeResult
  const found = result.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)
  const tooWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
  return tooWide ? [...found, 'wider than the screen'] : found
}

describe.skipIf(isAbsent)('the pages', () => {
  test.each([
    ['light', 390],
    ['dark', 1280],
  ] as const)('are accessible and fit the screen, %s at %i', async (colorScheme, width) => {
    // The pages allow no script at all; the checker is one.
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 844 }, bypassCSP: true })
    for (const [name, address] of Object.entries(addresses)) {
      const page = await context.newPage()
      await page.goto(address)
      expect(await problemsOn(page), name).toEqual([])
      await page.close()
    }
    await context.close()
  })

  test('take a payment with 3-D Secure by keyboard and label, without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.route('http://127.0.0.1:9/**', (route) => route.fulfill({ body: 'thanks' }))
    await page.goto(await newSession())
    await page.getByLabel('E-mail').fill('ann@example')
    await page.getByLabel('Name on card').fill('Ann Example')
    await page.getByLabel('Another test card').check()
    await page.getByLabel('Number of the other card').fill('1234')
    await page.keyboard.press('Enter')
    await page.getByText('This is not a card number').waitFor()
    expect(await page.getByLabel('Number of the other card').inputValue()).toBe('1234')
    await page.getByLabel('E-mail').fill('ann@example.org')
    await page.getByLabel('4000 0025 0000 3155').check()
    await page.getByRole('button', { name: 'Donate $26.06' }).click()
    await page.getByRole('button', { name: 'Complete the payment' }).click()
    await page.waitForURL('http://127.0.0.1:9/thanks?session=cs_test_*')
    await context.close()
  })

  test('lead back to the merchant without paying', async () => {
    const page = await browser.newPage()
    await page.goto(await newSession())
    expect(await page.getByRole('link', { name: 'Back without paying' }).getAttribute('href')).toBe(
      'http://127.0.0.1:9/back',
    )
    await page.close()
  })
})
