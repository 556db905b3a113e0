import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openForm } from './forms.ts'

const DETAIL: Readonly<Record<string, (form: Awaited<ReturnType<typeof openForm>>) => Promise<void>>> = {
  Risk: (form) => form.getByLabel('Medium', { exact: true }).check(),
}

type Nominated = { dossier: string; link: string }

/** A person of the chapter nominates an aid group; answers the path of its dossier and the link that is shown once. */
export async function nominate(
  page: Page,
  group: { name: string; legalName: string; region: string },
): Promise<Nominated> {
  await page.goto('/vetting/aid-groups/new')
  const form = await openForm(page, 'Nominate an aid group')
  await form.getByLabel('Name', { exact: true }).fill(group.name)
  await form.getByLabel('Registered name').fill(group.legalName)
  await form.getByLabel('What it does').fill('Drivers who carry splints and people between cellars and hospitals.')
  await form.getByLabel('Country').fill('Ukraine')
  await form.getByLabel('Region of delivery').fill(group.region)
  await form.getByLabel('I hand it on').check()
  await form.getByLabel('English').check()
  await form.getByRole('button', { name: 'Nominate' }).click()
  const told = page
    .getByRole('main')
    .getByText(/\/apply\/[\w-]{20,}/)
    .first()
  await told.waitFor()
  const link = /https?:\/\/\S+\/apply\/[\w-]+/.exec(await told.innerText())?.[0] ?? ''
  await page.goto('/vetting')
  const dossier = await page.getByRole('main').getByRole('link', { name: group.name }).first().getAttribute('href')
  return { dossier: dossier ?? '', link }
}

/** Takes one step of the workflow with its reason. */
export async function takeStep(page: Page, dossier: string, step: string, reason: string): Promise<void> {
  await page.goto(dossier)
  const form = await openForm(page, step)
  await form.getByRole('textbox').fill(reason)
  await form.getByRole('button', { name: step, exact: true }).click()
  await form.waitFor({ state: 'detached' })
}

/** Records "it is met" wherever a reviewer still has to say so; answers which gates those were. */
export async function recordFindings(page: Page, dossier: string): Promise<string[]> {
  const recorded: string[] = []
  for (;;) {
    await page.goto(dossier)
    const waiting = page.getByRole('main').locator('li[id]', { hasText: /A reviewer has not (said|set)/ })
    if ((await waiting.count()) === 0) return recorded
    const title = (await waiting.first().getByRole('heading').innerText()).trim()
    expect(recorded, 'a finding is recorded once').not.toContain(title)
    const form = await openForm(page, `Finding: ${title}`)
    await form.getByLabel('It is met').check()
    await DETAIL[title]?.(form)
    await form.getByLabel('Why').fill('Looked at the papers and asked by telephone; they agree.')
    await form.getByRole('button', { name: 'Record the finding' }).click()
    await page.getByRole('main').locator('li[id]', { hasText: title }).getByText('Found to be met').waitFor()
    recorded.push(title)
  }
}

/** A second person makes sure, by another way, that the account is theirs. */
export async function verifyAccount(page: Page, dossier: string): Promise<void> {
  await page.goto(`${dossier}/bank`)
  const form = await openForm(page, 'Verify the bank account')
  await form.getByLabel(/^Call back/).check()
  await form.getByLabel('What you did').fill('Called the number in the register; the chair read the last digits back.')
  await form.getByRole('button', { name: 'It is theirs' }).click()
  await form.waitFor({ state: 'detached' })
}

/** The second approval, with a cap in dollars. */
export async function approveDossier(page: Page, dossier: string): Promise<void> {
  await page.goto(dossier)
  const form = await openForm(page, 'Second approval')
  await form.getByRole('radio', { name: /^Medium/ }).check()
  await form.getByLabel('In USD').fill('20000')
  await form.getByLabel('What you checked').fill('Read the dossier a second time; nothing is open.')
  await form.getByRole('button', { name: 'Approve', exact: true }).click()
  await form.waitFor({ state: 'detached' })
}
