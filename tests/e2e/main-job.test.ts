import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, type Person, signIn } from '#tests/support/browser.ts'
import {
  approveRequest,
  giveByCard,
  letLive,
  openCampaign,
  recordWire,
  requestMoney,
} from '#tests/support/campaign-steps.ts'
import { payOut, type SandboxLine, sandboxLines } from '#tests/support/sandbox-money.ts'

const url = inject('productUrl')
const sandboxUrl = inject('sandboxUrl')
const title = `Splints for the evacuation teams ${Date.now().toString(36)}`
const slug = title.toLowerCase().replaceAll(' ', '-')
const AID_GROUP = 'Kharkiv Field Pharmacy'
const NOTE = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n')

let browser: Browser
const people = new Map<string, Person>()

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('the main job: opened and reviewed by two people, given to by guests, sent by two treasurers, seen by everyone to the cent', async () => {
  await openCampaign(await as('mara'), { title, aidGroup: AID_GROUP })
  const shop = { url, sandboxUrl, campaignPath: await letLive(await as('ines'), title) }
  const earlier = new Set((await sandboxLines(sandboxUrl)).map((line) => line.id))
  const first = { amount: '1000', email: 'first@donors.example', name: 'First Giver', coverFee: true }
  const receipt = await giveByCard(browser, shop, first)
  await giveByCard(browser, shop, { amount: '25', email: 'second@donors.example' })
  const third = { amount: '60.55', email: 'third@donors.example', tip: '5', javaScript: true, threeDSecure: true }
  await giveByCard(browser, shop, third)
  const charges = (await sandboxLines(sandboxUrl)).filter(
    (line) => line.reporting_category === 'charge' && !earlier.has(line.id),
  )
  expect(charges).toHaveLength(3)

  await payOut(sandboxUrl)
  const wanted = { campaign: `${title}, Minneapolis`, aidGroup: AID_GROUP, amount: '800.10' }
  const disbursement = await requestMoney(await as('mara'), wanted)
  await cannotApproveOwn(disbursement)
  await approveRequest(await as('tomas'), disbursement)
  await recordWire(await as('ines'), disbursement)
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

/** Nobody approves what they asked for: the requester has no button to do it. */
async function cannotApproveOwn(path: string): Promise<void> {
  const requester = await as('mara')
  await requester.goto(path)
  expect(await requester.getByRole('button', { name: /^Approve/, disabled: false }).count()).toBe(0)
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
