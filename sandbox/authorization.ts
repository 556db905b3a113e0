import { createHash, timingSafeEqual } from 'node:crypto'
import type { Sandbox } from './context.ts'
import { ApiError } from './errors.ts'

/** Bearer, or basic with the key as the user name, as Stripe takes both. */
export function checkAuthorization(sandbox: Sandbox, header: string | undefined): void {
  const key = readKey(header)
  if (key === undefined) {
    const message =
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth ' +
      "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    throw new ApiError(401, { type: 'invalid_request_error', message })
  }
  if (timingSafeEqual(digest(key), digest(sandbox.settings.apiKey))) return
  throw new ApiError(401, { type: 'invalid_request_error', message: `Invalid API Key provided: ${masked(key)}` })
}

function readKey(header: string | undefined): string | undefined {
  const [scheme, value] = (header ?? '').split(' ')
  if (!value) return undefined
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() !== 'basic') return undefined
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0] || undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`
}
