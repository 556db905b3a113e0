import { z } from 'zod'

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/
const MESSAGE = 'Enter one e-mail address, like name@example.org.'

/**
 * One e-mail address in lower case, at most 254 characters (RFC 5321). Stricter than the standard on purpose: no
 * quoted parts, comments, lists or display names, and ASCII only before lower-casing, so that no two texts that
 * somebody could confuse end in the same mailbox.
 */
export const emailAddress = z
  .string({ error: MESSAGE })
  .max(300, MESSAGE)
  .transform((text) => text.replace(/^ +| +$/g, ''))
  .refine((text) => /^[\x21-\x7e]+$/.test(text), MESSAGE)
  .transform((text) => text.toLowerCase())
  .refine(isPlainAddress, MESSAGE)

function isPlainAddress(text: string): boolean {
  const at = text.indexOf('@')
  if (at < 1 || at > 64 || text.length > 254) return false
  return LOCAL.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1))
}
