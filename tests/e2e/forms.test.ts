import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import {
  FORMULA,
  fillForm,
  HUGE,
  IMAGE,
  NO_AMOUNTS,
  openForm,
  REVERSED,
  SCRIPT,
  sendRefused,
  type Typed,
} from '#tests/support/forms.ts'
import { hearComplaints } from '#tests/support/pages.ts'
import { formFields, postFields } from '#tests/support/raw-forms.ts'

const url = inject('productUrl')
const LIVE = 'bandages-and-insulin-for-three-field-clinics'
const TOO_LONG_MAIL = `${HUGE}@donors.example`

let browser: Browser
const pages = new Map<string, { page: Page; complaints: () => string[] }>()

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** One browser for each person; `guest` is nobody. */
async function as(name: string): Promise<{ page: Page; complaints: () => string[] }> {
  const known = pages.get(name)
  if (known) return known
  const page =
    name === 'guest'
      ? await (await browser.newContext({ baseURL: url })).newPage()
      : (await signIn(browser, url, `${name}@demo.example`)).page
  const fresh = { page, complaints: hearComplaints(page) }
  pages.set(name, fresh)
  return fresh
}

type Attempt = { typed: Typed; refused: string[] }
type FormCase = {
  form: string
  submit: string
  who: string
  open: (page: Page) => Promise<unknown>
  attempts: Attempt[]
}

const each = (name: string, values: string[], beside: Typed = {}): Attempt[] =>
  values.map((value) => ({ typed: { ...beside, [name]: value }, refused: [name] }))

/** Opens the first page behind the links of a list that has the form. */
async function openFirstWith(page: Page, list: string, row: string, form: string): Promise<void> {
  await page.goto(list)
  const rows = page.getByRole('main').locator('a[href]').filter({ hasText: row })
  const links = await rows.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  for (const link of links) {
    await page.goto(link)
    if ((await (await openForm(page, form)).count()) > 0) return
  }
  throw new Error(`No page of ${list} has the form ${form}.`)
}

/** The first dossier of the queue whose page at `place` has the form. */
async function openDossier(page: Page, place: string, form: string): Promise<void> {
  await page.goto('/vetting')
  const rows = page.getByRole('main').locator('a[href^="/vetting/aid-groups/"]')
  const links = await rows.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  for (const link of new Set(links.filter((one) => /[0-9a-f-]{36}$/.test(one)))) {
    await page.goto(`${link}${place}`)
    if ((await (await openForm(page, form)).count()) > 0) return
  }
  throw new Error(`No dossier has the form ${form}.`)
}

const CAMPAIGN_TEXTS = { title: HUGE, summary: HUGE, story: HUGE, goal: HUGE, 'budget.0.description': HUGE }
const CASES: FormCase[] = [
  {
    form: 'Sign in',
    submit: 'Send me a sign-in link',
    who: 'guest',
    open: (page) => page.goto('/sign-in'),
    attempts: each('email', ['', 'nobody', SCRIPT, IMAGE, REVERSED, 'a@b@c.example', TOO_LONG_MAIL]),
  },
  {
    form: 'Your gift',
    submit: 'Go on',
    who: 'guest',
    open: (page) => page.goto(`/campaigns/${LIVE}/donate`),
    attempts: each('amount', ['', ...NO_AMOUNTS], { coverFee: 'yes', tip: '10' }),
  },
  {
    form: 'Who gives',
    submit: 'Go to payment: $25.00',
    who: 'guest',
    open: (page) => page.goto(`/campaigns/${LIVE}/donate?step=giver&amount=25`),
    attempts: [
      ...each('email', ['', 'nobody', SCRIPT, IMAGE, REVERSED, TOO_LONG_MAIL], { name: 'A Giver', showAmount: 'yes' }),
      ...each('name', [HUGE, REVERSED], { email: 'a@donors.example', showName: 'yes' }),
      { typed: { email: 'a@donors.example', showName: 'yes' }, refused: ['name'] },
    ],
  },
  {
    form: 'New campaign',
    submit: 'Save draft',
    who: 'mara',
    open: (page) => page.goto('/organizer/campaigns/new'),
    attempts: [
      { typed: { currency: 'EUR', surplusRule: 'next_campaign' }, refused: ['title', 'summary', 'story', 'goal'] },
      { typed: CAMPAIGN_TEXTS, refused: Object.keys(CAMPAIGN_TEXTS) },
      { typed: { title: REVERSED, goal: '5', deadline: '2020-01-01' }, refused: ['title', 'deadline'] },
      ...each('goal', NO_AMOUNTS.slice(0, 6), { title: SCRIPT, story: IMAGE }),
      {
        typed: { 'budget.1.category': 'food', 'budget.1.amount': '1e21', 'budget.4.amount': '-5' },
        refused: ['budget.1.amount', 'budget.1.description', 'budget.4.amount', 'budget.4.category'],
      },
    ],
  },
  {
    form: 'Post an update',
    submit: 'Publish update',
    who: 'mara',
    open: (page) => openFirstWith(page, '/organizer', 'Bandages and insulin', 'Post an update'),
    attempts: [
      { typed: { title: '', body: '' }, refused: ['title', 'body'] },
      { typed: { title: HUGE, body: HUGE }, refused: ['title', 'body'] },
      { typed: { title: REVERSED, body: SCRIPT }, refused: ['title'] },
    ],
  },
  {
    form: 'Pause',
    submit: 'Pause',
    who: 'mara',
    open: (page) => openFirstWith(page, '/organizer', 'Bandages and insulin', 'Pause'),
    attempts: each('reason', ['', HUGE, REVERSED]),
  },
  {
    form: 'Nominate an aid group',
    submit: 'Nominate',
    who: 'dana',
    open: (page) => page.goto('/vetting/aid-groups/new'),
    attempts: [
      { typed: { name: '', publicAlias: SCRIPT }, refused: ['name', 'legalName', 'summary', 'country', 'region'] },
      {
        typed: { name: HUGE, publicAlias: HUGE, legalName: HUGE, summary: HUGE, country: HUGE, region: HUGE },
        refused: ['name', 'publicAlias', 'legalName', 'summary', 'country', 'region'],
      },
      { typed: { name: REVERSED, legalName: REVERSED, summary: SCRIPT }, refused: ['name', 'legalName', 'country'] },
    ],
  },
  {
    form: 'Finding: Legal existence',
    submit: 'Record the finding',
    who: 'dana',
    open: (page) => openDossier(page, '', 'Finding: Legal existence'),
    attempts: [
      { typed: { reason: '' }, refused: ['verdict', 'reason'] },
      { typed: { verdict: 'met', reason: HUGE }, refused: ['reason'] },
      { typed: { verdict: 'failed', reason: REVERSED }, refused: ['reason'] },
    ],
  },
  {
    form: 'Finding: Risk',
    submit: 'Record the finding',
    who: 'dana',
    open: (page) => openDossier(page, '', 'Finding: Risk'),
    attempts: [{ typed: { verdict: 'met', reason: SCRIPT }, refused: ['detail.riskTier'] }],
  },
  {
    form: 'Ask a question',
    submit: 'Ask',
    who: 'dana',
    open: (page) => openDossier(page, '/questions', 'Ask a question'),
    attempts: each('question', ['', HUGE, REVERSED], { section: 'delivery' }),
  },
  {
    form: 'Make a link',
    submit: 'Make a link',
    who: 'dana',
    open: (page) => openDossier(page, '/papers', 'Make a link'),
    attempts: each('email', ['nobody', SCRIPT, IMAGE, REVERSED, 'a@b@c.example', TOO_LONG_MAIL], { locale: 'uk' }),
  },
  {
    form: 'Suspend',
    submit: 'Suspend',
    who: 'dana',
    open: (page) => openDossier(page, '', 'Suspend'),
    attempts: each('reason', ['', HUGE, REVERSED]),
  },
  {
    form: 'New disbursement',
    submit: 'Ask for approval',
    who: 'tomas',
    open: async (page) => {
      await page.goto('/treasurer/disbursements/new')
      await page
        .getByLabel('Campaign')
        .selectOption({ label: 'Bandages and insulin for three field clinics, Minneapolis' })
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.waitForURL(/campaign=/)
    },
    attempts: [
      { typed: { purpose: '' }, refused: ['purpose', 'lines.0.description'] },
      { typed: { purpose: HUGE, 'lines.0.description': HUGE }, refused: ['purpose', 'lines.0.description'] },
      {
        typed: { purpose: REVERSED, 'lines.0.description': SCRIPT, 'lines.1.amount': '5' },
        refused: ['purpose', 'lines.0.category', 'lines.1.category', 'lines.1.description'],
      },
      ...each('lines.0.amount', NO_AMOUNTS, { 'lines.0.description': FORMULA, 'lines.0.category': 'health' }),
    ],
  },
  {
    form: 'Reject',
    submit: 'Reject this request',
    who: 'ines',
    open: (page) => openFirstWith(page, '/treasurer/disbursements', '', 'Reject'),
    attempts: each('reason', ['', HUGE, REVERSED]),
  },
  {
    form: 'Record the wire',
    submit: 'Record the wire',
    who: 'yusuf',
    open: (page) => openFirstWith(page, '/treasurer/disbursements', '', 'Record the wire'),
    attempts: [
      ...each('wireReference', ['', SCRIPT, FORMULA, IMAGE, REVERSED, HUGE], { transferFee: '12.50' }),
      ...each('transferFee', ['4.999', '1e21', '٥', '-5', HUGE], { wireReference: 'NEVER-SENT-1' }),
    ],
  },
  {
    form: 'Confirm receipt',
    submit: 'Confirm receipt',
    who: 'ines',
    open: (page) => openFirstWith(page, '/treasurer/disbursements', '', 'Confirm receipt'),
    attempts: [
      {
        typed: { 'evidence.caption': '', 'evidence.takenOn': '' },
        refused: ['evidence.file', 'evidence.caption', 'evidence.takenOn'],
      },
      { typed: { 'evidence.caption': HUGE, 'evidence.takenOn': '2026-11-01' }, refused: ['evidence.caption'] },
      {
        typed: { 'evidence.caption': REVERSED, 'evidence.takenOn': '' },
        refused: ['evidence.caption', 'evidence.takenOn'],
      },
    ],
  },
  {
    form: 'Enter an offline gift',
    submit: 'Enter this gift',
    who: 'tomas',
    open: (page) => page.goto('/treasurer/offline-gifts/new'),
    attempts: [
      { typed: { amount: '', receivedOn: '' }, refused: ['campaignId', 'amount', 'method', 'receivedOn'] },
      { typed: { amount: HUGE, reference: HUGE, name: HUGE }, refused: ['amount', 'reference', 'name'] },
      {
        typed: { amount: '25.00', method: 'cheque', reference: REVERSED, name: REVERSED, email: IMAGE },
        refused: ['campaignId', 'reference', 'name', 'email'],
      },
    ],
  },
  {
    form: 'Enter an offline gift',
    submit: 'Enter this gift',
    who: 'tomas',
    open: (page) => page.goto('/treasurer/offline-gifts/new'),
    attempts: NO_AMOUNTS.filter((amount) => amount !== '4.999').map((amount) => ({
      typed: { amount, method: 'cash' },
      refused: ['amount'],
    })),
  },
  {
    form: 'Add a bank account',
    submit: 'Add this account',
    who: 'tomas',
    open: (page) => page.goto('/treasurer/reconciliation'),
    attempts: [
      { typed: { name: '', number: '' }, refused: ['name', 'number'] },
      { typed: { name: HUGE, number: HUGE }, refused: ['name', 'number'] },
      { typed: { name: REVERSED, number: FORMULA, use: 'other' }, refused: ['name', 'number'] },
      { typed: { name: SCRIPT, number: '٠٠١٢٣٤' }, refused: ['number'] },
    ],
  },
  {
    form: 'Import a statement',
    submit: 'Import this file',
    who: 'tomas',
    open: async (page) => {
      await page.goto('/treasurer/reconciliation/statements/new')
      const accounts = page.getByLabel('Bank account')
      if (await accounts.count()) {
        await accounts.selectOption({ index: 1 })
        await page
          .getByRole('main')
          .getByRole('button', { name: /Go on|Change account/ })
          .click()
        await page.waitForURL(/account=/)
      }
    },
    attempts: [
      { typed: { date: 'Day', text: 'Text' }, refused: ['file'] },
      { typed: { skipLines: '-1', date: HUGE, text: SCRIPT }, refused: ['file'] },
    ],
  },
  {
    form: 'Invite a person',
    submit: 'Send invitation',
    who: 'admin',
    open: (page) => page.goto('/admin/people'),
    attempts: [
      { typed: { name: '', email: '' }, refused: ['name', 'email', 'chapterId', 'role'] },
      { typed: { name: HUGE, email: TOO_LONG_MAIL, role: 'auditor' }, refused: ['name', 'email', 'chapterId'] },
      { typed: { name: REVERSED, email: IMAGE, role: 'auditor' }, refused: ['name', 'email', 'chapterId'] },
    ],
  },
  {
    form: 'Open a chapter',
    submit: 'Open the chapter',
    who: 'admin',
    open: (page) => page.goto('/admin/chapters'),
    attempts: [
      { typed: { name: '' }, refused: ['name', 'legalName', 'city', 'country', 'currency', 'deductibility'] },
      {
        typed: { name: HUGE, legalName: HUGE, city: HUGE, country: HUGE, currency: 'EUR' },
        refused: ['name', 'legalName', 'city', 'country', 'deductibility'],
      },
      { typed: { name: REVERSED, city: SCRIPT, country: IMAGE }, refused: ['name', 'country'] },
    ],
  },
  {
    form: 'What receipts say',
    submit: 'Save as a new version',
    who: 'admin',
    open: async (page) => {
      await page.goto('/admin')
      await page.getByRole('main').getByRole('link', { name: 'Pittsburgh' }).click()
      await page.getByRole('heading', { name: 'What receipts say' }).waitFor()
    },
    attempts: [
      {
        typed: { legalName: '', deductibility: 'c3', registrationNumber: '١٢' },
        refused: ['legalName', 'registrationNumber'],
      },
      {
        typed: { legalName: HUGE, address: HUGE, ownSentence: HUGE, goodsStatement: HUGE, signatureLine: HUGE },
        refused: ['legalName', 'address', 'ownSentence', 'goodsStatement', 'signatureLine'],
      },
      {
        typed: { legalName: REVERSED, deductibility: 'other', ownSentence: '' },
        refused: ['legalName', 'ownSentence'],
      },
    ],
  },
]

test.each(CASES)(
  '$form: empty, huge and hostile values get a message at their field and lose nothing typed',
  async ({ form, submit, who, open, attempts }) => {
    const { page, complaints } = await as(who)
    await open(page)
    const address = page.url()
    const problems: string[] = []
    for (const { typed, refused } of attempts) {
      await page.goto(address)
      const found = await sendRefused(await openForm(page, form), submit, typed, refused)
      problems.push(...found, ...complaints())
    }
    expect(problems).toEqual([])
  },
)

test.each([
  ['/ledger', 'guest', { from: '2026-02-30', to: SCRIPT, kind: IMAGE, campaign: '../../etc', chapter: FORMULA }],
  ['/ledger', 'guest', { from: '2026-11-02', to: '2026-11-01' }],
  ['/reports/minneapolis', 'guest', { from: 'yesterday', to: HUGE.slice(0, 4_000), campaign: SCRIPT }],
  ['/treasurer/ledger', 'tomas', { from: SCRIPT, to: '٢٠٢٦-١١-٠١', fund: '1e21', role: IMAGE, kind: 'null' }],
  ['/treasurer/donations', 'tomas', { from: '2026-02-30', to: SCRIPT, amount: '4.999', status: IMAGE }],
  ['/treasurer/reports', 'tomas', { from: '0000-00-00', to: '1e21' }],
] as const)('%s: filters that cannot be used are told at their fields and stay as typed', async (path, who, query) => {
  const { page, complaints } = await as(who)
  const answer = await page.goto(`${path}?${new URLSearchParams(query)}`)
  expect(answer?.status()).toBe(200)
  expect(await page.getByRole('main').getByRole('alert').count()).toBeGreaterThan(0)
  expect(await page.locator('[aria-invalid=true][aria-describedby]').count()).toBeGreaterThan(0)
  for (const day of ['from', 'to'] as const) {
    const field = page.locator(`[name=${day}]`)
    const isWrong = (await field.getAttribute('aria-invalid')) === 'true'
    if (isWrong) expect(await field.inputValue()).toBe((query as Typed)[day])
  }
  expect(complaints()).toEqual([])
})

test('a file that is no picture and no PDF is refused at its field, and what was typed stays', async () => {
  const { page, complaints } = await as('ines')
  await openFirstWith(page, '/treasurer/disbursements', '', 'Confirm receipt')
  const form: Locator = await openForm(page, 'Confirm receipt')
  const buffer = Buffer.from(`<html>${SCRIPT}</html>`)
  await form.locator('[type=file]').setInputFiles({ name: 'note.pdf', mimeType: 'application/pdf', buffer })
  const typed = { 'evidence.caption': 'The delivery note', 'evidence.takenOn': '2026-11-01' }
  const problems = await sendRefused(form, 'Confirm receipt', typed, ['evidence.file'])
  expect([...problems, ...complaints()]).toEqual([])
})

test('a day that does not exist, from a browser without date fields, stays beside its message', async () => {
  const { context, page } = await signIn(browser, url, 'mara@demo.example', { javaScript: false })
  await page.goto('/organizer/campaigns/new')
  for (const deadline of ['2026-02-30', 'tomorrow', '٢٠٢٧-٠١-٠١', SCRIPT]) {
    const answer = await postFields(context, page.url(), await formFields(page, 'New campaign'), { deadline })
    await page.setContent(await answer.text())
    const field = page.locator('[name=deadline]')
    expect([await field.getAttribute('aria-invalid'), await field.inputValue()]).toEqual(['true', deadline])
    await page.goto('/organizer/campaigns/new')
  }
  await context.close()
})

/** What the form allows, as markup, as a formula, as a template: all of it is only text. */
const TITLE = `${SCRIPT}${Date.now().toString(36)}`
const ACCEPTED: Typed = {
  title: TITLE,
  summary: `${IMAGE} {{7*7}} \${alert(3)} </title></textarea>`,
  story: `${SCRIPT}\n\n${IMAGE}\n\n[a link](javascript:alert(4)) and <svg onload=alert(5)> that stay text here`,
  goal: '900',
  'budget.0.category': 'food',
  'budget.0.description': FORMULA,
  'budget.0.amount': '900',
}

async function publishHostileCampaign(): Promise<string> {
  const { page } = await as('mara')
  await page.goto('/organizer/campaigns/new')
  const form = await openForm(page, 'New campaign')
  await fillForm(form, ACCEPTED)
  await page.getByRole('checkbox', { name: /Kharkiv Field Pharmacy/ }).check()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  const desk = page.url()
  await page.getByRole('button', { name: 'Send for review' }).click()
  await page
    .getByText(/in review/i)
    .first()
    .waitFor()
  const { page: reviewer } = await as('ines')
  await reviewer.goto(`/organizer/review?campaign=${desk.split('/').at(-1)}`)
  const decision = await openForm(reviewer, 'Your decision')
  expect(await sendRefused(decision, 'Send back', { note: '' }, ['note'])).toEqual([])
  await reviewer.getByRole('button', { name: 'Let it go live' }).click()
  await reviewer.waitForURL(desk)
  return desk
}

test('hostile text that a form allows is text on every page that shows it', async () => {
  const desk = await publishHostileCampaign()
  const { page: organizer } = await as('mara')
  await organizer.goto(desk)
  await fillForm(await openForm(organizer, 'Post an update'), { title: SCRIPT, body: `${IMAGE} ${SCRIPT}` })
  await organizer.getByRole('button', { name: 'Publish update' }).click()
  await organizer.getByRole('heading', { name: SCRIPT, exact: true }).first().waitFor()

  const { page, complaints } = await as('guest')
  await page.goto('/campaigns')
  await page.getByRole('link', { name: TITLE }).first().click()
  const address = page.url()
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.getByLabel('Or your own amount').fill('20')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill('hostile@donors.example')
  await page.getByLabel('Your name').fill(IMAGE)
  await page.getByLabel('Show my name').check()
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.getByLabel('Name on card').fill(SCRIPT)
  await page.getByRole('button', { name: /Donate|Pay/ }).click()
  await page.waitForURL(/\/receipts\//)
  for (const path of [page.url(), address, '/', '/campaigns', '/ledger', '/reports/minneapolis', '/mailbox']) {
    await page.goto(path)
    expect(await page.locator('main img[src=x], main svg[onload], main a[href^="javascript:"]').count()).toBe(0)
  }
  await page.goto(address)
  const shown = await page.getByRole('main').innerText()
  for (const text of [SCRIPT, IMAGE, FORMULA, '{{7*7}}']) expect(shown).toContain(text)
  expect([...complaints(), ...(await as('mara')).complaints(), ...(await as('ines')).complaints()]).toEqual([])

  await organizer.goto(desk)
  await fillForm(await openForm(organizer, 'Close'), { reason: 'It was written by a test.' })
  await organizer.getByRole('button', { name: 'Close', exact: true }).click()
  await organizer.getByText('Closed', { exact: true }).first().waitFor()
})
