import { expect, test } from 'vitest'
import { buildSecurityHeaders } from '#lib/auth/build-security-headers.ts'
import { canReadMailbox, firstDesk, isCrossSiteWrite, sameSitePath } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'

const OWN = 'https://purse.example'
const write = (headers: Record<string, string>, method = 'POST', path = '/organizer') =>
  isCrossSiteWrite(new Headers(headers), method, path, OWN)

test('a write from our own page passes', () => {
  expect(write({ origin: OWN, 'sec-fetch-site': 'same-origin' })).toBe(false)
  expect(write({ origin: OWN })).toBe(false)
  expect(write({ 'sec-fetch-site': 'same-origin' })).toBe(false)
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'PURGE'])('a %s of another site is refused', (method) => {
  expect(write({ origin: 'https://evil.example' }, method)).toBe(true)
  expect(write({ origin: OWN, 'sec-fetch-site': 'cross-site' }, method)).toBe(true)
})

test.each([
  'https://sub.purse.example',
  'http://purse.example',
  'https://purse.example:8443',
  'https://purse.example.evil.example',
  'null',
  '',
])('the origin %j is not ours', (origin) => {
  expect(write({ origin })).toBe(true)
  expect(write({ origin, 'sec-fetch-site': 'same-origin' })).toBe(true)
})

test('a write from a sibling host is refused', () => {
  expect(write({ origin: OWN, 'sec-fetch-site': 'same-site' })).toBe(true)
})

test('a write without any word of where it comes from is refused', () => {
  expect(write({})).toBe(true)
  expect(write({ 'sec-fetch-site': 'none' })).toBe(true)
  expect(write({ 'x-forwarded-host': 'purse.example', referer: `${OWN}/organizer` })).toBe(true)
})

test('reading is never refused, and the webhook alone needs no origin', () => {
  expect(write({ 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(false)
  expect(write({}, 'POST', '/api/stripe/webhook')).toBe(false)
  expect(write({}, 'POST', '/api/stripe/webhook/../x')).toBe(true)
})

test.each(['/treasurer', '/campaigns/a?b=c#d', '/'])('%s may follow a login', (next) => {
  expect(sameSitePath(next)).toBe(next)
})

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  'evil',
  '/%0d%0aset-cookie:x\n',
  '/\t/evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '',
  null,
])('%j may not follow a login', (next) => {
  expect(sameSitePath(next)).toBeNull()
})

test('the mailbox, which holds sign-in links, is open only in a sandbox without a mail server', () => {
  const guest: Actor = { kind: 'guest' }
  const admin: Actor = { kind: 'user', userId: 'a', name: 'A', isAdmin: true, roles: [] }
  const treasurer: Actor = { ...admin, isAdmin: false, roles: [{ chapterId: 'c', role: 'treasurer' }] }
  expect(canReadMailbox(guest, { isSandbox: true, hasMailServer: false })).toBe(true)
  for (const instance of [
    { isSandbox: false, hasMailServer: false },
    { isSandbox: true, hasMailServer: true },
    { isSandbox: false, hasMailServer: true },
  ]) {
    expect(canReadMailbox(guest, instance)).toBe(false)
    expect(canReadMailbox(treasurer, instance)).toBe(false)
    expect(canReadMailbox(admin, instance)).toBe(true)
  }
})

test('each role begins at its own desk', () => {
  const holder = (role: 'organizer' | 'treasurer' | 'vetting_reviewer' | 'auditor', isAdmin = false): Actor => ({
    kind: 'user',
    userId: 'u',
    name: 'U',
    isAdmin,
    roles: [{ chapterId: 'c', role }],
  })
  expect(firstDesk(holder('organizer'))).toBe('/organizer')
  expect(firstDesk(holder('treasurer', true))).toBe('/treasurer')
  expect(firstDesk(holder('vetting_reviewer'))).toBe('/vetting')
  expect(firstDesk(holder('auditor', true))).toBe('/admin')
  expect(firstDesk(holder('auditor'))).toBe('/reports')
  expect(firstDesk({ kind: 'guest' })).toBe('/')
})

const context = {
  path: '/',
  nonce: 'abc',
  appUrl: OWN,
  formTargets: ['https://checkout.stripe.com'],
  isDevelopment: false,
}

test('the policy allows no inline code, no framing, no other base, and forms to checkout only', () => {
  const policy = buildSecurityHeaders(context)['Content-Security-Policy'] ?? ''
  expect(policy).not.toContain('unsafe-')
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).toContain("object-src 'none'")
  expect(policy).toContain("form-action 'self' https://checkout.stripe.com;")
})

test('workers are ours alone, and the one that takes strangers’ PDFs apart reaches nothing and compiles nothing', () => {
  expect(buildSecurityHeaders(context)['Content-Security-Policy']).toContain("worker-src 'self'")
  const path = '/pdf-reader/1.0.0/pdf.worker.min.mjs'
  const policy = buildSecurityHeaders({ ...context, path })['Content-Security-Policy']
  expect(policy).toBe("default-src 'none'; script-src 'self'; frame-ancestors 'none'")
})

test('only https asks browsers to stay on https, and the address of the confirm page goes nowhere else', () => {
  expect(buildSecurityHeaders(context)['Strict-Transport-Security']).toMatch(/max-age=\d{8}/)
  expect(buildSecurityHeaders({ ...context, appUrl: 'http://localhost:3000' })).not.toHaveProperty(
    'Strict-Transport-Security',
  )
  expect(buildSecurityHeaders({ ...context, path: '/sign-in/confirm' })['Referrer-Policy']).toBe('same-origin')
})

test("a mail's own document can run nothing and can be framed by us only", () => {
  const policy = buildSecurityHeaders({ ...context, path: '/mailbox/1/html' })['Content-Security-Policy']
  expect(policy).toMatch(/^sandbox allow-popups [^;]*; default-src 'none'/)
  expect(policy).not.toContain('allow-scripts')
  expect(policy).toContain("frame-ancestors 'self'")
})
