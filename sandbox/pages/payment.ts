import type { ServerResponse } from 'node:http'
import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { fractionDigits } from '#sandbox/currency.ts'
import {
  appealDispute,
  closeInquiry,
  escalateDispute,
  loseDispute,
  openDispute,
  reviewDispute,
  winDispute,
} from '#sandbox/dispute-flow.ts'
import { ApiError, invalidRequest } from '#sandbox/errors.ts'
import { redirect } from '#sandbox/http.ts'
import { mustGet } from '#sandbox/lists.ts'
import { addRefund, cancelRefund, failRefund, succeedRefund } from '#sandbox/refund-flow.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'
import { paymentView } from './payment-view.ts'

type Deed = (sandbox: Sandbox, id: string) => unknown

const DEEDS: Record<string, Deed> = {
  'refunds/succeed': succeedRefund,
  'refunds/fail': (sandbox, id) => failRefund(sandbox, id, 'expired_or_canceled_card'),
  'refunds/cancel': (sandbox, id) => cancelRefund(sandbox, mustGet(sandbox, 'refund', id, 'refund')),
  'disputes/escalate': escalateDispute,
  'disputes/close_inquiry': closeInquiry,
  'disputes/review': (sandbox, id) => reviewDispute(sandbox, mustGet(sandbox, 'dispute', id, 'dispute')),
  'disputes/win': (sandbox, id) => winDispute(sandbox, id),
  'disputes/lose': loseDispute,
  'disputes/appeal': appealDispute,
}
const OVER = new Set(['failed', 'canceled'])

/** GET /d/payments/ch_…; its address cannot be guessed, so a foreign page cannot press its buttons. */
export function showPayment(sandbox: Sandbox, response: ServerResponse, id: string): void {
  pageReply(sandbox, id, 200)(response)
}

/** POST /d/payments/ch_… with `do`, and `amount` in whole units of the currency. */
export function submitPayment(sandbox: Sandbox, response: ServerResponse, id: string, body: string): void {
  act(sandbox, id, new URLSearchParams(body))(response)
  sandbox.kick()
}

function act(sandbox: Sandbox, id: string, fields: URLSearchParams): Reply {
  try {
    return sandbox.store.transaction(() => {
      const charge = mustGet(sandbox, 'charge', id, 'charge')
      perform(sandbox, charge, fields.get('do') ?? '', fields.get('amount') ?? '')
      return (response: ServerResponse) => redirect(response, `/d/payments/${id}`)
    })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return pageReply(sandbox, id, 422, error.message)
  }
}

function perform(sandbox: Sandbox, charge: Stripe.Charge, deed: string, typed: string): void {
  const amount = readAmount(typed, charge.currency)
  if (deed === 'refund') {
    addRefund(sandbox, { charge, amount, reason: 'requested_by_customer', metadata: {} })
    return
  }
  if (deed === 'dispute' || deed === 'inquiry') {
    const isInquiry = deed === 'inquiry'
    openDispute(sandbox, { charge, amount, reason: isInquiry ? 'general' : 'fraudulent', isInquiry })
    return
  }
  const [kind, id, verb] = deed.split('/')
  const target = sandbox.store.find(id ?? '')
  const isOwn = target !== undefined && 'charge' in target && target.charge === charge.id
  const found = DEEDS[`${kind}/${verb}`]
  if (!isOwn || !found) throw invalidRequest('This payment has nothing of that kind.')
  if (target.object === 'refund' && OVER.has(target.status ?? '')) throw invalidRequest('This refund has ended.')
  found(sandbox, target.id)
}

function readAmount(typed: string, currency: string): number | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  const digits = fractionDigits(currency)
  if (!/^\d{1,12}(\.\d{1,3})?$/.test(text) || (text.split('.')[1]?.length ?? 0) > digits) {
    throw invalidRequest(`"${text}" is not an amount of ${currency.toUpperCase()}.`, { param: 'amount' })
  }
  return Math.round(Number(text) * 10 ** digits)
}

function pageReply(sandbox: Sandbox, id: string, status: number, problem?: string): Reply {
  const charge = sandbox.store.get('charge', id)
  if (!charge) {
    const link = { href: '/', label: 'To the sandbox' }
    return (response) => sendNotice(response, 404, { title: 'Not found', text: 'There is no such payment.', link })
  }
  const main = paymentView(sandbox, charge, problem)
  return (response) => sendPage(response, status, 'Payment', main)
}
