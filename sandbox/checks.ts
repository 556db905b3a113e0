import { invalidRequest } from './errors.ts'

const EMAIL = /^[^\s@<>"]{1,64}@[^\s@<>"]+\.[^\s@<>".]{2,}$/

export function isEmail(text: string): boolean {
  return text.length <= 254 && EMAIL.test(text)
}

export function checkEmail(text: string | undefined, param: string): void {
  if (text === undefined || isEmail(text)) return
  throw invalidRequest(`Invalid email address: ${text}`, { code: 'email_invalid', param })
}

/** An http(s) address of at most 5,000 characters; `{CHECKOUT_SESSION_ID}` may stand in it. */
export function checkUrl(text: string | undefined, param: string): void {
  if (text === undefined) return
  const usable = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && text.length <= 5000
  if (!usable) throw invalidRequest('Not a valid URL', { code: 'url_invalid', param })
}

export function missing(param: string): never {
  throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
}
