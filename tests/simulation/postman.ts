import { createHmac } from 'node:crypto'
import { setImmediate as nextTick } from 'node:timers/promises'
import { POST } from '../../app/api/stripe/webhook/route.ts'

/** Where the sandbox believes our endpoint is; no such host exists, the postman stands there. */
export const ENDPOINT = 'http://endpoint.simulation/webhook'
export const SECRET = 'whsec_of_the_simulation'

export type Letter = {
  id: string
  type: string
  /** What the event is about. */
  objectId: string
  body: string
  /** When it happened at Stripe. */
  createdAt: Date
  /** Our endpoint has answered 200 to it. */
  kept: boolean
  /** Nobody will ever bring it: only who asks Stripe hears of it. */
  lost: boolean
}

/**
 * Stands between Stripe and our endpoint: takes every event that the sandbox sends, says that nobody was at home, and
 * brings it when the story says so: late, twice, in another order, or never. What our endpoint kept, the sandbox
 * hears of at its next try, as after an answer that came too late.
 */
export class Postman {
  readonly #letters = new Map<string, Letter>()
  #calls = 0

  /** Every event so far, in the order in which Stripe first sent them. */
  letters(): Letter[] {
    return [...this.#letters.values()]
  }

  /** What can still be brought for the first time. */
  waiting(): Letter[] {
    return this.letters().filter((letter) => !letter.kept && !letter.lost)
  }

  lost(): Letter[] {
    return this.letters().filter((letter) => letter.lost)
  }

  forget(): void {
    this.#letters.clear()
  }

  /** Resolves when the sandbox sends nothing more by itself. */
  async quiet(): Promise<void> {
    for (let calm = 0, before = this.#calls; calm < 4; calm += 1) {
      await nextTick()
      if (before === this.#calls) continue
      before = this.#calls
      calm = 0
    }
  }

  /** Hands a letter to our endpoint's own route, signed at this moment. Answers the HTTP status. */
  async bring(letter: Letter, at: Date, scheme = 'v1'): Promise<number> {
    const seconds = Math.floor(at.getTime() / 1_000)
    const signature = createHmac('sha256', SECRET).update(`${seconds}.${letter.body}`).digest('hex')
    const headers = { 'stripe-signature': `t=${seconds},${scheme}=${signature}` }
    const answer = await POST(new Request(ENDPOINT, { method: 'POST', headers, body: letter.body }))
    if (answer.status === 200) letter.kept = true
    return answer.status
  }

  /** Takes the sandbox's deliveries out of the network. Answers the function that steps aside. */
  stand(): () => void {
    const real = globalThis.fetch
    globalThis.fetch = async (address, init) => {
      if (String(address) !== ENDPOINT) return real(address, init)
      return new Response(null, { status: this.#take(String(init?.body)) })
    }
    return () => {
      globalThis.fetch = real
    }
  }

  #take(body: string): number {
    this.#calls += 1
    type Event = { id: string; type: string; created: number; data: { object: { id?: string } } }
    const { id, type, created, data } = JSON.parse(body) as Event
    const known = this.#letters.get(id)
    if (known) return known.kept ? 200 : 503
    const createdAt = new Date(created * 1_000)
    this.#letters.set(id, { id, type, objectId: data.object.id ?? '', body, createdAt, kept: false, lost: false })
    return 503
  }
}
