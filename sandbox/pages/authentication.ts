import type { ServerResponse } from 'node:http'
import { findCard } from '#sandbox/cards.ts'
import { authenticateCheckout, currentSession, successAddress } from '#sandbox/checkout.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import { redirect } from '#sandbox/http.ts'
import type { StoredPaymentIntent } from '#sandbox/objects.ts'
import { html } from './html.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'

/** GET /c/authenticate/:id, what the payer's bank would show. */
export function showAuthentication(sandbox: Sandbox, response: ServerResponse, id: string): void {
  const intent = sandbox.store.get('payment_intent', id)
  if (intent?.status !== 'requires_action') {
    leaveReply(sandbox, intent)(response)
    return
  }
  const amount = formatAmount(intent.amount, intent.currency)
  const main = html`<main class="frame narrow">
<div class="sheet">
<h1>3-D Secure</h1>
<p>Your bank would now ask whether it is you who pays <strong>${amount}</strong>. Here you choose the answer.</p>
<form method="post" action="/c/authenticate/${intent.id}">
<button type="submit" name="answer" value="complete">Complete the payment</button>
<button type="submit" name="answer" value="fail" class="second">Fail the check</button>
</form>
</div>
</main>`
  sendPage(response, 200, '3-D Secure check', main)
}

/** POST /c/authenticate/:id with `answer=complete` or `answer=fail`. */
export function submitAuthentication(sandbox: Sandbox, response: ServerResponse, id: string, body: string): void {
  const accepted = new URLSearchParams(body).get('answer') === 'complete'
  sandbox.store.transaction(() => {
    const intent = sandbox.store.get('payment_intent', id)
    // The session first: one whose time is over takes its intent with it.
    if (intent?._session !== undefined) currentSession(sandbox, intent._session)
    const current = sandbox.store.get('payment_intent', id)
    const card = findCard(current?._card ?? '')
    if (current && card) authenticateCheckout(sandbox, current, card, accepted)
  })
  leaveReply(sandbox, sandbox.store.get('payment_intent', id))(response)
  sandbox.kick()
}

function leaveReply(sandbox: Sandbox, intent: StoredPaymentIntent | undefined): Reply {
  if (!intent) {
    const text = 'The address is not of a payment this sandbox knows.'
    return (response) => sendNotice(response, 404, { title: 'No such payment', text })
  }
  const session = intent._session === undefined ? undefined : currentSession(sandbox, intent._session)
  const page = sandbox.store.get('invoice', intent._invoice ?? '')?.hosted_invoice_url
  if (!session && page) return (response) => redirect(response, new URL(page).pathname)
  if (session) {
    const target = session.status === 'complete' ? successAddress(session) : `/c/pay/${session.id}`
    return (response) => redirect(response, target)
  }
  if (intent._return_url === undefined) {
    return (response) => sendNotice(response, 200, { title: 'Done', text: 'You can close this page.' })
  }
  const back = new URL(intent._return_url)
  back.searchParams.set('payment_intent', intent.id)
  back.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed')
  return (response) => redirect(response, back.href)
}
