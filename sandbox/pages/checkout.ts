import type { ServerResponse } from 'node:http'
import type { TestCard } from '#sandbox/cards.ts'
import { currentSession, payCheckout, sessionIntent, successAddress } from '#sandbox/checkout.ts'
import { isEmail } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { redirect } from '#sandbox/http.ts'
import type { StoredSession } from '#sandbox/objects.ts'
import { chooseCard, readCardForm, readField } from './card-form.ts'
import { type CheckoutForm, checkoutView } from './checkout-view.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'

/** GET /c/pay/:id */
export function showCheckout(sandbox: Sandbox, response: ServerResponse, id: string): void {
  const session = sandbox.store.transaction(() => currentSession(sandbox, id))
  const reply = session?.status === 'open' ? formReply(200, session, emptyForm(sandbox, session)) : closedReply(session)
  reply(response)
}

/** POST /c/pay/:id with the page's form. */
export function submitCheckout(sandbox: Sandbox, response: ServerResponse, id: string, body: string): void {
  const reply = sandbox.store.transaction(() => decide(sandbox, id, new URLSearchParams(body)))
  reply(response)
  sandbox.kick()
}

function decide(sandbox: Sandbox, id: string, fields: URLSearchParams): Reply {
  const session = currentSession(sandbox, id)
  if (session?.status === 'complete') return (response) => redirect(response, successAddress(session))
  if (session?.status !== 'open') return closedReply(session)
  // A form from before the last attempt is a second press of the same button: it only shows how the first one ended.
  const isRepeat = fields.get('attempt') !== null && fields.get('attempt') !== String(session._attempts)
  if (isRepeat) {
    if (waitsForAuthentication(sandbox, session)) return authenticationReply(session)
    return formReply(200, session, emptyForm(sandbox, session))
  }
  const form = readForm(fields)
  const card = chooseCard(form)
  checkPayer(form, session)
  if (!card || Object.keys(form.problems).length > 0) return formReply(422, session, form)
  return pay(sandbox, session, card, form)
}

function pay(sandbox: Sandbox, session: StoredSession, card: TestCard, form: CheckoutForm): Reply {
  const email = session.customer_email ?? form.email
  const result = payCheckout(sandbox, session, card, { email, name: form.name })
  if (result.status === 'succeeded') return (response) => redirect(response, successAddress(session))
  if (result.status === 'requires_action') return authenticationReply(session)
  form.problems.page = failureSentence(session, result.error.message)
  return formReply(402, session, form)
}

function authenticationReply(session: StoredSession): Reply {
  const intent = session._intent ?? session.payment_intent ?? session.setup_intent
  return (response) => redirect(response, `/c/authenticate/${String(intent)}`)
}

function formReply(status: number, session: StoredSession, form: CheckoutForm): Reply {
  return (response) => sendPage(response, status, pageTitle(session), checkoutView(session, form))
}

function pageTitle(session: StoredSession): string {
  return session.mode === 'setup' ? `Save a card for ${session._business_name}` : `Pay ${session._business_name}`
}

function closedReply(session: StoredSession | undefined): Reply {
  if (session?.status === 'complete') {
    const link = { href: successAddress(session), label: 'See your receipt' }
    const isSetup = session.mode === 'setup'
    const text = isSetup ? 'You do not need to save it again.' : 'You do not need to pay again.'
    const title = isSetup ? 'Your card is saved' : 'This payment is complete'
    return (response) => sendNotice(response, 200, { title, text, link })
  }
  if (session) {
    const link = session.cancel_url ? { href: session.cancel_url, label: 'Start again' } : undefined
    const text = `Nothing has been ${session.mode === 'setup' ? 'saved' : 'paid'}. Such a page stays open for a limited time.`
    return (response) => sendNotice(response, 410, { title: 'This page has expired', text, link })
  }
  const text = 'The address is not of a payment this sandbox knows.'
  return (response) => sendNotice(response, 404, { title: 'No such payment page', text })
}

function emptyForm(sandbox: Sandbox, session: StoredSession): CheckoutForm {
  const intent = sessionIntent(sandbox, session)
  const setup = sandbox.store.get('setup_intent', String(session.setup_intent))
  const failure = intent?.last_payment_error ?? setup?.last_setup_error
  return {
    email: session._payer?.email ?? session.customer_details?.email ?? '',
    name: session._payer?.name ?? session.customer_details?.name ?? '',
    card: '4242424242424242',
    cardNumber: '',
    problems: failure ? { page: failureSentence(session, paymentFailure(failure.code, failure.message)) } : {},
  }
}

// Stripe's own sentence for this one speaks to programmers.
function paymentFailure(code: string | undefined, message: string | undefined): string {
  if (code === 'payment_intent_authentication_failure' || code === 'setup_intent_authentication_failure')
    return 'Your bank did not confirm that it is you.'
  return message ?? 'The payment failed.'
}

function failureSentence(session: StoredSession, message: string): string {
  return `${message} Nothing has been ${session.mode === 'setup' ? 'saved' : 'paid'}. Choose another card.`
}

function readForm(fields: URLSearchParams): CheckoutForm {
  return { ...readCardForm(fields), email: readField(fields, 'email'), name: readField(fields, 'name') }
}

function checkPayer(form: CheckoutForm, session: StoredSession): void {
  if (session.customer_email === null && !isEmail(form.email)) {
    form.problems.email = 'Enter an e-mail address, as name@example.org.'
  }
  if (form.name === '') form.problems.name = 'Enter the name on the card.'
}

function waitsForAuthentication(sandbox: Sandbox, session: StoredSession): boolean {
  const setup = sandbox.store.get('setup_intent', String(session.setup_intent))
  return (sessionIntent(sandbox, session) ?? setup)?.status === 'requires_action'
}
