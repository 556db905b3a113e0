import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { writeDocument } from '#lib/documents/write-document.ts'
import { bringDocument, openLink, phoneOf } from '#tests/support/apply-steps.ts'
import { launchBrowser, signIn } from '#tests/support/browser.ts'
import { hearComplaints, lookAt } from '#tests/support/pages.ts'
import { nominate } from '#tests/support/vetting-steps.ts'

const url = inject('productUrl')
const name = `Paper trail ${Date.now().toString(36)}`

let browser: Browser
let papers: string

beforeAll(async () => {
  browser = await launchBrowser()
  const { page } = await signIn(browser, url, 'mara@demo.example')
  const group = { name, legalName: `${name} GO`, region: 'Kharkiv oblast' }
  const { dossier, link } = await nominate(page, group)
  papers = `${dossier}/papers`
  const applicant = await phoneOf(browser, url, { javaScript: true, locale: 'en' })
  await openLink(applicant, link)
  const statute = await writeStatute()
  // Whoever cut it left the last line, without which it would not have been accepted.
  const cut = Buffer.concat([statute.subarray(0, statute.length / 2), Buffer.from('\n%%EOF\n')])
  let brought = 0
  const bring = async (kind: string, bytes: Uint8Array) => {
    await bringDocument(applicant, kind, {
      name: `${kind}.pdf`,
      mimeType: 'application/pdf',
      buffer: Buffer.from(bytes),
    })
    await applicant.page.locator('main a[href*="/files/"]').nth(brought).waitFor()
    brought += 1
  }
  await bring('governing_document', statute)
  await bring('registration', cut)
  await bring('past_work', bombOf(60_000))
  await applicant.context.close()
}, 120_000)
afterAll(() => browser?.close())

/** A real document of several pages, in two scripts. */
function writeStatute(): Promise<Buffer> {
  const text = 'What is left goes to another charity. Залишок переходить іншій благодійній організації. '
  return writeDocument({
    ...{ title: 'Statute', sender: ['Common Purse'], foot: 'Statute', writtenAt: new Date('2026-01-02') },
    blocks: Array.from({ length: 40 }, (_, row) => ({ kind: 'paragraph', text: `${row + 1}. ${text.repeat(4)}` })),
  })
}

/** One page with one picture of so many pixels a side, in a few bytes. */
function bombOf(side: number): Buffer {
  const picture = `/Type/XObject/Subtype/Image/Width ${side}/Height ${side}/BitsPerComponent 8/ColorSpace/DeviceGray`
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>',
    '<</Length 27>>\nstream\n500 0 0 700 40 40 cm /I Do \nendstream',
    `<<${picture}/Length 8>>\nstream\n00000000\nendstream`,
  ].map((body, at) => `${at + 1} 0 obj\n${body}\nendobj\n`)
  return Buffer.from(`%PDF-1.7\n${objects.join('')}trailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n`)
}

/** Which part of the drawn page is ink; nothing while no page is drawn. */
async function inkOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((one) => {
    const { width, height } = one as HTMLCanvasElement
    const data = (one as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? []
    let ink = 0
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128) ink += 1
    return ink / (width * height)
  })
}

const openPapers = async (javaScript = true): Promise<Page> => {
  const { page } = await signIn(browser, url, 'dana@demo.example', { javaScript })
  await page.goto(papers)
  return page
}

test('a PDF is drawn beside the data it proves, page by page, and with the keyboard', async () => {
  const page = await openPapers()
  const complaints = hearComplaints(page)
  const proof = page.locator('figure', { hasText: 'Governing document' })
  await proof.scrollIntoViewIfNeeded()
  const first = proof.getByRole('img', { name: /, page 1 of [2-9]$/ })
  await first.waitFor()
  expect(await inkOf(first)).toBeGreaterThan(0.005)
  const next = proof.getByRole('button', { name: 'Next page' })
  await next.focus()
  await page.keyboard.press('Enter')
  const second = proof.getByRole('img', { name: /, page 2 of/ })
  await second.waitFor()
  expect(await inkOf(second)).toBeGreaterThan(0.005)
  await proof.locator('summary').click()
  expect(await proof.textContent()).toContain('Залишок переходить')
  const widthBefore = (await second.boundingBox())?.width ?? 0
  await proof.getByRole('button', { name: 'Larger' }).click()
  await expect.poll(async () => (await second.boundingBox())?.width).toBeGreaterThan(widthBefore * 1.4)
  await proof.getByRole('button', { name: 'Fit the width' }).click()
  await expect.poll(async () => (await second.boundingBox())?.width).toBeLessThan(widthBefore * 1.1)
  expect(await lookAt(page, 'papers')).toEqual([])
  expect(complaints()).toEqual([])
})

test('a truncated PDF says that it is broken, and its link stays', async () => {
  const page = await openPapers()
  const complaints = hearComplaints(page)
  const proof = page.locator('figure', { hasText: 'Register extract' })
  await proof.scrollIntoViewIfNeeded()
  await proof.getByText('This PDF is broken').waitFor()
  expect(await proof.locator('canvas').count()).toBe(0)
  expect(await proof.locator('a[href^="/files/"]').count()).toBe(1)
  expect(complaints()).toEqual([])
})

test('a page that cannot be drawn whole is not drawn in part', async () => {
  const page = await openPapers()
  const complaints = hearComplaints(page)
  const proof = page.locator('figure', { hasText: 'cannot be drawn whole' })
  await page.locator('figure').nth(2).scrollIntoViewIfNeeded()
  await proof.getByText('Page 1 is broken or too large').waitFor()
  expect(await proof.locator('canvas').count()).toBe(0)
  expect(await proof.locator('a[href^="/files/"]').count()).toBe(1)
  expect(complaints()).toEqual([])
})

test('without JavaScript the link to each PDF is there, and a PDF stays a download in a sandbox', async () => {
  const page = await openPapers(false)
  const link = page.locator('figure', { hasText: 'Governing document' }).locator('a[href^="/files/"]')
  const answer = await page.request.get((await link.getAttribute('href')) ?? '')
  expect(answer.headers()).toMatchObject({
    'content-disposition': expect.stringContaining('attachment'),
    'content-security-policy': expect.stringContaining('sandbox'),
    'x-content-type-options': 'nosniff',
  })
})

test('what the PDF reader loads is a closed list, and its worker may reach nothing', async () => {
  const page = await (await browser.newContext({ baseURL: url })).newPage()
  const { version } = (await import('pdfjs-dist/package.json', { with: { type: 'json' } })).default
  const parts = `/pdf-reader/${version}`
  const worker = await page.request.get(`${parts}/pdf.worker.min.mjs`)
  expect(worker.status()).toBe(200)
  const policy = worker.headers()['content-security-policy']
  expect(policy).toBe("default-src 'none'; script-src 'self'; frame-ancestors 'none'")
  const others = [
    'package.json',
    'pdf.sandbox.min.mjs',
    'openjpeg.wasm',
    '..%2f..%2fpackage.json',
    '%2e%2e%2fpackage.json',
  ]
  for (const other of others) {
    expect((await page.request.get(`${parts}/${other}`)).status()).toBe(404)
  }
  expect((await page.request.get('/pdf-reader/0.0.0/pdf.worker.min.mjs')).status()).toBe(404)
})
