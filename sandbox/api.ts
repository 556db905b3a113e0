import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import Stripe from 'stripe'
import { checkAuthorization } from './authorization.ts'
import type { Sandbox } from './context.ts'
import { ApiError, invalidRequest } from './errors.ts'
import { answer } from './expand.ts'
import type { FaultRule, Faults } from './faults.ts'
import { decodeForm } from './form.ts'
import { readBody, sendJson } from './http.ts'
import { findSaved, holdKey, requestFingerprint, type SavedAnswer, saveAnswer } from './idempotency.ts'
import { routes } from './resources/all.ts'
import { matchRoute, type Route } from './router.ts'
import { dropRemoved } from './unpinned.ts'
import type { RequestChecker } from './validate.ts'

const VERSION = /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/

export interface ApiParts {
  sandbox: Sandbox
  checker: RequestChecker
  faults: Faults
}

interface ApiRequest {
  id: string
  method: string
  path: string
  /** The form text: the query of a GET or DELETE, the body of a POST. */
  form: string
  key: string | undefined
  version: string
  /** Whether the request names its version. */
  isPinned: boolean
}

/** One request to /v1. Whatever goes wrong is answered in Stripe's error shape. */
export async function serveApi(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = `req_${randomBytes(9).toString('base64url').replace(/[-_]/g, '0').padEnd(14, '0').slice(0, 14)}`
  const headers: Record<string, string> = { 'Request-Id': id, 'Stripe-Version': Stripe.API_VERSION }
  try {
    const call = await readRequest(parts.sandbox, request, id)
    headers['Stripe-Version'] = call.version
    if (call.key !== undefined) headers['Idempotency-Key'] = call.key
    const fault = parts.faults.take(call.method, call.path)
    if (fault?.kind === 'reset_before') return void response.destroy()
    if (fault?.kind === '429') throw rateLimited()
    const { saved, replayed } = await perform(parts, call, fault)
    if (replayed) Object.assign(headers, { 'Idempotent-Replayed': 'true', 'Original-Request': saved.request })
    // A saved failure would only be replayed, so Stripe tells its clients not to try again.
    if (saved.status >= 500 && call.key !== undefined) headers['Stripe-Should-Retry'] = 'false'
    if (fault?.kind === 'reset_after_commit') return void response.destroy()
    if (fault?.kind === 'truncate') return truncate(response, saved, headers)
    sendJson(response, saved.status, saved.body, headers)
  } catch (error) {
    const known = toApiError(error)
    if (known.status === 429) headers['Retry-After'] = '1'
    sendJson(response, known.status, { error: known.body }, headers)
  }
}

async function readRequest(sandbox: Sandbox, request: IncomingMessage, id: string): Promise<ApiRequest> {
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const body = method === 'POST' ? await readBody(request) : ''
  checkAuthorization(sandbox, request.headers.authorization)
  const pinned = header(request, 'stripe-version')
  const version = pinned ?? Stripe.API_VERSION
  if (!VERSION.test(version)) throw invalidRequest(`Invalid Stripe API version: ${version}`)
  const type = request.headers['content-type'] ?? ''
  if (body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    const message =
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded). ' +
      'If you have questions, we can help at https://support.stripe.com/.'
    throw invalidRequest(message)
  }
  const form = method === 'POST' ? body : url.search.slice(1)
  const key = method === 'POST' ? header(request, 'idempotency-key') : undefined
  return { id, method, path: url.pathname, form, key, version, isPinned: pinned !== undefined }
}

async function perform(
  parts: ApiParts,
  call: ApiRequest,
  fault: FaultRule | undefined,
): Promise<{ saved: SavedAnswer; replayed: boolean }> {
  const { sandbox } = parts
  const found = matchRoute(routes, call.method, call.path)
  if (!found) {
    const message = `Unrecognized request URL (${call.method}: ${call.path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.`
    throw new ApiError(404, { type: 'invalid_request_error', message })
  }
  // Wrong parameters are refused before the key is used, so that a corrected request may use it.
  const form = call.isPinned ? decodeForm(call.form) : dropRemoved(found.route.operation, decodeForm(call.form))
  const params = parts.checker.check(found.route.operation, form)
  const { key } = call
  if (key === undefined) {
    if (fault?.kind === 'slow') await sleep(fault.delayMs)
    return { saved: execute(sandbox, call, found.route, params, found.id, fault), replayed: false }
  }
  const fingerprint = requestFingerprint(call.method, call.path, call.form)
  const earlier = findSaved(sandbox, key, fingerprint)
  if (earlier) return { saved: earlier, replayed: true }
  const release = holdKey(sandbox, key)
  try {
    if (fault?.kind === 'slow') await sleep(fault.delayMs)
    return {
      saved: execute(sandbox, call, found.route, params, found.id, fault, { key, fingerprint }),
      replayed: false,
    }
  } finally {
    release()
  }
}

/** Effect, events, deliveries and the saved answer are one transaction. */
function execute(
  sandbox: Sandbox,
  call: ApiRequest,
  route: Route,
  params: Parameters<Route['handle']>[1],
  id: string,
  fault: FaultRule | undefined,
  idempotency?: { key: string; fingerprint: string },
): SavedAnswer {
  sandbox.request = { id: call.id, idempotency_key: call.key ?? null }
  const keep = (saved: SavedAnswer): SavedAnswer => {
    if (idempotency) saveAnswer(sandbox, idempotency.key, idempotency.fingerprint, saved)
    return saved
  }
  try {
    return sandbox.store.transaction(() => {
      if (fault?.kind === '500') throw unknownError()
      const result = route.handle(sandbox, params, id)
      if (result instanceof ApiError) return keep(failure(call, result))
      if (fault?.kind === '500_after_commit') return keep(failure(call, unknownError()))
      const expand = (params as { expand?: string[] }).expand ?? []
      return keep({ status: 200, body: JSON.stringify(answer(sandbox, result, expand), null, 2), request: call.id })
    })
  } catch (error) {
    return sandbox.store.transaction(() => keep(failure(call, toApiError(error))))
  } finally {
    sandbox.request = { id: null, idempotency_key: null }
    sandbox.kick()
  }
}

function failure(call: ApiRequest, error: ApiError): SavedAnswer {
  return { status: error.status, body: JSON.stringify({ error: error.body }, null, 2), request: call.id }
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  console.error(error)
  return unknownError()
}

function unknownError(): ApiError {
  return new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' })
}

function rateLimited(): ApiError {
  const message = 'Too many requests made to the API too quickly'
  return new ApiError(429, { type: 'invalid_request_error', code: 'rate_limit', message })
}

function truncate(response: ServerResponse, saved: SavedAnswer, headers: Record<string, string>): void {
  const length = String(Buffer.byteLength(saved.body))
  response.writeHead(saved.status, { 'Content-Type': 'application/json', 'Content-Length': length, ...headers })
  response.write(saved.body.slice(0, Math.floor(saved.body.length / 2)), () => response.destroy())
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
