import type { Locator, Page } from 'playwright-core'

/** What is typed, by field name. A box or a choice is named with its value; '' leaves a field empty. */
export type Typed = Record<string, string>

export const HUGE = 'x'.repeat(100_000)
export const SCRIPT = '<script>alert(1)</script>'
export const IMAGE = '"><img src=x onerror=alert(2)>'
export const FORMULA = '=HYPERLINK("https://evil.example","x")'
export const REVERSED = 'abc\u202Egpj.exe'

/** What nobody can mean as an amount of money; an Arabic five looks like one but is no digit our books print. */
export const NO_AMOUNTS = ['4.999', '1e21', '٥', '-5', '0', 'NaN', 'null', SCRIPT, FORMULA, '\u202E52', HUGE]

/** A form of the page, with everything that is folded away opened. */
export async function openForm(page: Page, label: string): Promise<Locator> {
  await page.locator('details').evaluateAll((all) => {
    for (const one of all) one.setAttribute('open', '')
  })
  return page.getByRole('form', { name: label, exact: true })
}

/** Types into the fields as they are named in the form; limits of the browser are taken off, as an attacker would. */
export async function fillForm(form: Locator, typed: Typed): Promise<void> {
  for (const [name, value] of Object.entries(typed)) {
    const field = form.locator(`[name="${name}"]`)
    const kind = await field.first().evaluate((one) => {
      one.removeAttribute('maxlength')
      return one.getAttribute('type') ?? one.tagName.toLowerCase()
    })
    if (kind === 'select') await field.selectOption(value)
    else if (kind === 'radio' || kind === 'checkbox') await form.locator(`[name="${name}"][value="${value}"]`).check()
    else await field.fill(value)
  }
}

/** What stands at each field after a refused attempt: the message that it is described by, and its present value. */
async function readFields(form: Locator): Promise<Record<string, { message: string; values: string[] }>> {
  return form.evaluate((root) => {
    const fields: Record<string, { message: string; values: string[] }> = {}
    for (const one of root.querySelectorAll<HTMLInputElement>('input:not([type=hidden]), select, textarea')) {
      const marked = one.getAttribute('aria-invalid') === 'true' ? one : one.closest('fieldset[aria-describedby]')
      const ids = (marked?.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id.endsWith('-error'))
      const message = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
      const isChosen = one.type === 'radio' || one.type === 'checkbox' ? one.checked : true
      const known = fields[one.name] ?? { message: '', values: [] }
      const values = isChosen ? [...known.values, one.value] : known.values
      fields[one.name] = { message: known.message || message, values }
    }
    return fields
  })
}

/**
 * Sends the form with what cannot be accepted. Answers what is wrong with the answer: a field of `refused` without a
 * message of its own, or anything typed that is no longer there.
 */
export async function sendRefused(form: Locator, submit: string, typed: Typed, refused: string[]): Promise<string[]> {
  await fillForm(form, typed)
  await form.getByRole('button', { name: submit, exact: true }).click()
  await form.getByRole('alert').waitFor()
  const fields = await readFields(form)
  const mute = refused.filter((name) => !fields[name]?.message.replace('Error:', '').trim())
  const lost = Object.entries(typed).filter(([name, value]) => !sameText(fields[name]?.values, value))
  return [
    ...mute.map((name) => `no message at ${name} for ${JSON.stringify(typed[name]?.slice(0, 40))}`),
    ...lost.map(([name, value]) => `${name} lost ${JSON.stringify(value.slice(0, 40))}`),
  ]
}

function sameText(values: string[] | undefined, typed: string): boolean {
  return typed === '' || (values ?? []).some((value) => value.replaceAll('\r\n', '\n') === typed)
}
