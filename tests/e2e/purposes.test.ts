import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { lookAt } from '#tests/support/pages.ts'

const url = inject('productUrl')
const tag = Date.now().toString(36).replaceAll(/\d/g, 'x')

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

const as = async (name: string, options: { javaScript?: boolean } = {}) =>
  (await signIn(browser, url, `${name}@demo.example`, options)).page

const wordsOf = async (place: Locator) => ((await place.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim()

async function trySentence(page: Page, sentence: string): Promise<string> {
  await page.getByRole('textbox', { name: 'Sentence' }).fill(sentence)
  await page.getByRole('button', { name: 'See what happens' }).click()
  await page.waitForURL(/sentence=/)
  return wordsOf(page.getByRole('region', { name: 'Try a sentence' }))
}

test.each([true, false])(
  'an administrator adds a word, tries it and takes it off (JavaScript: %s)',
  async (javaScript) => {
    const page = await as('admin', { javaScript })
    const word = `${javaScript ? 'flim' : 'flam'}${tag}`
    await page.goto('/admin/words')
    expect(await trySentence(page, `Two ${word}s`)).toContain('It passes')
    expect(await trySentence(page, 'Дві гвинтівки та drone footage')).toContain('It would be refused')

    const form = page.getByRole('form', { name: 'Add a word' })
    await form.getByLabel('Word or phrase').fill('ab*')
    await form.getByLabel('What it is').fill('test')
    await form.getByRole('button', { name: 'Add it to the list' }).click()
    await form.getByRole('alert').waitFor()
    expect(await wordsOf(form.getByRole('alert'))).toContain('three letters')
    expect(await form.getByLabel('What it is').inputValue()).toBe('test')
    await form.getByLabel('Word or phrase').fill(`${word}*`)
    await form.getByLabel('Why').fill('For a test in the browser')
    await form.getByRole('button', { name: 'Add it to the list' }).click()
    await page.getByText('It is on the list and acts at once').waitFor()
    expect(await trySentence(page, `Two ${word}s`)).toContain('It would be refused')

    const list = page.getByRole('region', { name: 'The list' })
    await list.locator('summary', { hasText: 'test' }).click()
    const row = list.getByRole('row').filter({ has: page.getByRole('rowheader', { name: `${word}*` }) })
    await row.getByRole('link', { name: /Take off/ }).click()
    const leaving = page.getByRole('form', { name: 'Take a word off the list' })
    if (javaScript) expect(await lookAt(page, 'words-retire')).toEqual([])
    await leaving.getByLabel('Why').fill('The test is over')
    await leaving.getByRole('button', { name: 'Take it off the list' }).click()
    await page.getByText('It is off the list').waitFor()
    const history = await wordsOf(page.getByRole('region', { name: 'What people changed' }))
    expect(history).toContain('The test is over')
    expect(history).toContain('For a test in the browser')
  },
)

async function openRequest(page: Page): Promise<void> {
  await page.goto('/treasurer/disbursements/new')
  // Whoever may ask for one campaign only is not asked which.
  const wanted = page.getByRole('combobox', { name: 'Campaign' }).locator('option', { hasText: 'Bandages and insulin' })
  const campaign = (await wanted.count()) > 0 ? await wanted.getAttribute('value') : null
  if (campaign) await page.goto(`/treasurer/disbursements/new?campaign=${campaign}`)
  await page.getByRole('form', { name: 'New disbursement' }).waitFor()
}

async function fillLine(page: Page, line: number, what: string): Promise<void> {
  const row = page.getByRole('group', { name: `Line ${line}` })
  await row.getByRole('textbox', { name: /^What/ }).fill(what)
  await row.getByLabel('Kind of aid').selectOption('health')
  await row.getByRole('textbox', { name: 'Amount' }).fill('1.00')
}

test('a prohibited word is refused at its line and nothing typed is lost; a dual-use word waits for another person', async () => {
  const page = await as('mara')
  await openRequest(page)
  await page.getByLabel('What the money is for').fill(`Restock ${tag}`)
  await fillLine(page, 1, 'Burn dressings')
  await fillLine(page, 2, 'Десять гвинтівок')
  await page.getByRole('button', { name: 'Ask for approval' }).click()
  const problem = page.getByRole('link', { name: /“гвинтівок” is on the list/ })
  await problem.waitFor()
  expect(await lookAt(page, 'request-refused')).toEqual([])
  const second = page.getByRole('group', { name: 'Line 2' })
  expect(await wordsOf(second)).toContain('“гвинтівок” is on the list')
  expect(await second.getByRole('textbox', { name: /^What/ }).inputValue()).toBe('Десять гвинтівок')
  expect(await page.getByRole('group', { name: 'Line 1' }).getByRole('textbox', { name: /^What/ }).inputValue()).toBe(
    'Burn dressings',
  )

  await second.getByRole('textbox', { name: /^What/ }).fill('A drone to look for missing people')
  await page.getByRole('button', { name: 'Ask for approval' }).click()
  await page.getByRole('heading', { name: 'Words that can also serve a war' }).waitFor()
  const address = new URL(page.url()).pathname
  expect(await wordsOf(page.getByRole('main'))).toContain('You made this request')

  const dana = await as('dana')
  await dana.goto('/vetting/purposes')
  const waiting = dana
    .getByRole('form')
    .filter({ has: dana.getByText('What do you find?') })
    .last()
  expect(await lookAt(dana, 'words-to-look-at')).toEqual([])
  await waiting.getByLabel('It is for aid').check()
  await waiting.getByLabel('Why').fill('The rescue team showed its permit')
  await waiting.getByRole('button', { name: 'Record the decision' }).click()
  await dana.getByText('Your decision is recorded').waitFor()

  await page.goto(address)
  expect(await wordsOf(page.getByRole('region', { name: 'Words that can also serve a war' }))).toContain(
    'The rescue team showed its permit',
  )
  expect(await lookAt(page, 'request-words-allowed')).toEqual([])
  const guest = await (await browser.newContext({ baseURL: url })).newPage()
  await guest.goto('/aid-groups')
  const counted = guest.getByRole('row', { name: /Nothing in it is for war/ })
  expect(Number((await wordsOf(counted.getByRole('cell').first())).trim())).toBeGreaterThan(0)
})

test('news with a prohibited word is refused at its field and nothing typed is lost; with a dual-use word it waits for another person', async () => {
  const page = await as('mara')
  await page.goto('/organizer')
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Bandages and insulin/ })
    .first()
    .click()
  const form = page.getByRole('form', { name: 'Post an update' })
  const title = `A drone found two people ${tag}`
  await form.getByLabel('Title').fill(title)
  await form.getByRole('textbox', { name: 'Update' }).fill('Дві гвинтівки приїхали разом із ним.')
  await form.getByRole('button', { name: 'Publish update' }).click()
  await page.getByRole('link', { name: /“гвинтівки” is on the list/ }).waitFor()
  expect(await form.getByLabel('Title').inputValue()).toBe(title)
  expect(await form.getByRole('textbox', { name: 'Update' }).inputValue()).toBe('Дві гвинтівки приїхали разом із ним.')
  expect(await lookAt(page, 'news-refused')).toEqual([])
  await form.getByRole('textbox', { name: 'Update' }).fill('The rescue team flew it over the river.')
  await form.getByRole('button', { name: 'Publish update' }).click()
  await page.getByText('The update is kept and not public yet').waitFor()
  expect(await lookAt(page, 'news-waits')).toEqual([])

  const guest = await (await browser.newContext({ baseURL: url })).newPage()
  const campaign = '/campaigns/bandages-and-insulin-for-three-field-clinics'
  await guest.goto(campaign)
  expect(await wordsOf(guest.getByRole('main'))).not.toContain(title)
  const dana = await as('dana')
  await dana.goto('/vetting/purposes')
  expect(await lookAt(dana, 'news-to-look-at')).toEqual([])
  const decision = dana.getByRole('form', { name: `Words of the update “${title}”` })
  await decision.getByLabel('It is for aid').check()
  await decision.getByLabel('Why').fill('The rescue team showed its permit')
  await decision.getByRole('button', { name: 'Record the decision' }).click()
  await dana.getByText('Your decision is recorded').waitFor()
  await guest.reload()
  expect(await wordsOf(guest.getByRole('main'))).toContain(title)
})

test('to everybody else the list does not exist', async () => {
  const guest = await (await browser.newContext({ baseURL: url })).newPage()
  await guest.goto('/admin/words')
  expect(new URL(guest.url()).pathname).toBe('/sign-in')
  for (const name of ['mara', 'tomas', 'ruth']) {
    const page = await as(name)
    expect((await page.goto('/admin/words'))?.status()).toBe(404)
  }
})
