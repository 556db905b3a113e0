import type { APIResponse, BrowserContext, Page } from 'playwright-core'

/** The fields of a form as the page without JavaScript would send them, the hidden ones and the action's own included. */
export async function formFields(page: Page, label: string): Promise<[string, string][]> {
  return page.getByRole('form', { name: label, exact: true }).evaluate((form) => {
    const fields: [string, string][] = []
    for (const [name, value] of new FormData(form as HTMLFormElement))
      if (typeof value === 'string') fields.push([name, value])
    return fields
  })
}

/** Sends a form by hand with some fields changed or added: what somebody with a program of their own can do. */
export async function postFields(
  context: BrowserContext,
  address: string,
  fields: [string, string][],
  changes: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<APIResponse> {
  const body = new FormData()
  for (const [name, value] of fields) if (!(name in changes)) body.append(name, value)
  for (const [name, value] of Object.entries(changes)) body.append(name, value)
  const own = { origin: new URL(address).origin, 'sec-fetch-site': 'same-origin' }
  return context.request.post(address, { multipart: body, headers: { ...own, ...headers }, maxRedirects: 0 })
}
