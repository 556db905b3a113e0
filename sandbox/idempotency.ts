import { createHash } from 'node:crypto'
import type { Sandbox } from './context.ts'
import { ApiError, invalidRequest } from './errors.ts'

const KEEP_SECONDS = 24 * 3600
const KEY_LENGTH_MAX = 255

export interface SavedAnswer {
  status: number
  body: string
  /** The id of the request that made it, for `Original-Request`. */
  request: string
}

const inFlight = new WeakMap<Sandbox, Set<string>>()

/** What identifies a request: the same key with anything else here is a mistake of the caller. */
export function requestFingerprint(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex')
}

/** The answer saved under this key, if any. Throws where the key was used for another request or is being used now. */
export function findSaved(sandbox: Sandbox, key: string, fingerprint: string): SavedAnswer | undefined {
  if (key.length > KEY_LENGTH_MAX)
    throw invalidRequest(`Invalid idempotency key: at most ${KEY_LENGTH_MAX} characters.`)
  sandbox.store.run('DELETE FROM idempotency WHERE created < ?', sandbox.clock.now() - KEEP_SECONDS)
  const saved = sandbox.store.row<SavedAnswer & { fingerprint: string }>('SELECT * FROM idempotency WHERE key = ?', key)
  if (saved && saved.fingerprint !== fingerprint) {
    const message =
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`
    throw new ApiError(400, { type: 'idempotency_error', message })
  }
  if (!saved && inFlight.get(sandbox)?.has(key)) {
    const message = `There is currently another in-progress request using this Idempotent Key: ${key}. Please try again later.`
    throw new ApiError(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message })
  }
  return saved
}

/** Holds the key until the returned function is called. */
export function holdKey(sandbox: Sandbox, key: string): () => void {
  const held = inFlight.get(sandbox) ?? new Set<string>()
  inFlight.set(sandbox, held)
  held.add(key)
  return () => held.delete(key)
}

/** Call inside the request's transaction, so that effect and saved answer are kept or lost together. */
export function saveAnswer(sandbox: Sandbox, key: string, fingerprint: string, answer: SavedAnswer): void {
  const sql = 'INSERT INTO idempotency (key, fingerprint, created, status, body, request) VALUES (?, ?, ?, ?, ?, ?)'
  sandbox.store.run(sql, key, fingerprint, sandbox.clock.now(), answer.status, answer.body, answer.request)
}
