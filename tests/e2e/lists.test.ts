import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { hearComplaints, lookAt, PHONE } from '#tests/support/pages.ts'

const url = inject('productUrl')
const COLUMNS = [
  ...['fileGenerationDate', 'Entity_LogicalId', 'Entity_Remark', 'Entity_SubjectType', 'Entity_Regulation_Programme'],
  ...['NameAlias_LastName', 'NameAlias_FirstName', 'NameAlias_MiddleName', 'NameAlias_WholeName'],
  ...['Address_CountryDescription', 'BirthDate_BirthDate', 'BirthDate_Year', 'BirthDate_YearRangeFrom'],
  ...['BirthDate_YearRangeTo', 'Identification_Number', 'Identification_TypeCode', 'Citizenship_CountryDescription'],
]
const PEOPLE = ['Zybrandt Oquelmar', 'Thessaly Vandrikov', 'Quillon Drasmeth']

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** The EU's list with nobody on it who is in the demo. */
function list(names: readonly string[], day: string) {
  const rows = names.map((name, at) => {
    const values = new Map([
      ['fileGenerationDate', day],
      ['Entity_LogicalId', String(at + 1)],
      ['Entity_SubjectType', 'P'],
      ['NameAlias_WholeName', name],
    ])
    return COLUMNS.map((column) => values.get(column) ?? '').join(';')
  })
  return {
    name: 'eu.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${[COLUMNS.join(';'), ...rows].join('\r\n')}\r\n`),
  }
}

async function bring(page: Page, publisher: string, file: ReturnType<typeof list>): Promise<void> {
  await page.goto('/vetting/lists')
  await page.getByLabel('Whose list', { exact: true }).selectOption(publisher)
  await page.getByLabel('File or files').setInputFiles(file)
  await page.getByRole('button', { name: 'Bring this list in' }).click()
}

const arrived = (page: Page, outcome: string) =>
  page.waitForURL((address) => address.searchParams.get('done') === outcome)

test('a list is refused with its line, comes in, waits when it shrank, and a name is found on it', async () => {
  const { page } = await signIn(browser, url, 'dana@demo.example')
  await page.setViewportSize(PHONE)
  const complaints = hearComplaints(page)
  const main = page.getByRole('main')

  await bring(page, 'un', list(PEOPLE, '20/11/2026'))
  await main.getByRole('alert').getByText('this is the list of the EU').waitFor()
  await bring(page, 'eu', { ...list(PEOPLE, '20/11/2026'), buffer: list(PEOPLE, '20/11/2026').buffer.subarray(0, -30) })
  await main
    .getByRole('alert')
    .getByText(/eu\.csv, line 4/)
    .waitFor()

  await bring(page, 'eu', list(PEOPLE, '20/11/2026'))
  await arrived(page, 'current')
  expect(await main.innerText()).toContain('3 parties new')
  expect(await lookAt(page, 'list-came-in')).toEqual([])
  await bring(page, 'eu', list(PEOPLE, '20/11/2026'))
  await arrived(page, 'unchanged')

  await bring(page, 'eu', list(PEOPLE.slice(0, 2), '21/11/2026'))
  await arrived(page, 'awaiting_word')
  expect(await main.innerText()).toContain('at least a tenth fewer rows')
  expect(await lookAt(page, 'list-waits')).toEqual([])
  await page.getByRole('button', { name: 'Decide' }).click()
  await main.getByRole('alert').getByText('Say why').waitFor()
  await page.getByLabel('How you know').fill('One of three is missing, and the publisher says nothing of it.')
  await page.getByRole('button', { name: 'Decide' }).click()
  await arrived(page, 'refused')
  expect(await main.innerText()).toContain('One of three is missing')

  await page.goto('/vetting/lists')
  expect(await main.innerText()).toContain('New list: European Union')
  await page.getByLabel('Name, in any letters').fill('Зибрандт Окельмар')
  await page.getByRole('button', { name: 'Look the name up' }).click()
  await main.getByRole('heading', { name: 'Zybrandt Oquelmar' }).waitFor()
  expect(await lookAt(page, 'list-name-tried')).toEqual([])
  expect(complaints()).toEqual([])
  await page.context().close()
})

test('without JavaScript a list comes in and a name is looked up as well', async () => {
  const { page } = await signIn(browser, url, 'olek@demo.example', { javaScript: false })
  await bring(page, 'eu', list([...PEOPLE, 'Nerissa Falkombe'], '22/11/2026'))
  await arrived(page, 'current')
  await page.goto('/vetting/lists')
  await page.getByLabel('Name, in any letters').fill('Nerissa Falkombe')
  await page.getByRole('button', { name: 'Look the name up' }).click()
  await page.getByRole('heading', { name: 'Nerissa Falkombe' }).waitFor()
  await page.context().close()
})

test('a treasurer sees the lists and cannot bring one in; a guest sees nothing', async () => {
  const { page } = await signIn(browser, url, 'tomas@demo.example')
  await page.goto('/vetting/lists')
  expect(await page.getByRole('heading', { name: 'Sanctions lists' }).count()).toBe(1)
  expect(await page.getByRole('button', { name: 'Bring this list in' }).count()).toBe(0)
  const guest = await (await browser.newContext({ baseURL: url })).newPage()
  await guest.goto('/vetting/lists')
  expect(new URL(guest.url()).pathname).toBe('/sign-in')
  await Promise.all([page.context().close(), guest.context().close()])
})
