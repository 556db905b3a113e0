import { createHmac } from 'node:crypto'
import type { Sandbox } from './context.ts'
import { DeliveryPlan, type DeliveryRule } from './delivery-plan.ts'

interface Delivery {
  event: string
  type: string
  attempts: number
  next_at_ms: number
  give_up_at_ms: number
}

// Seconds after each failed attempt; the last repeats. Stripe starts slower, but nobody wants to wait for a local one.
const BACKOFF_SECONDS = [1, 2, 5, 15, 60, 300, 1800, 7200, 21_600, 43_200] as const
const PARALLEL_MAX = 8
const GATHERED_MAX = 100
const WAITING_MAX = 1000
const TIMEOUT_MS = 20_000
const STALE_SECONDS = 3600
const NORMAL: DeliveryRule = { mode: 'normal', delayMs: 0 }

/** Sends queued events to the endpoint, signed, until each is taken (2xx) or three days are over. */
export class Deliverer {
  readonly plan = new DeliveryPlan()
  readonly #sandbox: Sandbox
  readonly #inFlight = new Map<string, Promise<void>>()
  /** Events a rule has put off; each waits once. */
  readonly #putOff = new Set<string>()
  /** When what is being gathered for another order is sent. */
  #gatheredUntilMs = 0
  #stopped = false

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox
  }

  /** Starts whatever is due, up to the bound; returns at once. */
  start(): void {
    if (this.#stopped || !this.#sandbox.webhook.url) return
    if (this.plan.base.mode === 'reorder') this.#startReordered()
    else while (this.#startInOrder());
  }

  // Whether something was put out of the way, so that there may be more to start.
  #startInOrder(): boolean {
    const gathered: Delivery[] = []
    let makesRoom = false
    for (const delivery of this.#due(this.plan.looksFurther ? WAITING_MAX : PARALLEL_MAX)) {
      if (this.#inFlight.size >= PARALLEL_MAX) break
      if (this.#inFlight.has(delivery.event)) continue
      const held = this.#holdBack(delivery)
      if (held === 'gone') makesRoom = true
      if (held !== 'goes') continue
      const rule = this.plan.ruleFor(delivery)
      if (rule?.mode === 'reorder') gathered.push(delivery)
      else this.#track([delivery], this.#deliver(delivery, rule ?? this.plan.base))
    }
    if (gathered.length > 0) this.#sendReversed(gathered)
    return makesRoom
  }

  /** How many events are on their way or waiting for their next attempt. */
  pending(): number {
    const row = this.#sandbox.store.row<{ n: number }>("SELECT count(*) AS n FROM delivery WHERE state = 'pending'")
    return row?.n ?? 0
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.race([
      Promise.allSettled(this.#inFlight.values()),
      new Promise((resolve) => setTimeout(resolve, 2000).unref()),
    ])
  }

  #due(limit: number): Delivery[] {
    const sql = `SELECT delivery.*, json_extract(object.json, '$.type') AS type
      FROM delivery CROSS JOIN object ON object.id = delivery.event
      WHERE state = 'pending' AND next_at_ms <= ? ORDER BY next_at_ms, delivery.rowid LIMIT ?`
    return this.#sandbox.store.rows<Delivery>(sql, this.#sandbox.clock.nowMs(), limit + this.#inFlight.size)
  }

  // `gone` from what is due now, `waits` there, or `goes` out.
  #holdBack(delivery: Delivery): 'gone' | 'waits' | 'goes' {
    const rule = this.plan.ruleFor(delivery)
    const { mode, delayMs } = rule ?? this.plan.base
    if (mode === 'drop') {
      this.#finish(delivery, 'dropped', null, 'dropped on request')
      this.plan.forget(delivery.event)
      return 'gone'
    }
    if (rule) return this.#putOffOnce(delivery, rule) ? 'gone' : 'goes'
    if (mode !== 'delay' || delivery.attempts > 0) return 'goes'
    return this.#sandbox.clock.nowMs() < delivery.next_at_ms + delayMs ? 'waits' : 'goes'
  }

  // Written down, so that what waits does not stand in the way of what does not.
  #putOffOnce(delivery: Delivery, rule: DeliveryRule): boolean {
    if (rule.mode !== 'delay' && rule.mode !== 'reorder') return false
    if (this.#putOff.has(delivery.event)) return false
    this.#putOff.add(delivery.event)
    const nowMs = this.#sandbox.clock.nowMs()
    if (nowMs >= this.#gatheredUntilMs) this.#gatheredUntilMs = nowMs + rule.delayMs
    const until = rule.mode === 'reorder' ? this.#gatheredUntilMs : nowMs + rule.delayMs
    this.#sandbox.store.run('UPDATE delivery SET next_at_ms = ? WHERE event = ?', until, delivery.event)
    return true
  }

  // Events are gathered for a moment and then sent newest first, one after another.
  #startReordered(): void {
    if (this.#inFlight.size > 0) return
    const due = this.#due(GATHERED_MAX)
    const oldest = due[0]
    if (!oldest || this.#sandbox.clock.nowMs() < oldest.next_at_ms + this.plan.base.delayMs) return
    this.#sendReversed(due)
  }

  #sendReversed(deliveries: readonly Delivery[]): void {
    const inTurn = async () => {
      for (const delivery of deliveries.toReversed()) await this.#deliver(delivery, NORMAL)
    }
    this.#track(deliveries, inTurn())
  }

  #track(deliveries: readonly Delivery[], work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        for (const { event } of deliveries) {
          this.#inFlight.delete(event)
          this.#putOff.delete(event)
          this.plan.forget(event)
        }
        if (!this.#stopped) this.start()
      })
    for (const { event } of deliveries) this.#inFlight.set(event, done)
  }

  async #deliver(delivery: Delivery, rule: DeliveryRule): Promise<void> {
    const times = rule.mode === 'duplicate' ? 2 : 1
    let outcome = { status: null as number | null, error: null as string | null }
    for (let n = 0; n < times; n += 1) outcome = await this.#send(delivery.event, rule)
    if (this.#stopped) return
    const taken = outcome.status !== null && outcome.status >= 200 && outcome.status < 300
    if (taken) this.#finish(delivery, 'delivered', outcome.status, null)
    else this.#postpone(delivery, outcome.status, outcome.error)
  }

  async #send(eventId: string, rule: DeliveryRule): Promise<{ status: number | null; error: string | null }> {
    const { store, webhook } = this.#sandbox
    const event = store.get('event', eventId)
    if (!event || !webhook.url) return { status: null, error: 'no endpoint' }
    const payload = JSON.stringify(event, null, 2)
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        body: payload,
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'Stripe-Signature': this.#signature(payload, rule),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await response.body?.cancel()
      return { status: response.status, error: null }
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error) }
    }
  }

  // Real time, not the virtual clock: the receiver compares it with its own.
  #signature(payload: string, { mode }: DeliveryRule): string {
    const age = mode === 'stale' ? STALE_SECONDS : 0
    const timestamp = Math.floor(Date.now() / 1000) - age
    const scheme = mode === 'v0' ? 'v0' : 'v1'
    return signatureHeader(payload, this.#sandbox.webhook.secrets, timestamp, scheme)
  }

  #postpone(delivery: Delivery, status: number | null, error: string | null): void {
    const nowMs = this.#sandbox.clock.nowMs()
    const wait = BACKOFF_SECONDS[Math.min(delivery.attempts, BACKOFF_SECONDS.length - 1)] ?? 1
    const nextAt = nowMs + wait * 1000
    if (nextAt > delivery.give_up_at_ms) {
      this.#finish(delivery, 'failed', status, error)
      return
    }
    const sql =
      'UPDATE delivery SET attempts = attempts + 1, next_at_ms = ?, last_status = ?, last_error = ? WHERE event = ?'
    this.#sandbox.store.run(sql, nextAt, status, error, delivery.event)
  }

  #finish(
    delivery: Delivery,
    state: 'delivered' | 'failed' | 'dropped',
    status: number | null,
    error: string | null,
  ): void {
    const { store } = this.#sandbox
    store.transaction(() => {
      const sql =
        'UPDATE delivery SET state = ?, attempts = attempts + 1, last_status = ?, last_error = ? WHERE event = ?'
      store.run(sql, state, status, error, delivery.event)
      const event = store.get('event', delivery.event)
      if (event && state === 'delivered') store.put({ ...event, pending_webhooks: 0 })
    })
  }
}

/** `t=…,v1=…` with one signature for each secret, so that a secret can be rotated. */
function signatureHeader(payload: string, secrets: readonly string[], timestamp: number, scheme = 'v1'): string {
  const sign = (secret: string) => createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex')
  return [`t=${timestamp}`, ...secrets.map((secret) => `${scheme}=${sign(secret)}`)].join(',')
}
