import type { Browser, Page } from 'playwright-core'
import { signIn } from './browser.ts'
import { eventually } from './sandbox-money.ts'

/** The demo's group whose campaigns no other browser test uses, and the one of them that is paused. */
const GROUP = 'Dnipro Relief Warehouse'
export const HELD_CAMPAIGN = 'Heat for the evacuation shelters'

/** Takes the group's status a step on, as its reviewer does. */
async function step(page: Page, name: 'Suspend' | 'Reject'): Promise<void> {
  const form = page.getByRole('form', { name, exact: true })
  if (!(await form.isVisible())) await page.locator('summary', { hasText: new RegExp(`^${name}$`) }).click()
  await form.getByRole('textbox').fill('For the browser tests of holds.')
  await form.getByRole('button', { name, exact: true }).click()
  await form.waitFor({ state: 'detached' })
}

/** The reviewer's page of the group, wherever its vetting stands. */
export async function openGroup(browser: Browser, url: string): Promise<Page> {
  const { page } = await signIn(browser, url, 'olek@demo.example', { next: '/vetting' })
  await page.goto('/vetting')
  await page.getByRole('main').getByRole('link', { name: GROUP }).first().click()
  await page.waitForURL(/\/vetting\/aid-groups\//)
  return page
}

/** The reviewers stop payments to the group. Does nothing where that was done before. */
export async function suspendGroup(page: Page): Promise<void> {
  if ((await page.locator('details#suspend').count()) > 0) await step(page, 'Suspend')
}

/** Its vetting ends with a no. Likewise. */
export async function rejectGroup(page: Page): Promise<void> {
  if ((await page.locator('details#reject').count()) > 0) await step(page, 'Reject')
}

/** The address in one giver's mail. */
export async function choiceLink(page: Page): Promise<string> {
  await page.goto('/mailbox')
  const mail = page.getByRole('main').getByRole('link', { name: `Your gift to ${HELD_CAMPAIGN}: you choose` })
  await eventually(
    async () => ((await mail.count()) > 0 ? true : void (await page.reload())),
    'givers to be written to',
  )
  await mail.first().click()
  await page.waitForURL(/\/mailbox\/.+/)
  const href = await page
    .getByRole('main')
    .getByRole('link', { name: /\/choices\// })
    .first()
    .getAttribute('href')
  return new URL(href ?? '', page.url()).pathname
}
