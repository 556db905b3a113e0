import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { addBulkCharges, bulkCharges } from './bulk.ts'
import type { Sandbox } from './context.ts'
import { billingActions } from './control-billing.ts'
import { moneyActions } from './control-money.ts'
import type { Action, ControlParts } from './control-parts.ts'
import { deliveryInput } from './delivery-plan.ts'
import { ApiError } from './errors.ts'
import { resendEvent } from './events.ts'
import { faultRules } from './faults.ts'
import { readBody, sendJson } from './http.ts'
import { runAutomaticPayouts } from './payout-flow.ts'
import { present } from './present.ts'
import { advanceClock } from './tasks.ts'

const advance = z.strictObject({
  seconds: z
    .number()
    .int()
    .min(0)
    .max(10 * 366 * 24 * 3600),
})
const clockStart = z.strictObject({ now: z.number().int().positive() })
const payoutRun = z.strictObject({ currency: z.string().length(3).optional() })
const webhookTarget = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).nullable(),
  secrets: z.array(z.string().min(1)).min(1).optional(),
})

const ACTIONS: Record<string, Action> = {
  ...moneyActions,
  ...billingActions,
  'GET /_sandbox/clock': ({ sandbox }) => ({ now: sandbox.clock.now() }),
  'PUT /_sandbox/clock': ({ sandbox }, body) => {
    sandbox.clock.beginAt(clockStart.parse(body).now)
    return { now: sandbox.clock.now() }
  },
  'POST /_sandbox/clock/advance': ({ sandbox }, body) => {
    advanceClock(sandbox, advance.parse(body).seconds)
    return { now: sandbox.clock.now() }
  },
  'POST /_sandbox/payouts/run': ({ sandbox }, body) => {
    const { currency } = payoutRun.parse(body ?? {})
    const payouts = sandbox.store.transaction(() => runAutomaticPayouts(sandbox, currency))
    return payouts.map((payout) => present(sandbox, payout))
  },
  'POST /_sandbox/charges/bulk': ({ sandbox }, body) => addBulkCharges(sandbox, bulkCharges.parse(body)),
  'GET /_sandbox/balance_transactions.json': ({ sandbox }) => allTransactions(sandbox),
  'GET /_sandbox/deliveries': ({ sandbox }) => allDeliveries(sandbox),
  'GET /_sandbox/delivery': ({ deliverer }) => ({ ...deliverer.plan.shown(), pending: deliverer.pending() }),
  'PUT /_sandbox/delivery': ({ deliverer }, body) => {
    deliverer.plan.set(deliveryInput.parse(body))
    return deliverer.plan.shown()
  },
  'POST /_sandbox/deliveries/:id/resend': ({ sandbox }, _body, id) => resendEvent(sandbox, id),
  'GET /_sandbox/faults': ({ faults }) => ({ rules: faults.list() }),
  'PUT /_sandbox/faults': ({ faults }, body) => {
    faults.set(faultRules.parse(body).rules)
    return { rules: faults.list() }
  },
  'GET /_sandbox/webhook': ({ sandbox }) => ({ url: sandbox.webhook.url ?? null }),
  'PUT /_sandbox/webhook': ({ sandbox }, body) => {
    const target = webhookTarget.parse(body)
    sandbox.webhook.url = target.url ?? undefined
    if (target.secrets) sandbox.webhook.secrets = target.secrets
    return { url: sandbox.webhook.url ?? null }
  },
}

/** The endpoints Stripe does not have: time, payouts, seeding, failures on order. See the README of this folder. */
export async function serveControl(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://sandbox').pathname
  const { action, id } = findAction(`${request.method} ${path}`)
  if (!action) return sendJson(response, 404, { error: { message: `No control endpoint ${request.method} ${path}` } })
  // A foreign web page can send a form here but not this content type, so it cannot turn the clock.
  if (request.method !== 'GET' && !request.headers['content-type']?.startsWith('application/json')) {
    return sendJson(response, 415, { error: { message: 'Send application/json.' } })
  }
  try {
    const text = request.method === 'GET' ? '' : await readBody(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const answered = parts.sandbox.store.transaction(() => presented(parts.sandbox, action(parts, body, id)))
    sendJson(response, 200, answered)
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    sendJson(response, 400, { error: error instanceof ApiError ? error.body : { message } })
  } finally {
    parts.sandbox.kick()
  }
}

// Exact first, so that no id hides a fixed path.
function findAction(call: string): { action: Action | undefined; id: string } {
  const exact = ACTIONS[call]
  if (exact) return { action: exact, id: '' }
  const [, resource, id, verb] = /^POST \/_sandbox\/([a-z_]+)\/(\w+)\/([a-z_]+)$/.exec(call) ?? []
  if (id === undefined) return { action: undefined, id: '' }
  return { action: ACTIONS[`POST /_sandbox/${resource}/:id/${verb}`], id }
}

// A stored object loses its private names; a list and a plain answer pass.
function presented(sandbox: Sandbox, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && 'object' in value && 'id' in value
  return isObject ? present(sandbox, value) : value
}

// Oldest first, each with the payout that took it: what a ledger is compared with.
function allTransactions(sandbox: Sandbox): object[] {
  const sql = `SELECT object.json, txn.payout FROM txn JOIN object ON object.id = txn.id ORDER BY object.created, object.seq`
  return sandbox.store
    .rows<{ json: string; payout: string | null }>(sql)
    .map((row) => ({ ...present(sandbox, JSON.parse(row.json) as object), payout: row.payout }))
}

function allDeliveries(sandbox: Sandbox): object[] {
  const sql = `SELECT delivery.*, json_extract(object.json, '$.type') AS type FROM delivery JOIN object ON object.id = delivery.event
    ORDER BY object.seq DESC LIMIT 1000`
  return sandbox.store.rows(sql)
}
