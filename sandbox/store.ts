import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Kind, Kinds, Stored } from './objects.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS object (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS object_order ON object (kind, created DESC, seq DESC);
CREATE INDEX IF NOT EXISTS object_intent ON object (kind, json_extract(json, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS object_charge ON object (kind, json_extract(json, '$.charge'));
CREATE INDEX IF NOT EXISTS object_source ON object (kind, json_extract(json, '$.source'));
CREATE INDEX IF NOT EXISTS object_customer ON object (kind, json_extract(json, '$.customer'));
CREATE INDEX IF NOT EXISTS object_invoice ON object (kind, json_extract(json, '$.invoice'));
CREATE INDEX IF NOT EXISTS object_subscription ON object (kind, json_extract(json, '$.parent.subscription_details.subscription'));
CREATE INDEX IF NOT EXISTS object_payment ON object (kind, json_extract(json, '$.payment.payment_intent'));
-- The balance is a sum over this table; a transaction belongs to at most one payout.
CREATE TABLE IF NOT EXISTS txn (
  id TEXT PRIMARY KEY, currency TEXT NOT NULL, net INTEGER NOT NULL, available_on INTEGER NOT NULL,
  announced INTEGER NOT NULL DEFAULT 0, payout TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS txn_payout ON txn (payout);
CREATE INDEX IF NOT EXISTS txn_unannounced ON txn (available_on) WHERE announced = 0;
CREATE TABLE IF NOT EXISTS due (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, task TEXT NOT NULL, ref TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS due_at ON due (at, seq);
CREATE TABLE IF NOT EXISTS delivery (
  event TEXT PRIMARY KEY, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at_ms INTEGER NOT NULL,
  give_up_at_ms INTEGER NOT NULL, last_status INTEGER, last_error TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_next ON delivery (state, next_at_ms);
CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, created INTEGER NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, request TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS idempotency_created ON idempotency (created);
`

export interface ListQuery {
  kind: Kind
  /** JSON paths such as `$.customer` and the value each must have. */
  equals?: Record<string, string | number | undefined>
  created?: { gt?: number; gte?: number; lt?: number; lte?: number } | undefined
  /** SQL over `object.id` and `object.json` for what cannot be said with `equals`, and its arguments. */
  also?: [string, ...SQLInputValue[]] | undefined
  after?: string | undefined
  before?: string | undefined
  limit: number
}

/** Everything the sandbox knows, in one SQLite file (or in memory). Synchronous, so a request is one transaction. */
export class Store {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #beforeCommit: (() => void)[] = []
  #depth = 0

  constructor(dataDir: string | undefined) {
    if (dataDir) mkdirSync(dataDir, { recursive: true })
    this.#db = new DatabaseSync(dataDir ? join(dataDir, 'sandbox.sqlite') : ':memory:')
    try {
      // One process at a time: ids are counted in memory, and a second writer would hand out the same ones.
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
      this.#db.exec(SCHEMA)
    } catch (error) {
      this.#db.close()
      throw new Error(`The sandbox data in ${dataDir} cannot be opened; another sandbox may be using it.`, {
        cause: error,
      })
    }
  }

  close(): void {
    this.#db.close()
  }

  /** Runs `work` atomically; inside another transaction it joins that one. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work()
    this.#db.exec('BEGIN IMMEDIATE')
    this.#depth = 1
    try {
      const result = work()
      for (const hook of this.#beforeCommit) hook()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    } finally {
      this.#depth = 0
    }
  }

  beforeCommit(hook: () => void): void {
    this.#beforeCommit.push(hook)
  }

  readSetting(name: string): string | undefined {
    return this.row<{ value: string }>('SELECT value FROM setting WHERE name = ?', name)?.value
  }

  writeSetting(name: string, value: string): void {
    this.run('INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value)
  }

  get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    const row = this.row<{ json: string }>('SELECT json FROM object WHERE id = ? AND kind = ?', id, kind)
    return row && (JSON.parse(row.json) as Kinds[K])
  }

  find(id: string): Stored | undefined {
    const row = this.row<{ json: string }>('SELECT json FROM object WHERE id = ?', id)
    return row && (JSON.parse(row.json) as Stored)
  }

  put<T extends Stored>(object: T): T {
    const created = 'created' in object ? object.created : 0
    const sql =
      'INSERT INTO object (id, kind, created, json) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json'
    this.run(sql, object.id, object.object, created, JSON.stringify(object))
    return object
  }

  /** Newest first, as every list of Stripe; one more than `limit` is read to know whether there are more. */
  list<K extends Kind>(query: ListQuery & { kind: K }): { data: Kinds[K][]; hasMore: boolean } {
    const where = ['kind = ?']
    const values: SQLInputValue[] = [query.kind]
    for (const [path, value] of Object.entries(query.equals ?? {})) {
      if (value === undefined) continue
      where.push(`json_extract(json, '${path}') = ?`)
      values.push(value)
    }
    for (const [name, sign] of [
      ['gt', '>'],
      ['gte', '>='],
      ['lt', '<'],
      ['lte', '<='],
    ] as const) {
      const value = query.created?.[name]
      if (value === undefined) continue
      where.push(`created ${sign} ?`)
      values.push(value)
    }
    if (query.also) {
      where.push(query.also[0])
      values.push(...(query.also.slice(1) as SQLInputValue[]))
    }
    const cursor = query.after ?? query.before
    if (cursor !== undefined) {
      where.push(
        `(created, seq) ${query.after === undefined ? '>' : '<'} (SELECT created, seq FROM object WHERE id = ?)`,
      )
      values.push(cursor)
    }
    const direction = query.before === undefined ? 'DESC' : 'ASC'
    const sql = `SELECT json FROM object WHERE ${where.join(' AND ')} ORDER BY created ${direction}, seq ${direction} LIMIT ?`
    const rows = this.rows<{ json: string }>(sql, ...values, query.limit + 1)
    const page = rows.slice(0, query.limit).map((row) => JSON.parse(row.json) as Kinds[K])
    return { data: query.before === undefined ? page : page.toReversed(), hasMore: rows.length > query.limit }
  }

  row<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined
  }

  rows<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[]
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values)
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
