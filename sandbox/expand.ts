import type { Sandbox } from './context.ts'
import { invalidRequest } from './errors.ts'
import type { StoredSession } from './objects.ts'
import { present } from './present.ts'

const LEVELS_MAX = 4

type Node = Record<string, unknown>

// What is left out unless asked for, by the object it belongs to.
const INCLUDABLE: Record<string, Record<string, (sandbox: Sandbox, node: Node) => unknown>> = {
  'checkout.session': { line_items: (sandbox, node) => lineItemList(sandbox, String(node['id'])) },
  invoice: { payments: (sandbox, node) => paymentList(sandbox, String(node['id'])) },
  charge: { refunds: (sandbox, node) => refundList(sandbox, String(node['id'])) },
}

/** Answers the public form of `value` (an object or a list) with each path of `expand` replaced by what it names. */
export function answer(sandbox: Sandbox, value: object, expand: readonly string[]): Node {
  const root = presentAll(sandbox, value)
  for (const path of expand) {
    const parts = path.split('.')
    if (parts.length - (root['object'] === 'list' ? 1 : 0) > LEVELS_MAX) {
      throw invalidRequest(`You cannot expand more than ${LEVELS_MAX} levels of a property. Property: ${path}`, {
        param: 'expand',
      })
    }
    expandPath(sandbox, root, parts, path)
  }
  return root
}

function presentAll(sandbox: Sandbox, value: object): Node {
  const node = present(sandbox, value)
  if (node['object'] === 'list') node['data'] = (node['data'] as object[]).map((item) => present(sandbox, item))
  return node
}

function expandPath(sandbox: Sandbox, node: Node, parts: string[], path: string): void {
  const [name, ...rest] = parts
  if (name === undefined) return
  const include = INCLUDABLE[String(node['object'])]?.[name]
  if (include && typeof node[name] !== 'object') node[name] = include(sandbox, node)
  if (!(name in node)) {
    throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' })
  }
  const value = node[name]
  const isScalar = typeof value === 'number' || typeof value === 'boolean'
  if (typeof value === 'string' || isScalar) {
    // An object's own id is the one name of an object that does not lead to another.
    const target = isScalar || name === 'id' ? undefined : sandbox.store.find(value)
    if (!target) throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' })
    node[name] = present(sandbox, target)
  }
  const next = node[name]
  if (Array.isArray(next)) for (const item of next) expandPath(sandbox, item as Node, rest, path)
  else if (typeof next === 'object' && next !== null) expandPath(sandbox, next as Node, rest, path)
}

/** A session's lines, in the order given, all on one page. */
export function lineItemList(sandbox: Sandbox, sessionId: string): object {
  const session = sandbox.store.get('checkout.session', sessionId) as StoredSession
  const url = `/v1/checkout/sessions/${sessionId}/line_items`
  return { object: 'list', url, has_more: false, data: session._line_items }
}

function refundList(sandbox: Sandbox, chargeId: string): object {
  const page = sandbox.store.list({ kind: 'refund', equals: { '$.charge': chargeId }, limit: 100 })
  return { object: 'list', url: `/v1/charges/${chargeId}/refunds`, has_more: page.hasMore, data: page.data }
}

function paymentList(sandbox: Sandbox, invoice: string): object {
  const page = sandbox.store.list({ kind: 'invoice_payment', equals: { '$.invoice': invoice }, limit: 100 })
  return { object: 'list', url: `/v1/invoice_payments?invoice=${invoice}`, has_more: page.hasMore, data: page.data }
}
