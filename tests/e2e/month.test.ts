import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { camtOf } from '#tests/lib/reconciliation/camt-file.ts'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { beginMonthly, failNextRenewal, mainText, mendRenewal } from '#tests/support/monthly-gift.ts'
import { lookAt } from '#tests/support/pages.ts'
import { readPdf } from '#tests/support/read-pdf.ts'
import { openSandboxDesk, type SandboxDesk } from '#tests/support/sandbox-desk.ts'
import { eventually } from '#tests/support/sandbox-money.ts'
import { startOwnProduct } from '#tests/support/start-own-product.ts'
import type { Product } from '#tests/support/start-product.ts'

const EMAIL = 'month@donors.example'
/** The demo's account that Stripe pays dollars out to. */
const NUMBER = 'US0042110073390441'
const DESK = '/treasurer/reconciliation'

let product: Product
let desk: SandboxDesk
let browser: Browser
let donor: Page
let treasurer: Page
const problems: string[] = []

// A product of its own: the sandbox's clock goes a month ahead.
beforeAll(async () => {
  product = await startOwnProduct({ SANDBOX_PAYOUT_INTERVAL_SECONDS: '0' })
  desk = await openSandboxDesk(product)
  browser = await launchBrowser()
  donor = await (await browser.newContext({ baseURL: product.url })).newPage()
  treasurer = (await signIn(browser, product.url, 'tomas@demo.example')).page
}, 400_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

test('a month in the life: pledge, failed renewal, recovery, refund, dispute won, payout, statement, zero, yearly receipt', async () => {
  const pledge = await beginMonthly(donor, desk, EMAIL)
  await failNextRenewal(desk, EMAIL)
  await mendRenewal(donor, desk, EMAIL)
  expect(await mainText(donor, pledge)).toContain('Running')
  const [renewal, first] = await chargesOf(EMAIL)
  if (!renewal || !first) throw new Error('a pledge with one renewal has two charges')

  await refundInPart(first)
  await disputeAndWin(renewal)
  expect(await mainText(donor, pledge)).toContain('because a charge was disputed')
  await bringToZero(await payOutAll())
  await readYear()
  expect(problems).toEqual([])
}, 400_000)

async function chargesOf(email: string): Promise<string[]> {
  const [customer] = await desk.list(`customers?email=${encodeURIComponent(email)}`)
  const charges = await desk.list(`charges?customer=${customer?.['id']}`)
  return charges.filter(({ status }) => status === 'succeeded').map(({ id }) => id ?? '')
}

/** Five of the fifteen dollars go back, by somebody in Stripe's dashboard; desk and receipt say so. */
async function refundInPart(charge: string): Promise<void> {
  await desk.control('POST', 'refunds', { charge, amount: 500 })
  const gift = await giftOf(charge)
  await eventually(
    async () => ((await mainText(treasurer, gift)).includes('Refunded in part') ? true : undefined),
    'the refund',
  )
  const text = await treasurer.getByRole('main').textContent()
  expect(text).toMatch(/USD\s5\.00/)
  expect(text).toContain('Stripe’s own dashboard')
  problems.push(...(await lookAt(treasurer, 'month-refund')))
}

/** The desk's page of a gift, found by its charge as a treasurer would find it. */
async function giftOf(charge: string): Promise<string> {
  return eventually(async () => {
    await treasurer.goto(`/treasurer/donations?text=${charge}`)
    const link = treasurer.getByRole('main').getByRole('table').getByRole('link').first()
    return (await link.count()) === 1 ? ((await link.getAttribute('href')) ?? undefined) : undefined
  }, `the gift of ${charge}`)
}

async function disputeAndWin(charge: string): Promise<void> {
  const dispute = await desk.control('POST', 'disputes', { charge })
  const says = (path: string, words: string) => async () =>
    (await mainText(treasurer, path)).includes(words) ? true : undefined
  const gift = await giftOf(charge)
  await eventually(says(gift, 'Fee for the dispute'), 'the dispute to be in the books')
  problems.push(...(await lookAt(treasurer, 'month-dispute')))
  await desk.control('POST', `disputes/${dispute['id']}/win`, { fee_returned: true })
  await eventually(says(gift, 'Given back'), 'the dispute to be won')
  problems.push(...(await lookAt(treasurer, 'month-won')))
}

/** Everything available goes to the bank; answers what a bank writes: payouts as Stripe sent them, the rest in the desk's words. */
async function payOutAll(): Promise<{ minor: bigint; text: string }[]> {
  await desk.advanceDays(3)
  await desk.control('POST', 'payouts/run', {})
  await desk.advanceDays(1)
  const sent = new Map((await desk.list('payouts?limit=100')).map(({ id, amount }) => [id, BigInt(amount ?? 0)]))
  const onStatement = ({ words, minor }: { words: string; minor: bigint[] }) => {
    const [payout] = /po_\w+/.exec(words) ?? []
    const moved = payout ? sent.get(payout) : minor[0]
    if (moved === undefined) throw new Error(`Stripe knows no payout ${payout}`)
    return { minor: moved, text: words.replaceAll(/[<&>]/g, ' ') }
  }
  return eventually(async () => {
    await openReconciliation()
    const rows = await rowsOf(/^In our books and on no statement/)
    const arrived = rows.filter(({ words }) => !/^(Cash|Payout .*on its way)/.test(words))
    return arrived.some(({ words }) => words.startsWith('Payout po_')) ? arrived.map(onStatement) : undefined
  }, 'the payout to arrive')
}

async function openReconciliation(): Promise<void> {
  await treasurer.goto(DESK)
  const tabs = treasurer.getByRole('main').getByRole('navigation', { name: 'Bank account' })
  await treasurer.goto((await tabs.getByRole('link', { name: /Mill City/ }).getAttribute('href')) ?? DESK)
}

/** The rows of a table: words of the first cell, and the minor units of its amounts. */
async function rowsOf(caption: string | RegExp): Promise<{ words: string; minor: bigint[] }[]> {
  const rows = treasurer.getByRole('main').getByRole('table', { name: caption }).locator('tbody tr')
  const found = await rows.evaluateAll((all) =>
    all.map((row) => ({
      words: row.querySelector('th')?.textContent ?? '',
      minor: [...row.querySelectorAll('data')].map((one) => one.getAttribute('value') ?? '0'),
    })),
  )
  return found.map(({ words, minor }) => ({ words, minor: minor.map(BigInt) }))
}

async function bringToZero(expected: { minor: bigint; text: string }[]): Promise<void> {
  const account = (await rowsOf('Bank accounts and the ledger')).find(({ words }) => words.includes('Mill City'))
  const on = await desk.today()
  const lines = expected.map((line) => ({ ...line, on }))
  const openingMinor = account?.minor[1] ?? 0n
  const text = camtOf({ id: `MONTH-${Date.now()}`, account: NUMBER, openingMinor, lines })
  const main = treasurer.getByRole('main')
  await main.getByRole('link', { name: 'Import a statement' }).click()
  const accounts = treasurer.getByLabel('Bank account')
  const chosen = accounts.locator('option', { hasText: 'Mill City' })
  await accounts.selectOption((await chosen.getAttribute('value')) ?? '')
  await main.getByRole('button', { name: 'Go on' }).click()
  await treasurer.waitForURL(/account=/)
  const file = { name: 'statement.xml', mimeType: 'application/xml', buffer: Buffer.from(text) }
  await main.getByLabel(/^Statement of/).setInputFiles(file)
  await main.getByRole('button', { name: 'Import this file' }).click()
  await treasurer.waitForURL(/done=imported/)
  await openReconciliation()
  await main.getByRole('button', { name: 'Match all that are sure' }).click()
  for (let clicks = 0; clicks < lines.length; clicks += 1) {
    await openReconciliation()
    const next = main.getByRole('button', { name: 'Match', exact: true }).first()
    if ((await next.count()) === 0) break
    await Promise.all([treasurer.waitForNavigation(), next.click()])
  }
  await eventually(async () => {
    await openReconciliation()
    return (await main.getByText('Stripe = ledger = bank, 0.00 apart.').count()) > 0 ? true : undefined
  }, 'the books to be one')
  problems.push(...(await lookAt(treasurer, 'month-zero')))
}

/** By a mailed link, without an account: what was given, what went back, and the summary as a page and a PDF. */
async function readYear(): Promise<void> {
  await donor.goto('/giving')
  await donor.getByLabel('Your e-mail address').fill(EMAIL)
  await donor.getByRole('button', { name: 'Send me the link' }).click()
  await donor.waitForURL(/\/giving\/check-mail/)
  const main = donor.getByRole('main')
  await eventually(async () => {
    await donor.goto('/mailbox')
    return (await main.getByRole('link', { name: 'Everything you gave, on one page' }).count()) > 0 ? true : undefined
  }, 'the link')
  await main.getByRole('link', { name: 'Everything you gave, on one page' }).first().click()
  const link = main.getByRole('link', { name: /\/giving\// })
  await link.first().click()
  await main.getByRole('button', { name: 'Show my gifts' }).click()
  await donor.getByRole('heading', { name: 'Year by year' }).waitFor()
  problems.push(...(await lookAt(donor, 'month-giving')))
  const years = main.locator('a[href^="/giving/summary/"]:not([href$=".pdf"])')
  const paths = await years.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  const texts = await Promise.all(paths.map((path) => summaryAt(donor.context(), `${path}/summary.pdf`)))
  expect(texts.join('\n')).toContain('15.00')
  expect(texts.join('\n')).toMatch(/(?<!\d)5\.00/)
  await donor.goto(paths[0] ?? '/giving')
  problems.push(...(await lookAt(donor, 'month-summary')))
}

async function summaryAt(context: BrowserContext, path: string): Promise<string> {
  const answer = await context.request.get(path)
  expect(answer.headers()['content-type']).toBe('application/pdf')
  return readPdf(await answer.body()).text
}
