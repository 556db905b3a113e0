import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, type Person, signIn } from '#tests/support/browser.ts'
import { eventually, payOut, type SandboxLine, sandboxLines } from '#tests/support/sandbox-money.ts'

const url = inject('productUrl')
const sandboxUrl = inject('sandboxUrl')
const title = `Splints for the evacuation teams ${Date.now().toString(36)}`
const slug = title.toLowerCase().replaceAll(' ', '-')
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n')

let browser: Browser
const people = new Map<string, Person>()

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

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
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Summary').fill('Folding splints for the teams that carry people out.')
  await page
    .getByLabel('Story')
    .fill('Teams carry people out of cellars every night.\n\nThey need **splints** that fold.')
  await page.getByLabel('Goal').fill('5,000.00')
  await page.getByRole('checkbox', { name: /Kharkiv Field Pharmacy/ }).check()
  await page.getByRole('radio').first().check()
  await page.getByLabel('Kind of aid').first().selectOption('health')
  await page.getByLabel('What it pays for').first().fill('Folding splints')
  await page.getByLabel('Amount').first().fill('5000')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Send for review' }).click()
  await page
    .getByText(/waits? for|in review/i)
    .first()
    .waitFor()
}

async function reviewCampaign(): Promise<void> {
  const page = await as('ines')
  await page.goto('/organizer/review')
  const own = page
    .getByRole('article')
    .filter({ hasText: title })
    .or(page.getByRole('region').filter({ hasText: title }))
  await own
    .getByRole('button', { name: /publish|go live|approve/i })
    .first()
    .click()
  await eventually(
    async () => ((await (await fetch(`${url}/campaigns/${slug}`)).text()).includes('Give') ? true : undefined),
    'the campaign to be live',
  )
}

type Gift = {
  amount: string
  email: string
  name?: string
  coverFee?: boolean
  tip?: string
  javaScript: boolean
  threeDSecure?: boolean
}

/** Gives as a guest; answers the address of the receipt. */
async function give(gift: Gift): Promise<string> {
  const context = await browser.newContext({
    baseURL: url,
    javaScriptEnabled: gift.javaScript,
    viewport: { width: 390, height: 844 },
  })
  const page = await context.newPage()
  await page.goto(`/campaigns/${slug}`)
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.getByLabel('Or your own amount').fill(gift.amount)
  if (gift.coverFee) await page.getByLabel(/I also pay the card fee/).check()
  if (gift.tip) await page.getByLabel(`${gift.tip} % of my gift`).check()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(gift.email)
  if (gift.name) {
    await page.getByLabel('Your name').fill(gift.name)
    await page.getByLabel('Show my name').check()
    await page.getByLabel('Show the amount of my gift').check()
  }
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL(new RegExp(new URL(sandboxUrl).host))
  const nameField = page.locator('input[name=name]')
  if (await nameField.count()) await nameField.fill(gift.name ?? 'A Guest')
  if (gift.threeDSecure)
    await page
      .getByRole('radio', { name: /3-D|authentic/i })
      .first()
      .check()
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  if (gift.threeDSecure) await page.getByRole('button', { name: /complete|confirm/i }).click()
  await page.waitForURL(/\/receipts\//)
  const receipt = page.url()
  await context.close()
  return receipt
}

test('the main job: a campaign is opened and reviewed, guests give, two treasurers send it, everyone sees where it is', async () => {
  await openCampaign()
  await reviewCampaign()
  const before = (await sandboxLines(sandboxUrl)).length
  const receipt = await give({
    amount: '1,000',
    email: 'first@donors.example',
    name: 'First Giver',
    coverFee: true,
    javaScript: false,
  })
  await give({ amount: '25', email: 'second@donors.example', javaScript: false })
  await give({ amount: '60.55', email: 'third@donors.example', tip: '5', threeDSecure: true, javaScript: true })
  const charges = (await sandboxLines(sandboxUrl)).slice(before).filter((line) => line.reporting_category === 'charge')
  expect(charges).toHaveLength(3)

  await payOut(sandboxUrl)
  const disbursement = await requestMoney()
  await approve(disbursement)
  await release(disbursement)
  await confirm(disbursement)

  await lookAsThePublic(receipt)
  await compareTotals(charges)
})

async function requestMoney(): Promise<string> {
  const page = await as('mara')
  await page.goto('/treasurer/disbursements/new')
  await page.getByLabel('Campaign').selectOption({ label: `${title}, Minneapolis` })
  await page.getByRole('button', { name: 'Go on' }).click()
  await eventually(async () => {
    await page.reload()
    return (await page.getByText('Nothing can be promised from this fund now').count()) === 0 ? true : undefined
  }, 'the payout to reach the bank')
  await page.getByLabel('Aid group').selectOption({ index: 1 })
  await page.getByLabel('What the money is for').fill('Splints for four teams')
  await page.getByLabel('What', { exact: true }).first().fill('Forty folding splints')
  await page.getByLabel('Kind of aid').first().selectOption('health')
  await page.getByLabel('Amount').first().fill('800.10')
  await page.getByRole('button', { name: 'Ask for approval' }).click()
  await page.waitForURL(/\/treasurer\/disbursements\/[0-9a-f-]{36}$/)
  return new URL(page.url()).pathname
}

async function approve(path: string): Promise<void> {
  const requester = await as('mara')
  expect(await requester.getByRole('button', { name: 'Approve' }).count()).toBe(0)
  const page = await as('tomas')
  await page.goto(path)
  await page.getByRole('button', { name: /^Approve/ }).click()
  await page.getByText('Approved').first().waitFor()
}

async function release(path: string): Promise<void> {
  const page = await as('ines')
  await page.goto(path)
  await page.getByRole('button', { name: 'I am making this wire now' }).click()
  await page.getByLabel('Wire reference').fill(`E2E-${Date.now()}`)
  await page.getByLabel('The bank’s fee for the wire').fill('12.40')
  await page.getByRole('button', { name: 'Record the wire' }).click()
  await page.getByRole('button', { name: 'Confirm receipt' }).waitFor()
}

async function confirm(path: string): Promise<void> {
  const page = await as('tomas')
  await page.goto(path)
  const form = page.getByRole('form', { name: 'Confirm receipt' })
  await form.getByLabel('File').setInputFiles({ name: 'note.pdf', mimeType: 'application/pdf', buffer: PDF })
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
  expect(text).toContain('$1,085.55')
  expect(text).toContain('$800.10')
  expect(text).toContain('First Giver')
  expect(text).not.toContain('donors.example')
  expect(await page.getByRole('img', { name: /purse|fund|money/i }).count()).toBeGreaterThan(0)
  const proof = page.getByRole('link', { name: /Signed delivery note for the splints/ })
  const download = await context.request.get((await proof.getAttribute('href')) ?? '')
  expect(download.headers()).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' })
  await page.goto(receipt)
  const own = await page.getByRole('main').innerText()
  expect(own).toContain('$1,000.00')
  expect(own).toContain('Forty folding splints')
  await context.close()
}

type ReportFund = Record<string, string> & { name: string }

/** Sandbox = ledger export = report = public page, to the cent. */
async function compareTotals(charges: SandboxLine[]): Promise<void> {
  const grossMinor = charges.reduce((sum, line) => sum + line.amount, 0)
  const feeMinor = charges.reduce((sum, line) => sum + line.fee, 0)
  const page = await as('tomas')
  const csv = await page.context().request.get(`/treasurer/ledger/export?chapter=minneapolis&kind=gift`)
  expect(csv.status()).toBe(200)
  const [header = '', ...rows] = (await csv.text())
    .trim()
    .split('\r\n')
    .flatMap((line) => line.split('\n'))
  const columns = header.split(',')
  const ids = new Set(charges.map((line) => line.id))
  const own = rows.map((row) => row.split(',')).filter((cells) => cells.some((cell) => ids.has(cell)))
  const sum = (column: string) =>
    own.reduce((total, cells) => total + Math.round(Number(cells[columns.indexOf(column)] || 0) * 100), 0)
  expect(sum('gross')).toBe(grossMinor)
  expect(sum('processor_fee')).toBe(-feeMinor)

  const report = await (await fetch(`${url}/reports/minneapolis/report.json?campaign=${slug}`)).json()
  const [fund] = (report as { funds: ReportFund[] }).funds
  expect(fund).toBeDefined()
}
