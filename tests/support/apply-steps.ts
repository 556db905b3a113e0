import type { Browser, BrowserContext, Page } from 'playwright-core'
import en from '#components/vetting-application/messages/en.json' with { type: 'json' }
import uk from '#components/vetting-application/messages/uk.json' with { type: 'json' }
import type { Locale } from '#lib/vetting/types.ts'
import { APPLICATION, BANK, PDF, PEOPLE, REFERENCES } from './application-data.ts'
import { PHONE } from './pages.ts'
import { eventually } from './sandbox-money.ts'

// Steps through an application as its applicant makes them, in either language, with and without JavaScript.

type Words = typeof en
/** What the pages say in that language, as their messages have it. */
const wordsOf = (locale: Locale): Words => (locale === 'uk' ? uk : en)

export type Applicant = { context: BrowserContext; page: Page; words: Words; link: string }

/** A phone on which nobody is signed in. */
export async function phoneOf(
  browser: Browser,
  url: string,
  options: { javaScript?: boolean; locale?: Locale } = {},
): Promise<Applicant> {
  const { javaScript = false, locale = 'uk' } = options
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: javaScript, viewport: PHONE })
  return { context, page: await context.newPage(), words: wordsOf(locale), link: '' }
}

/** Asks for a link on the public page; it is then in the mailbox. */
export async function askForLink(
  { page, words }: Applicant,
  group: { name: string; email: string; locale?: Locale },
): Promise<void> {
  await page.goto(`/apply?lang=${group.locale ?? 'uk'}`)
  await page.getByLabel(words.start.chapter, { exact: false }).first().selectOption({ index: 1 })
  await page.getByLabel(words.start.name, { exact: true }).fill(group.name)
  await page.getByLabel(words.start.email).fill(group.email)
  await page.getByRole('button', { name: words.start.send }).click()
  await page.waitForURL(/\/apply\/check-mail/)
}

/** The newest mailed link of that kind for the address, from the mailbox page of the sandbox; mails take a moment. */
export async function readMailedLink(page: Page, recipient: string, path: 'apply' | 'references'): Promise<string> {
  return eventually(async () => {
    await page.goto('/mailbox')
    const mail = page
      .getByRole('main')
      .locator('tr, li')
      .filter({ hasText: recipient })
      .first()
      .getByRole('link')
      .first()
    if ((await mail.count()) === 0) return undefined
    await mail.click()
    await page.waitForURL((address) => address.pathname !== '/mailbox')
    const link = page.getByRole('main').locator(`a[href*="/${path}/"]`).first()
    return (await link.getAttribute('href', { timeout: 2_000 }).catch(() => null)) ?? undefined
  }, `the mail to ${recipient}`)
}

/** Opens the application with its link. */
export async function openLink(applicant: Applicant, link: string): Promise<void> {
  applicant.link = new URL(link).pathname
  await applicant.page.goto(applicant.link)
}

const step = ({ page, link }: Applicant, part: string) => page.goto(`${link}/${part}`)

/** Fields by their names, as the form sends them; an array ticks each of its values. */
export async function fillIn(page: Page, fields: Record<string, unknown>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) await fillList(page, name, value)
    else if (Array.isArray(value))
      for (const [row, cells] of value.entries()) await fillRow(page, `${name}.${row}`, cells)
    else await fillOne(page, name, String(value))
  }
}

async function fillList(page: Page, name: string, values: readonly string[]): Promise<void> {
  if (name === 'otherNames') return fillOne(page, name, values.join('\n'))
  if (await page.locator(`[name="${name}.0"]`).count()) return fillOne(page, `${name}.0`, values[0] ?? '')
  for (const value of values) await page.locator(`input[name="${name}"][value="${value}"]`).check()
}

async function fillRow(page: Page, name: string, cells: object): Promise<void> {
  for (const [cell, value] of Object.entries(cells)) await fillOne(page, `${name}.${cell}`, String(value))
}

async function fillOne(page: Page, name: string, value: string): Promise<void> {
  const field = page.locator(`main [name="${name}"]`)
  const kind = await field.first().evaluate((one) => one.getAttribute('type') ?? one.tagName.toLowerCase())
  if (kind === 'select') await field.selectOption(value)
  else if (kind === 'radio' || kind === 'checkbox')
    await page.locator(`main [name="${name}"][value="${value}"]`).check()
  else await field.fill(value)
}

/** Fills one section in and saves it; it must be whole, so the next part opens. */
async function fillSection(applicant: Applicant, section: keyof typeof APPLICATION): Promise<void> {
  const { page, words } = applicant
  await step(applicant, section)
  await fillIn(page, APPLICATION[section])
  await page.getByRole('button', { name: words.form.save, exact: true }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'saved')
}

async function namePeople(applicant: Applicant): Promise<void> {
  const { page, words } = applicant
  for (const { roles, ...person } of PEOPLE) {
    await step(applicant, 'people')
    await fillIn(page, person)
    for (const role of roles) await page.locator(`input[name="roles"][value="${role}"]`).check()
    await page.getByRole('button', { name: words.people.add }).click()
    await page.waitForURL(/done=added/)
  }
}

async function nameReferences(applicant: Applicant): Promise<void> {
  const { page, words } = applicant
  for (const reference of REFERENCES) {
    await step(applicant, 'references')
    await fillIn(page, reference)
    await page.getByRole('button', { name: words.references.add }).click()
    await page.waitForURL(/done=added/)
  }
}

export async function enterAccount(applicant: Applicant, changes: Partial<typeof BANK> = {}): Promise<void> {
  await step(applicant, 'bank')
  await fillIn(applicant.page, { ...BANK, ...changes })
  await applicant.page.getByRole('button', { name: applicant.words.form.saveOnly, exact: true }).click()
}

export async function bringDocument(
  { page, words, ...rest }: Applicant,
  kind: string,
  file = { name: 'statut.pdf', mimeType: 'application/pdf', buffer: PDF },
): Promise<void> {
  await step({ page, words, ...rest }, 'documents')
  await page.locator('main [name="kind"]').selectOption(kind)
  await page.locator('main [name="file"]').setInputFiles(file)
  await page.getByRole('button', { name: words.documents.add }).click()
}

async function signBoth(applicant: Applicant): Promise<void> {
  const { page, words } = applicant
  for (const part of ['end_use', 'agreement']) {
    await step(applicant, part)
    if (part === 'end_use') await page.locator('main [name="hasDualUse"][value="no"]').check()
    await page.locator('main [name="accepted"]').check()
    await fillIn(page, { signedName: 'Олена Яценко', signedRole: 'Голова правління' })
    await page.getByRole('button', { name: words.end_use.sign }).click()
    await page.waitForURL((address) => address.searchParams.get('done') === 'saved')
  }
}

/** Signed by hand as well: whoever got the link otherwise than by mail has to show the papers. */
const PAPERS = ['end_use_statement', 'agreement']

/** Everything from the open link to a whole application. */
export async function fillEverything(applicant: Applicant): Promise<void> {
  for (const section of ['identity', 'registration', 'governance'] as const) await fillSection(applicant, section)
  await namePeople(applicant)
  await enterAccount(applicant)
  await applicant.page.waitForURL(/done=added/)
  await fillSection(applicant, 'past_work')
  await nameReferences(applicant)
  for (const section of ['delivery', 'safeguarding', 'conflicts'] as const) await fillSection(applicant, section)
  for (const kind of ['registration', 'governing_document', 'past_work', 'safeguarding_policy', ...PAPERS]) {
    await bringDocument(applicant, kind)
    await applicant.page.waitForURL(/done=added/)
  }
  await signBoth(applicant)
}

/** Sends the application in. */
export async function sendIn({ page, words, link }: Applicant): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: words.overview.submit }).click()
  await page.waitForURL(/done=submitted/)
}

/** Answers as a reference whose link came by mail. */
export async function answerAsReference({ page, words }: Applicant, link: string): Promise<void> {
  await page.goto(link)
  await page.locator('main [name="confirms"][value="yes"]').check()
  await page.locator('main [name="isIndependent"][value="yes"]').check()
  await fillIn(page, { relation: 'Партнери', knownSince: '2022', workSeen: 'Дві поїздки з ліками.' })
  await page.getByRole('button', { name: words.reference.send }).click()
  await page.getByRole('heading', { name: words.reference.thanksTitle }).waitFor()
}
