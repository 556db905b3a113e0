import type { APIRequestContext, Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { formFields, postFields } from '#tests/support/raw-forms.ts'

const url = inject('productUrl')
const LIVE = '/campaigns/bandages-and-insulin-for-three-field-clinics'
const SECRET = `Nobody outside Pittsburgh reads this ${Date.now().toString(36)}`
const EVIL = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

let browser: Browser
/** An organizer of Pittsburgh, who owns what is asked for, and one of Leeds, who has no business there. */
let joy: Page
let callum: Page
let draft: string
let coverFile: string

beforeAll(async () => {
  browser = await launchBrowser()
  joy = (await signIn(browser, url, 'joy@demo.example', { javaScript: false })).page
  callum = (await signIn(browser, url, 'callum@demo.example', { javaScript: false })).page
  await joy.goto('/organizer/campaigns/new')
  await joy.getByLabel('Title').fill(SECRET)
  await joy.getByLabel('Summary').fill('A draft of one chapter that the others cannot see.')
  await joy.getByLabel('Story').fill('It waits here until somebody of the chapter has reviewed it.')
  await joy.getByRole('textbox', { name: 'Goal' }).fill('100')
  await joy.locator('[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PICTURE })
  await joy.locator('[name=coverAlt]').fill('A dot')
  await joy.getByRole('button', { name: 'Save draft' }).click()
  await joy.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  draft = new URL(joy.url()).pathname
  coverFile = (await joy.getByRole('img', { name: 'A dot' }).getAttribute('src')) ?? ''
})
afterAll(() => browser?.close())

async function guest(): Promise<Page> {
  return (await browser.newContext({ baseURL: url, javaScriptEnabled: false })).newPage()
}

/** The address of the first link of a list. */
async function firstOf(page: Page, list: string, pattern: RegExp): Promise<string> {
  await page.goto(list)
  const links = await page.locator('a[href]').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  return links.find((link) => pattern.test(link)) ?? `${list} links to nothing such`
}

/** As a page, and as the stream that the framework's own navigation asks for. */
async function statuses(request: APIRequestContext, path: string): Promise<number[]> {
  const asPage = await request.get(path, { maxRedirects: 0 })
  const asStream = await request.get(path, { headers: { RSC: '1' } })
  for (const answer of [asPage, asStream]) expect(await answer.text()).not.toContain(SECRET)
  // The framework's stream says in itself that there is nothing.
  const streamIsEmpty = (await asStream.text()).includes('NEXT_HTTP_ERROR_FALLBACK;404')
  return [asPage.status(), streamIsEmpty ? 404 : asStream.status()]
}

test('what belongs to another chapter does not exist: pages, streams, exports and files', async () => {
  const disbursement = await firstOf(joy, '/treasurer/disbursements', /disbursements\/[0-9a-f-]{36}$/)
  const { page: treasurer } = await signIn(browser, url, 'tomas@demo.example', { javaScript: false })
  const gift = await firstOf(treasurer, '/treasurer/donations', /donations\/[0-9a-f-]{36}$/)
  const aidGroup = await firstOf(joy, '/vetting', /aid-groups\/[0-9a-f-]{36}$/)
  const paths = [
    draft,
    `${draft}/edit`,
    `/organizer/review?campaign=${draft.split('/').at(-1)}`,
    disbursement,
    `${disbursement}/edit`,
    aidGroup,
    ...['papers', 'bank', 'screening', 'questions', 'changes', 'history'].map((room) => `${aidGroup}/${room}`),
    ...['dossier.json', 'dossier.json?bank=full', 'dossier.pdf', 'manifest.json'].map((file) => `${aidGroup}/${file}`),
    await firstOf(joy, `${aidGroup}/papers`, /^\/files\//),
    gift,
    '/treasurer/donations',
    '/treasurer/donations?text=00000000-0000-4000-8000-000000000000',
    '/treasurer/offline-gifts/new',
    '/treasurer/reconciliation',
    '/treasurer/ledger?chapter=pittsburgh',
    '/treasurer/ledger/export?chapter=pittsburgh',
    '/treasurer/reports?scope=no-such-chapter',
    coverFile,
    '/files/00000000-0000-4000-8000-000000000000',
    '/files/..%2f..%2fsecrets.json',
    '/receipts/a-token-that-nobody-has',
    '/admin',
    '/admin/people',
  ]
  const own = await joy.context().request.get(draft)
  expect([own.status(), (await own.text()).includes(SECRET)]).toEqual([200, true])
  for (const path of paths)
    expect([path, ...(await statuses(callum.context().request, path))]).toEqual([path, 404, 404])
})

test('a guest who asks for a desk is led to the sign-in page and sees nothing of it', async () => {
  const page = await guest()
  for (const path of [
    draft,
    '/organizer',
    '/organizer/campaigns/new',
    '/vetting',
    '/treasurer',
    '/treasurer/disbursements/new',
    '/treasurer/donations',
    '/treasurer/ledger',
    '/admin',
    '/admin/people',
  ]) {
    await page.goto(path)
    const { origin, pathname, searchParams } = new URL(page.url())
    expect([origin, pathname, searchParams.get('next')]).toEqual([url, '/sign-in', path])
  }
  const [asPage] = await statuses(page.context().request, draft)
  expect(asPage).toBe(307)
  expect((await page.context().request.get('/treasurer/ledger/export?chapter=pittsburgh')).status()).toBeGreaterThan(
    400,
  )
  expect((await page.context().request.get(coverFile)).status()).toBe(404)
})

test('a session that was signed out is a guest, also for whoever kept the cookie', async () => {
  const { page, context } = await signIn(browser, url, 'ruth@demo.example', { javaScript: false })
  const kept = await context.cookies()
  await page.goto('/treasurer')
  expect(page.url()).toBe(`${url}/treasurer`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await context.addCookies(kept)
  await page.goto('/treasurer')
  expect(new URL(page.url()).pathname).toBe('/sign-in')
})

test('a post that another site sends is refused, with and without a session', async () => {
  const request = joy.context().request
  expect((await request.post('/sign-out', { headers: EVIL })).status()).toBe(403)
  await joy.goto(`${draft}/edit`)
  const label = (await joy.locator('main form[aria-label]').first().getAttribute('aria-label')) ?? ''
  const fields = await formFields(joy, label)
  const changes = { title: 'Taken over by another site' }
  const forged = { 'x-forwarded-host': 'evil.example' }
  for (const headers of [EVIL, { ...EVIL, ...forged }, { ...EVIL, 'sec-fetch-site': 'same-site' }]) {
    expect((await postFields(joy.context(), joy.url(), fields, changes, headers)).status()).toBe(403)
  }
  expect(await (await request.get(draft)).text()).not.toContain('Taken over')
})

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/%09/evil.example', 'javascript:alert(1)'])(
  'the way on after sign-in never leaves the site: %s',
  async (next) => {
    const page = await guest()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    const kept = page.locator('[name=next]')
    const target = (await kept.count()) > 0 ? await kept.inputValue() : '/'
    expect(new URL(target, url).origin).toBe(url)
    const signedIn = await joy.context().request.get(`/sign-in?next=${encodeURIComponent(next)}`, { maxRedirects: 0 })
    expect(new URL(signedIn.headers()['location'] ?? '/', url).origin).toBe(url)
  },
)

test('fields that a form does not have change nothing', async () => {
  await callum.goto('/organizer/campaigns/new')
  const fields = await formFields(callum, 'New campaign')
  const leeds = fields.find(([name]) => name === 'chapterId')?.[1] ?? ''
  await joy.goto('/organizer/campaigns/new')
  const pittsburgh = (await formFields(joy, 'New campaign')).find(([name]) => name === 'chapterId')?.[1] ?? ''
  expect(leeds).not.toBe(pittsburgh)
  const texts = {
    title: `Extra fields ${Date.now().toString(36)}`,
    summary: 'A campaign that would like to be live at once.',
    story: 'It says so itself, in fields that the form does not have.',
    goal: '100',
  }
  const extra = {
    status: 'live',
    reviewedById: leeds,
    createdById: leeds,
    slug: 'taken',
    publishedAt: '2026-01-01',
    version: '9',
  }
  const made = await postFields(callum.context(), callum.url(), fields, { ...texts, ...extra })
  expect(made.status()).toBe(303)
  await callum.goto(made.headers()['location'] ?? '')
  expect(await callum.getByRole('main').innerText()).toMatch(/draft/i)
  const page = await (await guest()).goto('/campaigns')
  expect(await page?.text()).not.toContain(texts.title)

  const title = `For another chapter ${Date.now().toString(36)}`
  const foreign = await postFields(callum.context(), `${url}/organizer/campaigns/new`, fields, {
    ...texts,
    title,
    chapterId: pittsburgh,
  })
  expect(foreign.status()).toBeLessThan(500)
  expect(foreign.headers()['location']).toBeUndefined()
  expect(await (await joy.goto('/organizer'))?.text()).not.toContain(title)
})

test('a title with line breaks is refused and puts nothing into a header', async () => {
  await callum.goto('/organizer/campaigns/new')
  const fields = await formFields(callum, 'New campaign')
  const answer = await postFields(callum.context(), callum.url(), fields, { title: 'Two\r\nSet-Cookie: a=b' })
  expect(answer.status()).toBe(200)
  expect(answer.headers()['set-cookie'] ?? '').not.toContain('a=b')
  expect(await answer.text()).toContain('no line breaks')
})

test('amount, currency, campaign and total of a gift are what the server makes of them', async () => {
  const page = await guest()
  await page.goto(`${LIVE}/donate?step=giver&amount=25`)
  const fields = await formFields(page, 'Who gives')
  const step = page.url()
  const send = (changes: Record<string, string>) =>
    postFields(page.context(), step, fields, { email: 'tamper@donors.example', ...changes })

  for (const amount of ['-5', '0', '4.999', '1e21', '٥', '']) {
    const refused = await send({ amount })
    expect([amount, refused.status(), refused.headers()['location']]).toEqual([amount, 200, undefined])
  }
  for (const wrong of [{ tip: '9000' }, { submissionKey: 'x' }, { submissionKey: '../../etc/passwd' }]) {
    expect((await send(wrong)).headers()['location']).toBeUndefined()
  }
  const extra = {
    currency: 'jpy',
    totalMinor: '1',
    giftMinor: '1',
    status: 'paid',
    chapterId: 'none',
    campaignSlug: 'warm-kitchens-for-four-frontline-towns',
  }
  const paid = await send(extra)
  expect(paid.status()).toBe(303)
  await page.goto(paid.headers()['location'] ?? '')
  const checkout = await page.locator('main').innerText()
  expect(checkout).toContain('$25.00')
  expect(checkout).not.toMatch(/warm kitchens/i)
  // The same form again, as by a double click, is the same payment.
  expect((await send(extra)).headers()['location']).toBe(page.url())
})

test('the return page credits nothing that was not paid, and names nobody to another browser', async () => {
  const giver = await guest()
  await giver.goto(`${LIVE}/donate?step=giver&amount=17`)
  await giver.getByLabel('Your e-mail address').fill('careful@donors.example')
  await giver.getByLabel('Your name').fill('Careful Giver')
  await giver.getByRole('button', { name: /Go to payment/ }).click()
  await giver.waitForURL((address) => address.origin !== url)
  const session = /cs_[A-Za-z0-9_]+/.exec(giver.url())?.[0] ?? ''
  expect(session).not.toBe('')
  for (const page of [giver, await guest()]) {
    await page.goto(`${url}/donations/return?session_id=${session}`)
    expect(page.url()).not.toContain('/receipts/')
    expect(await page.locator('body').innerText()).not.toMatch(/thank you|received/i)
    expect(await page.locator('body').innerText()).not.toMatch(/careful/i)
  }
})
