import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { askForLink, fillEverything, openLink, phoneOf, readMailedLink, sendIn } from '#tests/support/apply-steps.ts'
import { launchBrowser, openGiving, signIn } from '#tests/support/browser.ts'
import { choiceLink, HELD_CAMPAIGN, openGroup, rejectGroup, suspendGroup } from '#tests/support/failed-vetting.ts'
import { bankForeignGift, exchangeLink } from '#tests/support/foreign-gift.ts'
import { hearComplaints, listRoutes, lookAt, ownLinks, PHONE, type Route } from '#tests/support/pages.ts'
import { eventually } from '#tests/support/sandbox-money.ts'
import { sendNoList } from '#tests/support/send-list.ts'

const url = inject('productUrl')
const SAMPLES_PER_ROUTE = 3

let browser: Browser
let routes: Route[]
const seen = new Set<string>()

beforeAll(async () => {
  browser = await launchBrowser()
  routes = await listRoutes()
})
afterAll(() => browser?.close())

async function guest(): Promise<Page> {
  return (await browser.newContext({ baseURL: url })).newPage()
}

async function signedIn(name: string): Promise<Page> {
  return (await signIn(browser, url, `${name}@demo.example`)).page
}

/**
 * Follows the links from the first addresses: of every page of the app a few samples, of addresses that differ in
 * their query's names one each. Pages that other tests change are looked at as they are.
 */
async function walk(page: Page, who: string, starts: string[], stays: (route: string) => boolean): Promise<string[]> {
  const problems: string[] = []
  const waiting = [...starts]
  const taken = new Map<string, number>()
  const complaints = hearComplaints(page)
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const address = new URL(path, url)
    const route = routes.find(({ pattern }) => pattern.test(address.pathname))?.route
    if (route === undefined || !stays(route)) continue
    const shape = `${route} ${[...address.searchParams.keys()].sort().join(' ')}`
    const count = taken.get(shape) ?? 0
    if (count >= (address.search ? 1 : route.includes('[') ? SAMPLES_PER_ROUTE : 1)) continue
    taken.set(shape, count + 1)
    await page.setViewportSize(PHONE)
    const answer = await page.goto(path)
    seen.add(route)
    const name = `${who}${shape.replaceAll(/[^a-z]+/gi, '-')}-${count}`.replace('--', '-')
    if (answer?.status() !== 200) problems.push(`${path} answers ${answer?.status()}`)
    problems.push(...(await lookAt(page, name)))
    problems.push(...complaints().map((heard) => `${path} ${heard}`))
    for (const link of await ownLinks(page)) if (!starts.includes(link)) waiting.push(link)
  }
  await page.context().close()
  return problems
}

const isPublic = (route: string) => !/^\/(organizer|vetting|treasurer|admin|mailbox)/.test(route)

test('public pages are accessible, fit a phone and run without an error', async () => {
  const starts = ['/', '/sign-in', '/sign-in?problem=link', '/sign-in/check-mail', '/ledger?from=2026-02-30']
  starts.push('/giving/check-mail', `/giving/${'x'.repeat(43)}`)
  expect(await walk(await guest(), 'guest', starts, isPublic)).toEqual([])
})

test.each([
  ['mara', ['/organizer', '/treasurer/disbursements']],
  ['dana', ['/vetting']],
  ['tomas', ['/treasurer']],
  ['ruth', ['/treasurer/ledger']],
  ['admin', ['/admin']],
])(
  'the desk of %s is accessible, fits a phone and runs without an error',
  async (name, desks) => {
    const page = await signedIn(name)
    const first = name === 'mara' ? [await writeDraft(page)] : name === 'dana' ? [await sendNoList(page)] : []
    const starts = [...first, ...desks]
    expect(await walk(page, name, starts, (route) => desks.some((desk) => route.startsWith(desk)))).toEqual([])
  },
  480_000,
)

/** A draft is nowhere in the demo; only its maker can edit it. */
async function writeDraft(page: Page): Promise<string> {
  await page.goto('/organizer/campaigns/new')
  await page.getByLabel('Title').fill(`Lamps for the night shift ${Date.now().toString(36)}`)
  await page.getByLabel('Summary').fill('Lamps that can be charged by hand, for two stations.')
  await page
    .getByLabel('Story')
    .fill('# Why\n\nThe stations work **at night**.\n\n### How\n\n- lamps\n- spare batteries')
  await page.getByRole('textbox', { name: 'Goal' }).fill('300')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  return new URL(page.url()).pathname
}

test('the pages between a gift and its receipt, and mails, are accessible and fit a phone', async () => {
  const page = await guest()
  const complaints = hearComplaints(page)
  const problems: string[] = []
  await page.goto('/')
  await page
    .getByRole('main')
    .getByRole('link', { name: 'Bandages and insulin for three field clinics' })
    .first()
    .click()
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.waitForURL(/\/donate$/)
  await page.goto(`${new URL(page.url()).pathname}?step=giver&amount=25&tip=10&coverFee=yes`)
  problems.push(...(await lookAt(page, 'give-2')))
  await page.getByLabel('Your e-mail address').fill('reader@donors.example')
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL((address) => address.origin !== url)
  problems.push(...(await lookAt(page, 'give-3-payment')))
  await page.getByLabel('Name on card').fill('A Reader')
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  await page.waitForURL(/\/receipts\//)
  problems.push(...(await lookAt(page, 'give-4-receipt')))
  for (const route of ['/donations/return', '/receipts/[token]']) seen.add(route)

  await page.goto('/mailbox')
  const mail = page.getByRole('main').getByRole('link', { name: /^Your gift of/ })
  await eventually(
    async () => ((await mail.count()) > 0 ? true : void (await page.reload())),
    'the receipt to be mailed',
  )
  problems.push(...(await lookAt(page, 'mailbox')))
  await mail.first().click()
  await page.waitForURL(/\/mailbox\/.+/)
  problems.push(...(await lookAt(page, 'mailbox-mail')))
  for (const route of ['/mailbox', '/mailbox/[id]']) seen.add(route)
  await openGiving(page, 'reader@donors.example')
  problems.push(...(await lookAt(page, 'giving-own')))
  await page.getByRole('table', { name: 'What you gave in each year' }).getByRole('link').first().click()
  await page.getByRole('heading', { level: 1, name: /Your gifts to/ }).waitFor()
  problems.push(...(await lookAt(page, 'giving-summary')))
  seen.add('/giving/summary/[chapterSlug]/[year]')
  await page.goto('/sign-in/confirm?token=of-nobody&email=nobody%40demo.example')
  problems.push(...(await lookAt(page, 'sign-in-confirm')))
  seen.add('/sign-in/confirm')
  expect([...problems, ...complaints()]).toEqual([])
})

test('the pages of a monthly gift are accessible and fit a phone', async () => {
  const page = await guest()
  const complaints = hearComplaints(page)
  const problems: string[] = []
  await page.goto('/')
  await page
    .getByRole('main')
    .getByRole('link', { name: 'Bandages and insulin for three field clinics' })
    .first()
    .click()
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.waitForURL(/\/donate$/)
  await page.goto(`${new URL(page.url()).pathname}?step=giver&amount=25&frequency=monthly`)
  problems.push(...(await lookAt(page, 'monthly-2')))
  await page.getByLabel('Your e-mail address').fill('each.month@donors.example')
  await page.getByRole('button', { name: /a month$/ }).click()
  await page.waitForURL((address) => address.origin !== url)
  await page.getByLabel('Name on card').fill('A Reader')
  await page.getByRole('button', { name: /Donate|Pay|Subscribe/ }).click()
  await page.waitForURL(/\/receipts\//)
  problems.push(...(await lookAt(page, 'monthly-receipt')))
  await page.getByRole('link', { name: 'Your monthly gift' }).click()
  await page.waitForURL(/\/pledges\/[^/]+$/)
  problems.push(...(await lookAt(page, 'monthly-pledge')))
  await page.getByRole('link', { name: 'End my monthly gift' }).click()
  await page.waitForURL(/\/cancel$/)
  problems.push(...(await lookAt(page, 'monthly-cancel')))
  for (const route of ['/pledges/[token]', '/pledges/[token]/cancel']) seen.add(route)
  expect([...problems, ...complaints()]).toEqual([])
})

test('the pages of a hold are accessible and fit a phone', async () => {
  const reviewer = await openGroup(browser, url)
  await suspendGroup(reviewer)
  await rejectGroup(reviewer)
  const page = await guest()
  const complaints = hearComplaints(page)
  const problems: string[] = []
  await page.goto(await choiceLink(page))
  problems.push(...(await lookAt(page, 'choice')))
  const treasurer = await signedIn('ines')
  await treasurer.goto('/treasurer/holds')
  problems.push(...(await lookAt(treasurer, 'holds')))
  await treasurer.getByRole('main').getByRole('link', { name: HELD_CAMPAIGN }).first().click()
  await treasurer.waitForURL(/\/treasurer\/holds\/.+/)
  problems.push(...(await lookAt(treasurer, 'hold')))
  for (const route of ['/choices/[token]', '/treasurer/holds', '/treasurer/holds/[id]']) seen.add(route)
  expect([...problems, ...complaints()]).toEqual([])
})

test('the pages of an application and of a reference are accessible and fit a phone', async () => {
  const applicant = await phoneOf(browser, url, { javaScript: true, locale: 'en' })
  const { page } = applicant
  const complaints = hearComplaints(page)
  const problems: string[] = []
  const email = `pages-${Date.now().toString(36)}@example.org`
  await page.goto('/apply')
  problems.push(...(await lookAt(page, 'apply')))
  await askForLink(applicant, { name: 'Pharmacy on wheels', email, locale: 'en' })
  problems.push(...(await lookAt(page, 'apply-sent')))
  await openLink(applicant, await readMailedLink(page, email, 'apply'))
  await fillEverything(applicant)
  for (const part of ['', 'identity', 'people', 'bank', 'past_work', 'delivery', 'documents', 'end_use']) {
    await page.goto(`${applicant.link}/${part}`)
    problems.push(...(await lookAt(page, `apply-${part || 'overview'}`)))
  }
  await sendIn(applicant)
  problems.push(...(await lookAt(page, 'apply-sent-in')))
  await page.goto(await readMailedLink(page, 'meier@example.com', 'references'))
  problems.push(...(await lookAt(page, 'reference')))
  for (const route of ['/apply', '/apply/check-mail', '/apply/[token]', '/apply/[token]/[step]']) seen.add(route)
  seen.add('/references/[token]')
  expect([...problems, ...complaints()]).toEqual([])
})

test('the pages of an exchange are accessible and fit a phone', async () => {
  const treasurer = await signedIn('tomas')
  const complaints = hearComplaints(treasurer)
  await bankForeignGift(await guest(), treasurer, inject('sandboxUrl'), 'eur')
  await exchangeLink(treasurer, 'eur').click()
  await treasurer.waitForURL(/\/exchanges\/new/)
  const problems = await lookAt(treasurer, 'exchange-new')
  await treasurer.goto('/treasurer/exchanges')
  problems.push(...(await lookAt(treasurer, 'exchanges-desk')))
  for (const route of ['/treasurer/exchanges', '/treasurer/exchanges/new']) seen.add(route)
  expect([...problems, ...complaints()]).toEqual([])
})

test('an address of nothing says so on a page of ours', async () => {
  const page = await guest()
  expect((await page.goto('/campaigns/there-is-no-such-campaign'))?.status()).toBe(404)
  expect(await lookAt(page, 'not-found')).toEqual([])
})

test('every page of the app was looked at', () => {
  expect(routes.map(({ route }) => route).filter((route) => !seen.has(route))).toEqual([])
})
