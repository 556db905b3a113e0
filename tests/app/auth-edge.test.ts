import { NextRequest } from 'next/server'
import { afterEach, expect, test } from 'vitest'
import { resetEnv } from '#lib/env.ts'
import { config, proxy } from '../../proxy.ts'

process.env['DATABASE_URL'] ??= 'postgresql://nobody@localhost/none'
const OWN = 'http://localhost:3000'
const ask = (path: string, init: ConstructorParameters<typeof NextRequest>[1] = {}) =>
  proxy(new NextRequest(OWN + path, init))
const forwarded = (response: Response, name: string) => response.headers.get(`x-middleware-request-${name}`)

afterEach(() => {
  delete process.env['STRIPE_API_BASE']
  process.env['APP_URL'] = OWN
  resetEnv()
})

test('a cross-site POST is refused, with the security headers', () => {
  const response = ask('/organizer', { method: 'POST', headers: { origin: 'https://evil.example' } })
  expect(response.status).toBe(403)
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})

test('a forged X-Forwarded-Host does not make another origin ours', () => {
  const headers = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', host: 'evil.example' }
  expect(ask('/organizer', { method: 'POST', headers }).status).toBe(403)
  const passed = ask('/organizer', { method: 'POST', headers: { ...headers, origin: OWN } })
  expect(forwarded(passed, 'x-forwarded-host')).toBe('localhost:3000')
})

test('each response has its own nonce, which the page gets and a client cannot choose', () => {
  const headers = { 'x-nonce': 'mine', 'content-security-policy': "script-src 'nonce-mine'" }
  const [first, second] = [ask('/', { headers }), ask('/', { headers })]
  const nonce = forwarded(first, 'x-nonce')
  expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
  expect(first.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
  expect(forwarded(first, 'content-security-policy')).toBe(first.headers.get('content-security-policy'))
  expect(forwarded(second, 'x-nonce')).not.toBe(nonce)
})

test('a gift may be sent on to checkout at Stripe, and in the sandbox to the sandbox', () => {
  process.env['STRIPE_API_BASE'] = 'http://localhost:4242/v1'
  resetEnv()
  expect(ask('/').headers.get('content-security-policy')).toContain(
    "form-action 'self' https://checkout.stripe.com http://localhost:4242;",
  )
})

test('a stored file has a policy in which nothing runs, whatever it is', () => {
  for (const path of ['/files/0190', '/files/0190/x']) {
    expect(ask(path).headers.get('content-security-policy')).toBe("sandbox; default-src 'none'; frame-ancestors 'none'")
  }
  expect(ask('/filesystem').headers.get('content-security-policy')).toContain("default-src 'self'")
})

test('a body above 11 MB is refused before it is read', async () => {
  const send = (length: string) =>
    ask('/organizer/campaigns/new', { method: 'POST', headers: { origin: OWN, 'content-length': length } })
  const refused = send(String(11 * 1024 * 1024 + 1))
  expect(refused.status).toBe(413)
  expect(await refused.text()).toBe(
    'What you sent is larger than 11 MB, so it was refused. A file may have at most 10 MB.\n',
  )
  expect(refused.headers.get('x-content-type-options')).toBe('nosniff')
  expect(send('99999999999999999999999').status).toBe(413)
  expect(send(String(11 * 1024 * 1024)).status).toBe(200)
})

test('https turns on HSTS', () => {
  process.env['APP_URL'] = 'https://purse.example'
  resetEnv()
  expect(ask('/').headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains')
})

test('only the webhook itself and static files go past it', () => {
  const matches = (path: string) => new RegExp(`^${config.matcher}$`).test(path)
  for (const path of ['/api/stripe/webhook', '/_next/static/chunks/a.js']) expect(matches(path)).toBe(false)
  for (const path of [
    '/',
    '/api/stripe/webhooks',
    '/api/stripe/webhook/x',
    '/_next/image',
    '/admin',
    '/api/auth/session',
  ]) {
    expect(matches(path)).toBe(true)
  }
})

test('an address with a zero character in it finds nothing, wherever it stands', () => {
  for (const path of ['/reports/%00', '/campaigns/a%00b', '/treasurer/donations?text=%00']) {
    expect(ask(path).status).toBe(404)
  }
  expect(ask('/reports/federation?from=2026-01-01').status).toBe(200)
})
