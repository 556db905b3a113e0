import { readFileSync } from 'node:fs'
import { glob, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const OUTPUT = join(import.meta.dirname, '../e2e/output')
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Pictures are for a person to look at afterwards. Nobody sees those of a CI machine, and taking them is half the work. */
const KEEPS_PICTURES = process.env['CI'] !== 'true'

export const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }

/** Hears what a page complains of: errors of scripts, refusals of the content policy, dialogs that a script opened. */
export function hearComplaints(page: Page): () => string[] {
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => heard.push(`script: ${error.message}`))
  page.on('response', (answer) => {
    if (answer.status() >= 500) heard.push(`${answer.status()} from ${answer.url()}`)
  })
  page.on('dialog', (dialog) => {
    heard.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return () => heard.splice(0)
}

/** What axe finds against WCAG 2.2 AA and its best practices: rule and first place, a line each. */
async function axeProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(AXE)
  // Without the preload of style sheets, which only rules ask for that are not among these.
  const options = JSON.stringify({ runOnly: RULES, resultTypes: ['violations'], elementRef: false, preload: false })
  const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults
  return violations.map(({ id, nodes }) => `axe ${id}: ${nodes[0]?.target.join(' ')} (${nodes[0]?.failureSummary})`)
}

/** What a page must be besides its words: one first heading, and never wider than the window. */
async function shapeProblems(page: Page): Promise<string[]> {
  const { headings, over, widest } = (await page.evaluate(`(() => {
    const wide = document.documentElement.clientWidth
    const out = [...document.body.querySelectorAll('*')].find((one) => one.getBoundingClientRect().right > wide + 1)
    return { headings: document.querySelectorAll('h1').length, over: document.documentElement.scrollWidth - wide,
      widest: out ? out.outerHTML.slice(0, 120) : '' }
  })()`)) as { headings: number; over: number; widest: string }
  return [
    ...(headings === 1 ? [] : [`${headings} h1`]),
    ...(over > 0 ? [`${over} px wider than the window: ${widest}`] : []),
  ]
}

/** Lets every picture come that would come only when somebody scrolls to it, so that a missing one is heard of. */
async function loadPictures(page: Page): Promise<void> {
  await page.evaluate(`for (const one of document.querySelectorAll('img[loading=lazy]')) one.loading = 'eager'`)
  const isLoading = () => page.evaluate('[...document.images].some((one) => !one.complete)')
  for (let tries = 0; tries < 100 && (await isLoading()); tries += 1) await sleep(50)
}

/**
 * Looks at an open page on a phone and at a desk, in the light and in the dark, and keeps a picture of each (not where
 * CI=true). Answers what is wrong, each line with where.
 */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  await mkdir(OUTPUT, { recursive: true })
  // A page that came without a reload gets its title a moment after its address.
  for (let tries = 0; tries < 30 && (await page.title()) === ''; tries += 1) await sleep(100)
  await loadPictures(page)
  const problems: string[] = []
  const looks = [
    { size: PHONE, colorScheme: 'light', axe: true },
    { size: PHONE, colorScheme: 'dark', axe: false },
    { size: DESK, colorScheme: 'light', axe: false },
    { size: DESK, colorScheme: 'dark', axe: true },
  ] as const
  for (const { size, colorScheme, axe } of looks) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    const found = [...(await shapeProblems(page)), ...(axe ? await axeProblems(page) : [])]
    problems.push(...found.map((problem) => `${name} at ${size.width}, ${colorScheme}: ${problem}`))
    const path = join(OUTPUT, `${name}-${size.width}-${colorScheme}.png`)
    if (KEEPS_PICTURES) await page.screenshot({ path, fullPage: true })
  }
  return problems
}

export type Route = { route: string; pattern: RegExp }

/** Every page of the app as its folders tell it, the fixed addresses before those with a part that varies. */
export async function listRoutes(): Promise<Route[]> {
  const app = join(import.meta.dirname, '../../app')
  const routes: Route[] = []
  for await (const file of glob('**/page.tsx', { cwd: app })) {
    const parts = file.split('/').slice(0, -1)
    const route = `/${parts.filter((part) => !part.startsWith('(')).join('/')}`
    const pattern = new RegExp(`^${route.replaceAll(/\[[^\]]+\]/g, '[^/]+')}$`)
    routes.push({ route, pattern })
  }
  return routes.sort((one, other) => one.route.split('[').length - other.route.split('[').length)
}

/** Where the links of an open page lead on this site: path with query, without the part behind #. */
export async function ownLinks(page: Page): Promise<string[]> {
  const links = await page
    .locator('a[href]:not([download])')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  const targets = links.map((href) => new URL(href, page.url()))
  const own = targets.filter(({ origin }) => origin === new URL(page.url()).origin)
  return [...new Set(own.map(({ pathname, search }) => pathname + search))]
}
