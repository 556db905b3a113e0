import type { Store } from './store.ts'

/**
 * The sandbox's time: real time plus an offset that only grows once something has happened. It is kept in the store,
 * so a restart does not go back in time.
 */
export class Clock {
  readonly #store: Store
  #offsetSeconds: number

  constructor(store: Store) {
    this.#store = store
    this.#offsetSeconds = Number(store.readSetting('clock.offset') ?? 0)
  }

  /** Unix seconds, as in every Stripe object. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.#offsetSeconds
  }

  /** Unix milliseconds, for the spacing of webhook retries. */
  nowMs(): number {
    return Date.now() + this.#offsetSeconds * 1000
  }

  /** Begins at the given second, also one in the past: for a sandbox in which nothing has happened yet. */
  beginAt(second: number): void {
    if (this.#store.row('SELECT 1 FROM object LIMIT 1'))
      throw new Error('The clock can be set only before the first object.')
    this.#setOffset(second - Math.floor(Date.now() / 1000))
  }

  /** Moves forward so that `now()` is at least the given second; never moves back. */
  moveTo(second: number): void {
    const gap = second - this.now()
    if (gap <= 0) return
    this.#setOffset(this.#offsetSeconds + gap)
  }

  #setOffset(seconds: number): void {
    this.#offsetSeconds = seconds
    this.#store.writeSetting('clock.offset', String(seconds))
  }
}
