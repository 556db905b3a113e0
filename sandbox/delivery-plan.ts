import { z } from 'zod'

const MODES = ['normal', 'duplicate', 'reorder', 'delay', 'drop', 'stale', 'v0'] as const
const DELAY_MAX_MS = 31 * 24 * 3600 * 1000

const rule = z.strictObject({
  mode: z.enum(MODES),
  /** For `delay`: how long each event waits; for `reorder`: how long events are gathered. Of the virtual clock. */
  delayMs: z.number().int().min(0).max(DELAY_MAX_MS).default(1000),
  /** Only events of these types, a star for any ending: `charge.dispute.*`. */
  types: z.array(z.string().min(1)).min(1).optional(),
  /** Only so many events; then the rule is gone. */
  times: z.number().int().positive().optional(),
})

export type DeliveryRule = z.infer<typeof rule>

export const deliveryInput = z.union([rule, z.strictObject({ rules: z.array(rule) })])

/** How events are sent: one mode for all, and rules for some of them that go before it. */
export class DeliveryPlan {
  #base: DeliveryRule = { mode: 'normal', delayMs: 1000 }
  #rules: DeliveryRule[] = []
  /** What a rule decided for an event whose delivery has not been tried yet. */
  readonly #decided = new Map<string, DeliveryRule>()

  /** A mode alone is for every event from now on; with `types` or `times`, or as `rules`, only for those. */
  set(input: z.infer<typeof deliveryInput>): void {
    if ('rules' in input) {
      this.#rules = input.rules.map((one) => ({ ...one }))
    } else if (input.types || input.times) {
      this.#rules.push({ ...input })
    } else {
      this.#base = input
      this.#rules = []
      this.#decided.clear()
    }
  }

  /** For people and tests: the mode for all, and the rules that are left. */
  shown(): DeliveryRule & { rules: readonly DeliveryRule[] } {
    return { ...this.#base, rules: this.#rules }
  }

  /** Whether an event may go before those that all wait. */
  get looksFurther(): boolean {
    return this.#base.mode === 'delay' && this.#rules.length > 0
  }

  get base(): DeliveryRule {
    return this.#base
  }

  /** What a rule says about the first delivery of an event; the same answer however often it is asked. */
  ruleFor(event: { event: string; type: string; attempts: number }): DeliveryRule | undefined {
    if (event.attempts > 0) return undefined
    const earlier = this.#decided.get(event.event)
    if (earlier) return earlier
    const found = this.#rules.find((one) => one.types?.some((type) => matches(type, event.type)) ?? true)
    if (!found) return undefined
    if (found.times !== undefined) {
      found.times -= 1
      if (found.times === 0) this.#rules = this.#rules.filter((one) => one !== found)
    }
    this.#decided.set(event.event, found)
    return found
  }

  /** The event was tried; from now on it is sent like any other. */
  forget(event: string): void {
    this.#decided.delete(event)
  }
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}
