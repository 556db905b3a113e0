import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, type Person, signIn } from '#tests/support/browser.ts'
import { eventually, payOut, type SandboxLine, sandboxLines } from '#tests/support/sandbox-money.ts'

const url = inject('productUrl')
const sandboxUrl = inject('sandboxUrl')
const title = `Splints for the evacuation teams ${Date.now().toString(36)}`
const slug = title.toLowerCase().replaceAll(' ', '-')
const NOTE = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n')

let browser: Browser
const people = new Map<string, Person>()

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('the main job: opened and reviewed by two people, given to by guests, sent by two treasurers, seen by everyone to the cent', async () => {
  await openCampaign()
  await reviewCampaign()
  const earlier = new Set((await sandboxLines(sandboxUrl)).map((line) => line.id))
  const receipt = await give({ amount: '1000', email: 'first@donors.example', name: 'First Giver', coverFee: true })
  await give({ amount: '25', email: 'second@donors.example' })
  await give({ amount: '60.55', email: 'third@donors.example', tip: '5', javaScript: true, threeDSecure: true })
  const charges = (await sandboxLines(sandboxUrl)).filter(
    (line) => line.reporting_category === 'charge' && !earlier.has(line.id),
  )
  expect(charges).toHaveLength(3)

  await payOut(sandboxUrl)
  const disbursement = await requestMoney()
  await approve(disbursement)
  await release(disbursement)
  await confirm(disbursement)

  await lookAsThePublic(receipt)
  await compareTotals(charges)
})

/** Each person signs in once and keeps their own browser. */
async function as(name: string): Promise<Page> {
  const known = people.get(name)
  if (known) return known.page
  const person = await signIn(browser, url, `${name}@demo.example`)
  people.set(name, person)
  return person.page
}

async function openCampaign(): Promise<void> {
  const page = await as('mara')
  await page.goto('/organizer/campaigns/new')
  const field = (name: string) => page.getByRole('textbox', { name, exact: true })
  await field('Title').fill(title)
  await field('Summary').fill('Folding splints for the teams that carry people out.')
  await field('Story').fill('Teams carry people out of cellars every night.\n\nThey need **splints** that fold.')
  await field('Goal').fill('5,000.00')
  await page.getByLabel('Line 1: Kind of aid').selectOption('health')
  await field('Line 1: What it pays for').fill('Folding splints')
  await field('Line 1: Amount').fill('5000')
  await page.getByRole('checkbox', { name: /Kharkiv Field Pharmacy/ }).check()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Send for review' }).click()
  await page.getByText('In review').first().waitFor()
}

async function reviewCampaign(): Promise<void> {
  const page = await as('ines')
  await page.goto('/organizer/review')
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('region', { name: title }).getByRole('button', { name: 'Let it go live' }).click()
  const isLive = async () => ((await fetch(`${url}/campaigns/${slug}`)).ok ? true : undefined)
  await eventually(isLive, 'the campaign to be live')
}

type Gift = {
  amount: string
  email: string
  name?: string
  coverFee?: boolean
  tip?: string
  javaScript?: boolean
  threeDSecure?: boolean
}

/** Gives as a guest on a phone, without JavaScript unless it is asked for; answers the address of the receipt. */
async function give(gift: Gift): Promise<string> {
  const viewport = { width: 390, height: 844 }
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: gift.javaScript ?? false, viewport })
  const page = await context.newPage()
  await page.goto(`/campaigns/${slug}`)
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.getByLabel('Or your own amount').fill(gift.amount)
  if (gift.coverFee) await page.getByLabel(/I also pay the card fee/).check()
  if (gift.tip) await page.getByLabel(`${gift.tip} % of my gift`, { exact: true }).check()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(gift.email)
  if (gift.name) {
    await page.getByLabel('Your name').fill(gift.name)
    await page.getByLabel('Show my name').check()
    await page.getByLabel('Show the amount of my gift').check()
  }
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL((address) => address.origin === sandboxUrl)
  await page.getByLabel('Name').fill(gift.name ?? 'A Guest')
  if (gift.threeDSecure)
    await page
      .getByRole('radio', { name: /3-D Secure/ })
      .first()
      .check()
  await page.getByRole('button', { name: /^Donate/ }).click()
  if (gift.threeDSecure) await page.getByRole('button', { name: /complete/i }).click()
  await page.waitForURL(/\/receipts\//)
  const receipt = page.url()
  await context.close()
  return receipt
}

async function requestMoney(): Promise<string> {
  const page = await as('mara')
  await page.goto('/treasurer/disbursements/new')
  await page.getByLabel('Campaign').selectOption({ label: `${title}, Minneapolis` })
  await page.getByRole('button', { name: 'Go on' }).click()
  const hasMoney = async () => {
    await page.reload()
    const warned = await page.getByText('Nothing can be promised from this fund now').count()
    return warned === 0 ? true : undefined
  }
  await page.getByRole('heading', { name: 'New disbursement' }).waitFor()
  await eventually(hasMoney, 'the payout to reach the bank')
  await page.getByLabel('Aid group').selectOption({ label: 'Kharkiv Field Pharmacy' })
  await page.getByLabel('What the money is for').fill('Splints for four teams')
  const line = page.getByRole('group', { name: /Line 1/ })
  await line.getByLabel('What', { exact: true }).fill('Forty folding splints')
  await line.getByLabel('Kind of aid').selectOption('health')
  await line.getByLabel('Amount').fill('800.10')
  await page.getByRole('button', { name: 'Ask for approval' }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'request')
  return new URL(page.url()).pathname
}

async function approve(path: string): Promise<void> {
  const requester = await as('mara')
  expect(await requester.getByRole('button', { name: /^Approve/, disabled: false }).count()).toBe(0)
  const page = await as('tomas')
  await page.goto(path)
  await page.getByRole('button', { name: /^Approve/ }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'approve')
}

async function release(path: string): Promise<void> {
  const page = await as('ines')
  await page.goto(path)
  await page.getByRole('button', { name: 'I am making this wire now' }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'start')
  await page.getByLabel('Wire reference').fill(`E2E-${Date.now()}`)
  await page.getByLabel('The bank’s fee for the wire').fill('12.40')
  await page.getByRole('button', { name: 'Record the wire' }).click()
  await page.getByRole('form', { name: 'Confirm receipt' }).waitFor()
}

async function confirm(path: string): Promise<void> {
  const page = await as('tomas')
  await page.goto(path)
  const form = page.getByRole('form', { name: 'Confirm receipt' })
  await form.getByLabel('File').setInputFiles({ name: 'note.pdf', mimeType: 'application/pdf', buffer: NOTE })
  await form.getByLabel('What it shows').fill('Signed delivery note for the splints')
  await form.getByLabel('On which day').fill(new Date().toISOString().slice(0, 10))
  await form.getByRole('button', { name: 'Confirm receipt' }).click()
  await page.getByText('Confirmed').first().waitFor()
}

/** Without JavaScript and without an account: the figures, the purse line, the proof, and the giver's own cents. */
async function lookAsThePublic(receipt: string): Promise<void> {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`/campaigns/${slug}`)
  const text = await page.getByRole('main').innerText()
  for (const shown of ['$1,085.55', '$800.10', 'First Giver', 'Forty folding splints']) expect(text).toContain(shown)
  expect(text).not.toContain('donors.example')
  expect(await page.locator('main svg').count()).toBeGreaterThan(0)
  const proof = page.getByRole('link', { name: /Signed delivery note for the splints/ })
  const download = await context.request.get((await proof.getAttribute('href')) ?? '')
  expect(download.headers()).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' })
  await page.goto(receipt)
  const own = await page.getByRole('main').innerText()
  for (const shown of ['$1,000.00', 'Forty folding splints']) expect(own).toContain(shown)
  await context.close()
}

type ReportFund = Record<
  'gifts' | 'coveredFees' | 'stripeFees' | 'transferFees' | 'sent' | 'opening' | 'closing',
  string
>

/** Sandbox = ledger export = report, to the cent; the public page showed the same figures above. */
async function compareTotals(charges: SandboxLine[]): Promise<void> {
  const total = (field: 'amount' | 'fee') => charges.reduce((sum, line) => sum + line[field], 0)
  const page = await as('tomas')
  const response = await page.context().request.get('/treasurer/ledger/export?chapter=minneapolis&kind=gift')
  expect(response.status()).toBe(200)
  const [header = '', ...rows] = (await response.text()).trim().split(/\r?\n/)
  const columns = header.split(',')
  const ids = new Set(charges.map((line) => line.id))
  const own = rows.map(cellsOf).filter((cells) => ids.has(cells[columns.indexOf('source_id')] ?? ''))
  const column = (cells: string[][], name: string) =>
    cells.reduce((sum, row) => sum + minor(row[columns.indexOf(name)]), 0)
  expect(column(own, 'gross')).toBe(total('amount'))
  expect(column(own, 'fee')).toBe(total('fee'))
  expect(column(own, 'net')).toBe(total('amount') - total('fee'))

  const report = await (await fetch(`${url}/reports/minneapolis/report.json?campaign=${slug}`)).json()
  const [fund] = (report as { funds: ReportFund[] }).funds
  if (!fund) throw new Error('The report has no line for the campaign.')
  const ofCampaign = own.filter((cells) => cells[columns.indexOf('campaign')] === slug)
  const [gross, fees] = [column(ofCampaign, 'gross'), column(ofCampaign, 'fee')]
  expect(minor(fund.gifts) + minor(fund.coveredFees)).toBe(gross)
  expect(minor(fund.stripeFees)).toBe(fees)
  expect(fund).toMatchObject({ gifts: '1085.55', sent: '800.10', transferFees: '12.40', opening: '0.00' })
  expect(minor(fund.closing)).toBe(gross - fees - 80_010 - 1_240)
}

/** The cells of one CSV line; a quoted one may hold commas. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

/** Cents from a decimal such as "-12.50", without a float between. */
function minor(text = '0'): number {
  return Number(text.replace('.', ''))
}
