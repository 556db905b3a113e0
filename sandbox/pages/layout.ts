import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { sendText } from '#sandbox/http.ts'
import { html, Markup } from './html.ts'
import { STYLE } from './style.ts'

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
// form-action is left open on purpose: browsers apply it to the redirect after the form, which goes to the app.
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`

/** Decided inside a transaction, sent after its commit. */
export type Reply = (response: ServerResponse) => void

/** A whole page under the sandbox's tape; no script on any of them. */
export function sendPage(response: ServerResponse, status: number, title: string, main: Markup): void {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header><p class="tape"><strong>Sandbox: no real money.</strong> A stand-in for Stripe on this machine.</p></header>
${main}
</body>
</html>
`
  sendText(response, status, 'text/html; charset=utf-8', page.text, {
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
}

/** One message with at most one way on. */
export function sendNotice(
  response: ServerResponse,
  status: number,
  notice: { title: string; text: string; link?: { href: string; label: string } | undefined },
): void {
  const main = html`<main class="frame narrow">
<div class="sheet">
<h1>${notice.title}</h1>
<p>${notice.text}</p>
${notice.link && html`<a class="button" href="${notice.link.href}">${notice.link.label}</a>`}
</div>
</main>`
  sendPage(response, status, notice.title, main)
}
