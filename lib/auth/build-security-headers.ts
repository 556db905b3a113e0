export type SecurityContext = {
  path: string
  /** Fresh for each request; unguessable. */
  nonce: string
  /** The canonical address; https turns on what only https can keep. */
  appUrl: string
  /** Other origins a form may lead to: the browser checks where a post redirects, and giving redirects to checkout. */
  formTargets: readonly string[]
  /** Turnstile's origin, where it is in use: its widget is a frame. */
  challengeOrigin?: string | null
  isDevelopment: boolean
}

/** A mail's own document: markup of ours with inline styles, no scripts, in a frame of the mailbox. */
const MAIL_BODY = /^\/mailbox\/[^/]+\/html$/
/** Stored files: what people uploaded opens nothing and runs nothing, also when its address is opened by itself. */
const STORED_FILE = /^\/files\//
/** Pages that whoever has their address may see. */
const HOLDS_A_TOKEN = /^\/(sign-in|receipts|pledges|giving)\//
/** The PDF reader's worker, which takes strangers' files apart: scripts of ours, no connection, no WebAssembly, no eval. */
const READER_PART = /^\/pdf-reader\//
export const PDF_READER_POLICY = "default-src 'none'; script-src 'self'; frame-ancestors 'none'"
const FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
const HSTS_SECONDS = 63_072_000

/** The headers of every response, by OWASP's secure headers; the policy for content is strict (nonces, no inline code). */
export function buildSecurityHeaders(context: SecurityContext): Record<string, string> {
  const isMailBody = MAIL_BODY.test(context.path)
  return {
    'Content-Security-Policy': policyFor(context),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': isMailBody ? 'SAMEORIGIN' : 'DENY',
    // These addresses hold a token: they go nowhere but to ourselves.
    'Referrer-Policy': HOLDS_A_TOKEN.test(context.path) ? 'same-origin' : 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    ...(context.appUrl.startsWith('https:')
      ? { 'Strict-Transport-Security': `max-age=${HSTS_SECONDS}; includeSubDomains` }
      : {}),
  }
}

function policyFor(context: SecurityContext): string {
  if (MAIL_BODY.test(context.path)) return mailBodyPolicy()
  if (STORED_FILE.test(context.path)) return FILE_POLICY
  return READER_PART.test(context.path) ? PDF_READER_POLICY : contentSecurityPolicy(context)
}

function contentSecurityPolicy({ nonce, formTargets, challengeOrigin, isDevelopment }: SecurityContext): string {
  // React's development build evaluates source for stack traces and injects styles.
  const script = `'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`
  const style = isDevelopment ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`
  return [
    "default-src 'self'",
    `script-src ${script}`,
    `style-src ${style}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    `frame-src 'self'${challengeOrigin ? ` ${challengeOrigin}` : ''}`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')
}

function mailBodyPolicy(): string {
  return [
    'sandbox allow-popups allow-popups-to-escape-sandbox',
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    "frame-ancestors 'self'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ')
}
