import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { APPLICATION } from '#tests/support/application-data.ts'
import {
  type Applicant,
  answerAsReference,
  askForLink,
  bringDocument,
  enterAccount,
  fillEverything,
  fillIn,
  openLink,
  phoneOf,
  readMailedLink,
  sendIn,
} from '#tests/support/apply-steps.ts'
import { launchBrowser } from '#tests/support/browser.ts'
import { hearComplaints, lookAt } from '#tests/support/pages.ts'

const url = inject('productUrl')
const email = `apteka-${Date.now().toString(36)}@example.org`

let browser: Browser
let applicant: Applicant

beforeAll(async () => {
  browser = await launchBrowser()
  applicant = await phoneOf(browser, url)
})
afterAll(() => browser?.close())

test('an aid group asks for its link itself, in Ukrainian, on a phone without JavaScript', async () => {
  await askForLink(applicant, { name: 'Польова аптека', email })
  await openLink(applicant, await readMailedLink(applicant.page, email, 'apply'))
  const { page, words } = applicant
  expect(await page.locator('html').getAttribute('lang')).toBe('uk')
  await page.getByText(words.overview.draft).first().waitFor()
  expect(await page.getByRole('list').last().getByRole('listitem').count()).toBeGreaterThan(0)
})

test('what is wrong or missing is kept and says so at its field', async () => {
  const { page, words, link } = applicant
  await page.goto(`${link}/identity`)
  await fillIn(page, { legalName: 'П', contactEmail: 'nobody', address: 'вул. Вигадана, 7' })
  await page.getByRole('button', { name: words.form.save }).click()
  await page.getByRole('alert').waitFor()
  await page.getByText(words.problems.email).first().waitFor()
  expect(await page.locator('[name="contactEmail"]').inputValue()).toBe('nobody')
  await page.goto(`${link}/identity`)
  expect(await page.locator('[name="legalName"]').inputValue()).toBe('П')
  expect(await page.locator('[name="address"]').inputValue()).toBe('вул. Вигадана, 7')
  await page.getByText(words.problems.email).first().waitFor()
})

test('a name in its own letters comes back with a proposal in Latin ones', async () => {
  const { page, words, link } = applicant
  await page.goto(`${link}/identity`)
  await fillIn(page, { ...APPLICATION.identity, legalNameLatin: '' })
  await page.getByRole('button', { name: words.form.save }).click()
  await page.getByText(words.problems.name_latin_offered).first().waitFor()
  expect(await page.locator('[name="legalNameLatin"]').inputValue()).toContain('Blahodiina orhanizatsiia')
  await page.goto(`${link}/people`)
  await fillIn(page, { nameOriginal: 'Юрій Згурський' })
  await page.locator('[name="roles"][value="owner"]').check()
  await page.getByRole('button', { name: words.people.add }).click()
  await page.getByText(words.problems.name_latin_offered).first().waitFor()
  expect(await page.locator('[name="nameLatin"]').inputValue()).toBe('Yurii Zghurskyi')
  expect(await page.locator('[name="roles"][value="owner"]').isChecked()).toBe(true)
})

test('a wrong IBAN is refused with everything typed still there, and a right one shows its last digits only', async () => {
  const { page, words } = applicant
  await enterAccount(applicant, { iban: 'UA21 3223 1300 0002 6007 2335 6600 2' })
  await page.getByText(words.problems.iban).first().waitFor()
  expect(await page.locator('[name="iban"]').inputValue()).toBe('UA21 3223 1300 0002 6007 2335 6600 2')
  expect(await page.locator('[name="holderName"]').inputValue()).toBe('Polova Apteka')
  await enterAccount(applicant)
  await page.waitForURL(/done=added/)
  const shown = await page.content()
  expect(shown).toContain('6001')
  expect(shown.replaceAll(/\s/g, '')).not.toContain('3223130000026007')
})

test('an embargoed area is named as one', async () => {
  const { page, words, link } = applicant
  await page.goto(`${link}/delivery`)
  await fillIn(page, { ...APPLICATION.delivery, regions: [{ areaCode: 'UA-14', name: 'Горлівка' }] })
  await page.getByRole('button', { name: words.form.save, exact: true }).click()
  await page.getByText(words.delivery.embargoSaid).waitFor()
  await page.goto(`${link}/delivery`)
  await page.getByText(words.delivery.embargoText).waitFor()
})

test('a file that is none of the kinds is refused in the reader’s language', async () => {
  const { page, words } = applicant
  const file = { name: 'statut.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>') }
  await bringDocument(applicant, 'registration', file)
  await page.getByText(words.errors.file_refused).waitFor()
})

test('the rest is filled in and sent in; after that it can only be read', async () => {
  const { page, words, link } = applicant
  await fillEverything(applicant)
  await page.goto(link)
  await page.getByText(words.overview.readyText).waitFor()
  await sendIn(applicant)
  await page.getByText(words.overview.submitted).waitFor()
  await page.goto(`${link}/identity`)
  await page.getByText(words.overview.closed).waitFor()
  expect(await page.locator('[name="legalName"]').isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: words.form.save }).count()).toBe(0)
})

test('a reference answers through its link, once', async () => {
  const link = await readMailedLink(applicant.page, 'koval@example.net', 'references')
  await answerAsReference(applicant, link)
  await applicant.page.goto(link)
  expect(await applicant.page.locator('[name="confirms"]').count()).toBe(0)
})

test('with JavaScript the form is saved by itself, and the language is one press away', async () => {
  const other = await phoneOf(browser, url, { javaScript: true })
  const complaints = hearComplaints(other.page)
  const address = `kitchen-${Date.now().toString(36)}@example.org`
  await askForLink(other, { name: 'Кухня на колесах', email: address })
  await openLink(other, await readMailedLink(other.page, address, 'apply'))
  const { page, words, link } = other
  await page.goto(`${link}/registration`)
  await page.locator('[name="number"]').fill('87654321')
  await page.getByText(words.form.autosaved.split('{')[0] ?? '').waitFor()
  await page.reload()
  expect(await page.locator('[name="number"]').inputValue()).toBe('87654321')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Registration', exact: true }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(complaints()).toEqual([])
})

test('its pages are accessible and fit a phone, in both languages', async () => {
  const other = await phoneOf(browser, url, { javaScript: true })
  const complaints = hearComplaints(other.page)
  const { page } = other
  const problems: string[] = []
  for (const lang of ['en', 'uk']) {
    await page.goto(`/apply?lang=${lang}`)
    problems.push(...(await lookAt(page, `apply-${lang}`)))
    await page.goto(`/apply/check-mail?lang=${lang}`)
    problems.push(...(await lookAt(page, `apply-sent-${lang}`)))
  }
  await page.goto(applicant.link)
  problems.push(...(await lookAt(page, 'apply-overview')))
  await page.goto(`/apply/${'x'.repeat(43)}`)
  problems.push(...(await lookAt(page, 'apply-gone')))
  expect([...problems, ...complaints()]).toEqual([])
})
