import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { camtOf } from '#tests/lib/reconciliation/camt-file.ts'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { hearComplaints, lookAt } from '#tests/support/pages.ts'
import { eventually, payOut } from '#tests/support/sandbox-money.ts'

const url = inject('productUrl')
const sandboxUrl = inject('sandboxUrl')
/** The demo's account that Stripe pays dollars out to. */
const NUMBER = 'US0042110073390441'
const DESK = '/treasurer/reconciliation'

let browser: Browser
let page: Page
let complaints: () => string[]

beforeAll(async () => {
  browser = await launchBrowser()
  page = (await signIn(browser, url, 'tomas@demo.example')).page
  complaints = hearComplaints(page)
})
afterAll(() => browser?.close())

const main = () => page.getByRole('main')

/** Opens the desk at the dollar account; what is streamed is shown a moment after the page has loaded. */
async function openDesk(): Promise<void> {
  await page.goto(DESK)
  const tab = main()
    .getByRole('navigation', { name: 'Bank account' })
    .getByRole('link', { name: /Mill City/ })
  await page.goto((await tab.getAttribute('href')) ?? DESK)
  await main()
    .getByRole('heading', { name: /^Lines of the bank/ })
    .waitFor()
}

/** The rows of a table: words of the first cell, and the minor units of its amounts. */
async function rowsOf(caption: string | RegExp): Promise<{ words: string; minor: bigint[] }[]> {
  const found = await main()
    .getByRole('table', { name: caption })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => ({
        words: row.querySelector('th')?.textContent ?? '',
        minor: [...row.querySelectorAll('data')].map((one) => one.getAttribute('value') ?? '0'),
      })),
    )
  return found.map(({ words, minor }) => ({ words, minor: minor.map(BigInt) }))
}

async function give(amount: string): Promise<void> {
  const guest = await (await browser.newContext({ baseURL: url })).newPage()
  await guest.goto('/')
  await guest
    .getByRole('main')
    .getByRole('link', { name: 'Bandages and insulin for three field clinics' })
    .first()
    .click()
  await guest.getByRole('link', { name: 'Give', exact: true }).first().click()
  await guest.waitForURL(/\/donate/)
  await guest.goto(`${new URL(guest.url()).pathname}?step=giver&amount=${amount}`)
  await guest.getByLabel('Your e-mail address').fill('payer@donors.example')
  await guest.getByRole('button', { name: /Go to payment/ }).click()
  await guest.waitForURL((address) => address.origin !== url)
  await guest.getByLabel('Name on card').fill('A Payer')
  await guest.getByRole('button', { name: /Donate|Pay/ }).click()
  await guest.waitForURL(/\/receipts\//)
  await guest.context().close()
}

test('a cheque is entered and waits for the bank', async () => {
  await page.goto('/treasurer/offline-gifts')
  await main().getByRole('link', { name: 'Enter a gift' }).click()
  await page.waitForURL(/\/offline-gifts\/new$/)
  await main().getByRole('button', { name: 'Enter this gift' }).click()
  await main().getByRole('alert').getByText('Choose the campaign.').waitFor()
  await page
    .getByLabel('Campaign', { exact: true })
    .selectOption({ label: 'Bandages and insulin for three field clinics, Minneapolis (USD)' })
  await page.getByLabel('Amount').fill('75.00')
  await page.getByLabel('Cheque').check()
  await page.getByLabel('Reference').fill('No. 2291')
  await page.getByLabel('Who gave').fill('Harbour Choir')
  await main().getByRole('button', { name: 'Enter this gift' }).click()
  await page.waitForURL(/done=record/)
  expect(
    await main()
      .getByRole('row', { name: /Harbour Choir/ })
      .first()
      .textContent(),
  ).toMatch(/75\.00.*Waits for the bank/)
})

test('payout, statement in, matched to zero', async () => {
  // More than the demo's dispute has left Stripe's balance below zero by.
  await give('250')
  await openDesk()
  const known = new Set((await rowsOf(/^In our books and on no statement/)).map(({ words }) => words))
  await payOut(sandboxUrl)
  await eventually(async () => {
    await openDesk()
    const rows = await rowsOf(/^In our books and on no statement/)
    return rows.find(({ words }) => words.startsWith('Payout po_') && !known.has(words))
  }, 'the payout to arrive in the books')
  const open = (await rowsOf(/^In our books and on no statement/)).filter(
    ({ words }) => !/^(Cash|Payout .*on its way)/.test(words),
  )
  const account = (await rowsOf('Bank accounts and the ledger')).find(({ words }) => words.includes('Mill City'))
  const [, openingMinor = 0n] = account?.minor ?? []
  const on = new Date().toISOString().slice(0, 10)
  const lines = open.map(({ words, minor }) => ({ on, minor: minor[0] ?? 0n, text: words.replaceAll(/[<&>]/g, ' ') }))
  expect(lines.some(({ text }) => text.includes('Harbour Choir'))).toBe(true)

  await main().getByRole('link', { name: 'Import a statement' }).click()
  const accounts = page.getByLabel('Bank account')
  const chosen = await accounts.locator('option', { hasText: 'Mill City' }).getAttribute('value')
  await accounts.selectOption(chosen)
  await main().getByRole('button', { name: 'Go on' }).click()
  await page.waitForURL(/account=/)
  const form = main().getByRole('form', { name: 'Import a statement' })
  const send = async (text: string) => {
    await form
      .getByLabel(/^Statement of/)
      .setInputFiles({ name: 'statement.xml', mimeType: 'application/xml', buffer: Buffer.from(text) })
    await form.getByRole('button', { name: 'Import this file' }).click()
  }
  const text = camtOf({ id: `E2E-${Date.now()}`, account: NUMBER, openingMinor, lines })
  await send(text.slice(0, text.length - 200))
  await form
    .getByRole('alert')
    .getByText(/cut off or damaged/)
    .first()
    .waitFor()
  await send(text)
  await page.waitForURL(/\/statements\/[0-9a-f-]{36}\?done=imported/)
  await main().getByText(`${lines.length} lines are new.`).waitFor()
  expect(await lookAt(page, 'statement-imported')).toEqual([])

  await openDesk()
  expect(await lookAt(page, 'reconciliation-open')).toEqual([])
  await main().getByRole('button', { name: 'Match all that are sure' }).click()
  await main().getByText('Matched.').waitFor()
  for (let clicks = 0; clicks < lines.length; clicks += 1) {
    await openDesk()
    const next = main().getByRole('button', { name: 'Match', exact: true }).first()
    if ((await next.count()) === 0) break
    await next.click()
    await main().getByText('Matched.').waitFor()
  }
  await eventually(async () => {
    await openDesk()
    return (await main().getByText('Stripe = ledger = bank, 0.00 apart.').count()) > 0 ? true : undefined
  }, 'the books to be one')
  await main().getByText('No line is open').waitFor()
  expect(await lookAt(page, 'reconciliation-zero')).toEqual([])
})

test('the same file again changes nothing, and a match is undone with a reason', async () => {
  await page.goto(DESK)
  await main().getByRole('table', { name: 'Imported statements' }).getByRole('link').first().click()
  await page.waitForURL(/\/statements\//)
  const summary = main()
    .getByText(/^Matched .*entry/)
    .first()
  await summary.click()
  const undo = main().getByRole('button', { name: 'Undo this match' }).first()
  await undo.click()
  await main().getByRole('alert').getByText('Say why: the others read it.').first().waitFor()
  await main().getByLabel('Why').first().fill('Looked at the wrong line')
  await undo.click()
  await page.waitForURL(/done=unmatch/)
  await main().getByText('1 open').first().waitFor()
  await openDesk()
  await main().getByRole('button', { name: 'Match', exact: true }).first().click()
  await main().getByText('Matched.').waitFor()
  expect(complaints()).toEqual([])
})
