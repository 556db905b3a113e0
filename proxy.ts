import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { buildSecurityHeaders } from '#lib/auth/build-security-headers.ts'
import { isCrossSiteWrite } from '#lib/auth/policy.ts'
import { env } from '#lib/env.ts'

// As large as the largest form, whose file has at most 10 MB; next.config.js keeps the same limit for what says no length.
const BODY_BYTES_MAX = 11 * 1024 * 1024
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The edge of the app: security headers, the nonce of this response, and the refusal of writes that another site
 * sent or that are too large. It decides nothing about who may do what; lib does.
 */
export function proxy(request: NextRequest): NextResponse {
  const { APP_URL, STRIPE_API_BASE, NODE_ENV, TURNSTILE_SITE_KEY, TURNSTILE_URL } = env()
  const own = new URL(APP_URL)
  const path = request.nextUrl.pathname
  const nonce = randomBytes(16).toString('base64')
  const security = buildSecurityHeaders({
    path,
    nonce,
    appUrl: APP_URL,
    formTargets: ['https://checkout.stripe.com', ...(STRIPE_API_BASE ? [new URL(STRIPE_API_BASE).origin] : [])],
    challengeOrigin: TURNSTILE_SITE_KEY ? new URL(TURNSTILE_URL).origin : null,
    isDevelopment: NODE_ENV === 'development',
  })
  if (isCrossSiteWrite(request.headers, request.method, path, own.origin)) {
    const text = 'This request came from another site, so it was refused. Open the page again and retry.\n'
    return withHeaders(plainText(text, 403), security)
  }
  if (Number(request.headers.get('content-length')) > BODY_BYTES_MAX) {
    const text = 'What you sent is larger than 11 MB, so it was refused. A file may have at most 10 MB.\n'
    return withHeaders(plainText(text, 413), security)
  }
  if (/%00/.test(request.url)) {
    // No text in the database can hold this character, so nothing can be found by it.
    return withHeaders(plainText('No address here has a zero character in it.\n', 404), security)
  }
  const canonical = canonicalLoopback(request, own)
  if (canonical) return withHeaders(moveTo(canonical), security)

  const headers = new Headers(request.headers)
  // Next compares a server action's Origin with this header, which a client could set.
  headers.set('x-forwarded-host', own.host)
  headers.set('x-forwarded-proto', own.protocol.slice(0, -1))
  headers.set('x-nonce', nonce)
  // The frame around a page is in the page's language, which its address tells: app/page-language.ts.
  headers.set('x-purse-address', request.nextUrl.pathname + request.nextUrl.search)
  // Next reads the nonce for its own scripts from the request's policy.
  headers.set('content-security-policy', security['Content-Security-Policy'] ?? '')
  return withHeaders(NextResponse.next({ request: { headers } }), security)
}

export const config = {
  // The webhook proves itself by its signature and is the busiest route; static files carry no state.
  matcher: '/((?!api/stripe/webhook$|_next/static/).*)',
}

/** On one's own machine 127.0.0.1 and localhost are two sites with two cookies: a page opened on the other one moves. */
function canonicalLoopback(request: NextRequest, own: URL): URL | null {
  const host = request.headers.get('host') ?? own.host
  if (host === own.host || !URL.canParse(`http://${host}`)) return null
  const asked = new URL(`http://${host}`)
  const samePort = asked.port === own.port && LOOPBACK.has(asked.hostname) && LOOPBACK.has(own.hostname)
  if (!samePort || request.headers.get('sec-fetch-mode') !== 'navigate' || request.method !== 'GET') return null
  return new URL(request.nextUrl.pathname + request.nextUrl.search, own)
}

/** Next takes the two hosts for one and would turn a Location into a path, which leads back here. */
function moveTo(url: URL): NextResponse {
  const headers = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', Refresh: `0; url=${url}` }
  return new NextResponse(`This page is at ${url}\n`, { headers })
}

function plainText(text: string, status: number): NextResponse {
  return new NextResponse(text, { status, headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' } })
}

function withHeaders(response: NextResponse, headers: Record<string, string>): NextResponse {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}
