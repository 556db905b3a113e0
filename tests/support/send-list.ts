import type { Page } from 'playwright-core'

/** A vetting reviewer sends a file that is no sanctions list; answers the path of the page that says so. */
export async function sendNoList(reviewer: Page): Promise<string> {
  await reviewer.goto('/vetting/lists')
  await reviewer.getByLabel('Whose list').selectOption('un')
  const file = { name: 'no-list.csv', mimeType: 'text/csv', buffer: Buffer.from('this is no list') }
  await reviewer.getByLabel('File or files').setInputFiles(file)
  await reviewer.getByRole('button', { name: 'Bring this list in' }).click()
  await reviewer.waitForURL(/\/uploads\//)
  return new URL(reviewer.url()).pathname
}
