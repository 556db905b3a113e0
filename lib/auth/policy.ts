import { AppError } from '../errors.ts'
import type { Actor, Role, UserActor } from './types.ts'

/** Whether the actor holds one of the roles in this chapter. Being instance administrator gives no chapter role. */
export function hasRole(actor: Actor, chapterId: string, ...roles: Role[]): boolean {
  return actor.kind === 'user' && actor.roles.some((held) => held.chapterId === chapterId && roles.includes(held.role))
}

/** The chapters in which the actor holds one of the roles; what scoped look-ups filter by. */
export function chapterIdsWith(actor: Actor, ...roles: Role[]): string[] {
  if (actor.kind !== 'user') return []
  return [...new Set(actor.roles.filter((held) => roles.includes(held.role)).map((held) => held.chapterId))]
}

/** The actor as a signed-in person. Throws `not_signed_in` otherwise. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind !== 'user') throw new AppError('not_signed_in', 'Sign in to go on.')
  return actor
}

/** The actor as an enabled instance administrator. To others the administration does not exist. */
export function requireAdmin(actor: Actor): UserActor {
  if (actor.kind !== 'user' || !actor.isAdmin) throw new AppError('not_found', 'There is nothing here.')
  return actor
}

/** Mails hold sign-in links: everybody sees them only in a sandbox that has no mail server, else administrators. */
export function canReadMailbox(actor: Actor, instance: { isSandbox: boolean; hasMailServer: boolean }): boolean {
  if (instance.isSandbox && !instance.hasMailServer) return true
  return actor.kind === 'user' && actor.isAdmin
}

/** Where a person begins after signing in: the desk of the first role they hold. */
export function firstDesk(actor: Actor): string {
  if (actor.kind !== 'user') return '/'
  const held = new Set(actor.roles.map(({ role }) => role))
  if (held.has('organizer')) return '/organizer'
  if (held.has('treasurer')) return '/treasurer'
  if (held.has('vetting_reviewer')) return '/vetting'
  if (actor.isAdmin) return '/admin'
  return held.has('auditor') ? '/reports' : '/'
}

/** A path on our own site, as it may follow a login; null for anything that could lead elsewhere (`//evil`, `/\evil`). */
export function sameSitePath(next: string | null | undefined): string | null {
  if (!next?.startsWith('/') || !/^[\x21-\x7e]+$/.test(next) || next.includes('\\')) return null
  const own = 'https://own.invalid'
  if (!URL.canParse(next, own)) return null
  const url = new URL(next, own)
  const path = url.pathname + url.search + url.hash
  return url.origin === own && !path.startsWith('//') ? path : null
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that may change something must be refused because our own pages did not send it. Browsers say
 * where a request comes from in Origin and in Sec-Fetch-Site; a request that names neither is refused as well, since
 * Next accepts server actions without an Origin. Stripe's webhook proves itself by signature.
 */
export function isCrossSiteWrite(
  headers: Pick<Headers, 'get'>,
  method: string,
  path: string,
  appOrigin: string,
): boolean {
  if (READING.has(method.toUpperCase()) || path === '/api/stripe/webhook') return false
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  const origin = headers.get('origin')
  return origin === null ? site !== 'same-origin' : origin !== appOrigin
}
