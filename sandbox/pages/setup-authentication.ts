import type { ServerResponse } from 'node:http'
import { authenticateSetup, currentSession, successAddress } from '#sandbox/checkout.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { redirect } from '#sandbox/http.ts'
import type { StoredSetupIntent } from '#sandbox/objects.ts'
import { answerSetup } from '#sandbox/setup-flow.ts'
import { html } from './html.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'
import { afterCardSaved } from './portal.ts'

/** GET /c/authenticate/seti_…, what the bank shows before a card is saved. */
export function showSetupAuthentication(sandbox: Sandbox, response: ServerResponse, id: string): void {
  const intent = sandbox.store.get('setup_intent', id)
  if (intent?.status !== 'requires_action') {
    leaveReply(sandbox, intent)(response)
    return
  }
  const main = html`<main class="frame narrow">
<div class="sheet">
<h1>3-D Secure</h1>
<p>Your bank would now ask whether it is you who saves this card. Here you choose the answer.</p>
<form method="post" action="/c/authenticate/${intent.id}">
<button type="submit" name="answer" value="complete">Save the card</button>
<button type="submit" name="answer" value="fail" class="second">Fail the check</button>
</form>
</div>
</main>`
  sendPage(response, 200, '3-D Secure check', main)
}

/** POST /c/authenticate/seti_… with `answer=complete` or `answer=fail`. */
export function submitSetupAuthentication(sandbox: Sandbox, response: ServerResponse, id: string, body: string): void {
  const accepted = new URLSearchParams(body).get('answer') === 'complete'
  const reply = sandbox.store.transaction((): Reply => {
    const intent = sandbox.store.get('setup_intent', id)
    if (intent?._session !== undefined) authenticateSetup(sandbox, intent._session, accepted)
    else if (intent && answerSetup(sandbox, intent, accepted)) return afterCardSaved(sandbox, intent)
    return leaveReply(sandbox, intent)
  })
  reply(response)
  sandbox.kick()
}

function leaveReply(sandbox: Sandbox, intent: StoredSetupIntent | undefined): Reply {
  if (intent?._portal !== undefined) return (response) => redirect(response, `/p/${intent._portal}`)
  const session = intent?._session === undefined ? undefined : currentSession(sandbox, intent._session)
  if (session) {
    const target = session.status === 'complete' ? successAddress(session) : `/c/pay/${session.id}`
    return (response) => redirect(response, target)
  }
  const text = 'The address is not of a card this sandbox knows.'
  return (response) => sendNotice(response, 404, { title: 'No such card', text })
}
