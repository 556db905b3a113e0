import type { ServerResponse } from 'node:http'
import type { Sandbox } from '#sandbox/context.ts'
import { redirect } from '#sandbox/http.ts'
import type { StoredPortalSession, StoredSetupIntent } from '#sandbox/objects.ts'
import { decideSubscription, findPortalSession, useEverywhere } from '#sandbox/portal-flow.ts'
import { liveCustomer } from '#sandbox/resources/customers.ts'
import { addSetupIntent, confirmSetup } from '#sandbox/setup-flow.ts'
import { type CardForm, chooseCard, readCardForm, readField } from './card-form.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'
import { cancelView, cardView, portalView } from './portal-view.ts'

const EMPTY: CardForm = { card: '4242424242424242', cardNumber: '', problems: {} }

/** GET /p/:secret, the address of a portal session. */
export function showPortal(sandbox: Sandbox, response: ServerResponse, secret: string): void {
  const session = findPortalSession(sandbox, secret)
  if (!session) {
    gone(response)
    return
  }
  pageReply(sandbox, session, 200, { ...EMPTY, problems: {} })(response)
  if (session._done === undefined) return
  // Said once.
  delete session._done
  sandbox.store.put(session)
}

/** POST /p/:secret with `action=card | cancel | keep`. */
export function submitPortal(sandbox: Sandbox, response: ServerResponse, secret: string, body: string): void {
  const reply = sandbox.store.transaction(() => decide(sandbox, secret, new URLSearchParams(body)))
  reply(response)
  sandbox.kick()
}

/** After the card is saved: where the customer goes next. */
export function afterCardSaved(sandbox: Sandbox, intent: StoredSetupIntent): Reply {
  const session = findPortalSession(sandbox, intent._portal ?? '')
  if (!session) return gone
  useEverywhere(sandbox, session.customer, String(intent.payment_method))
  return doneReply(sandbox, session, 'The new card is used from now on.')
}

function decide(sandbox: Sandbox, secret: string, fields: URLSearchParams): Reply {
  const session = findPortalSession(sandbox, secret)
  if (!session) return gone
  const action = readField(fields, 'action')
  if (action === 'card') return saveCard(sandbox, session, readCardForm(fields))
  const wish = action === 'keep' ? 'keep' : 'cancel'
  if (action !== wish || !decideSubscription(sandbox, session, readField(fields, 'subscription'), wish)) {
    return (response) => redirect(response, `/p/${secret}`)
  }
  const words = wish === 'keep' ? 'The subscription goes on.' : 'The subscription is canceled.'
  return doneReply(sandbox, session, words)
}

function saveCard(sandbox: Sandbox, session: StoredPortalSession, form: CardForm): Reply {
  const configuration = sandbox.store.get('billing_portal.configuration', String(session.configuration))
  const card = chooseCard(form)
  if (!configuration?.features.payment_method_update.enabled) {
    return (response) => redirect(response, `/p/${session._secret}`)
  }
  if (!card) return pageReply(sandbox, session, 422, form)
  const customer = liveCustomer(sandbox, session.customer, 'customer')
  const intent = addSetupIntent(sandbox, {
    customer: customer.id,
    description: null,
    metadata: {},
    owner: { _portal: session._secret },
  })
  const payer = { email: customer.email, name: customer.name ?? null }
  const result = confirmSetup(sandbox, intent, card, payer)
  if (result.status === 'succeeded') return afterCardSaved(sandbox, intent)
  if (result.status === 'requires_action') return (response) => redirect(response, `/c/authenticate/${intent.id}`)
  form.problems.page = `${result.error.message} Your old card stays. Choose another one.`
  return pageReply(sandbox, session, 402, form)
}

function doneReply(sandbox: Sandbox, session: StoredPortalSession, words: string): Reply {
  const target = session.flow?.after_completion.redirect?.return_url
  if (target) return (response) => redirect(response, target)
  session._done = session.flow?.after_completion.hosted_confirmation?.custom_message ?? words
  // The one task of the link is done: from here on it is the whole portal.
  session.flow = null
  sandbox.store.put(session)
  return (response) => redirect(response, `/p/${session._secret}`)
}

function pageReply(sandbox: Sandbox, session: StoredPortalSession, status: number, form: CardForm): Reply {
  const view =
    session.flow?.type === 'payment_method_update'
      ? cardView(session, form)
      : session.flow?.type === 'subscription_cancel'
        ? cancelView(sandbox, session)
        : portalView(sandbox, session, form)
  return (response) => sendPage(response, status, 'Your subscriptions', view)
}

function gone(response: ServerResponse): void {
  const text = 'A link to this page is good for one hour. Ask for a new one where you found it.'
  sendNotice(response, 410, { title: 'This link has expired', text })
}
