import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '#tests/support/browser.ts'
import { behaveAs, invoices, monthlyParams, passPeriod, SAVED_THEN_DECLINED, subscribe } from './billing-support.ts'
import { chargeWith, command } from './money-support.ts'
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
  await addBillingPages()
  addresses['an open session'] = await newSession()
  addresses['a declined session'] = await newSession()
  await pressPay(addresses['a declined session'], DECLINED)
  addresses['a paid session'] = await newSession()
  await pressPay(addresses['a paid session'], VISA)
  const asked = await pressPay(await newSession(), THREE_D_SECURE)
  addresses['the 3-D Secure check'] = new URL(asked.headers.get('location') ?? '', running.sandbox.url).href
  addresses['nothing'] = `${running.sandbox.url}/c/pay/cs_test_none`
  await control(running.sandbox, 'POST', 'charges/bulk', [{ amount: 512_000, currency: 'kwd', created: 1_700_000_000 }])
  await addMoneyPages()
  addresses['home'] = `${running.sandbox.url}/`
})

afterAll(async () => {
  await browser?.close()
  await closeAll()
})

async function addMoneyPages(): Promise<void> {
  const charge = await chargeWith(running, 'pm_card_bypassPending')
  await command(running, 'refunds', { charge: charge.id, amount: 2500, outcome: 'pending' })
  await command(running, 'disputes', { charge: charge.id, amount: 1000 })
  const [payout] = await command<Stripe.Payout[]>(running, 'payouts/run', { currency: 'usd' })
  addresses['a payment'] = `${running.sandbox.url}/d/payments/${charge.id}`
  addresses['a payout'] = `${running.sandbox.url}/d/payouts/${payout?.id}`
}

async function addBillingPages(): Promise<void> {
  const subscription = await subscribe(running)
  const customer = String(subscription.customer)
  await behaveAs(running, String(subscription.default_payment_method), SAVED_THEN_DECLINED)
  await passPeriod(running, subscription.id)
  const [paid, open] = await invoices(running, subscription.id)
  addresses['a paid invoice'] = paid?.hosted_invoice_url ?? ''
  addresses['an open invoice'] = open?.hosted_invoice_url ?? ''
  const portal = async (flow_data?: Stripe.BillingPortal.SessionCreateParams.FlowData) => {
    const params = { customer, return_url: 'http://127.0.0.1:9/', ...(flow_data && { flow_data }) }
    return (await running.stripe.billingPortal.sessions.create(params)).url
  }
  addresses['the portal'] = await portal()
  addresses['a change of card'] = await portal({ type: 'payment_method_update' })
  const subscription_cancel = { subscription: subscription.id }
  addresses['a cancel'] = await portal({ type: 'subscription_cancel', subscription_cancel })
  const monthly = await running.stripe.checkout.sessions.create(monthlyParams())
  addresses['a monthly session'] = monthly.url ?? ''
  const success_url = 'http://127.0.0.1:9/'
  const setup = await running.stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url })
  addresses['a session that saves a card'] = setup.url ?? ''
  const other = await running.stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url })
  const asked = await pressPay(other.url ?? '', THREE_D_SECURE)
  addresses['the check before a card is saved'] = new URL(asked.headers.get('location') ?? '', running.sandbox.url).href
}

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
  ] as const)(
    'are accessible and fit the screen, %s at %i',
    async (colorScheme, width) => {
      // The pages allow no script at all; the checker is one.
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 844 }, bypassCSP: true })
      for (const [name, address] of Object.entries(addresses)) {
        const page = await context.newPage()
        await page.goto(address)
        expect(await problemsOn(page), name).toEqual([])
        await page.close()
      }
      await context.close()
    },
    180_000,
  )

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

  test('recover a failed renewal with one press, without JavaScript', async () => {
    const subscription = await subscribe(running)
    const method = String(subscription.default_payment_method)
    await behaveAs(running, method, SAVED_THEN_DECLINED)
    await passPeriod(running, subscription.id)
    await behaveAs(running, method, null)
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto((await invoices(running, subscription.id))[1]?.hosted_invoice_url ?? '')
    await page.getByRole('button', { name: 'Pay $26.06' }).click()
    await page.getByRole('heading', { name: 'This invoice is paid' }).waitFor()
    expect((await running.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
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
