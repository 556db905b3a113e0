import { z } from 'zod'

export const faultRules = z.strictObject({
  rules: z.array(
    z.strictObject({
      method: z.enum(['GET', 'POST', 'DELETE']).optional(),
      /** The beginning of the path, as `/v1/checkout/sessions`. */
      path: z.string().default('/v1/'),
      kind: z.enum(['429', '500', '500_after_commit', 'reset_before', 'reset_after_commit', 'slow', 'truncate']),
      times: z.number().int().positive().default(1),
      delayMs: z.number().int().min(0).max(120_000).default(2000),
    }),
  ),
})

export type FaultRule = z.infer<typeof faultRules>['rules'][number]

/** Failures asked for ahead of time; each rule wears out after `times` requests. */
export class Faults {
  #rules: FaultRule[] = []

  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ ...rule }))
  }

  list(): readonly FaultRule[] {
    return this.#rules
  }

  take(method: string, path: string): FaultRule | undefined {
    const rule = this.#rules.find((r) => (r.method === undefined || r.method === method) && path.startsWith(r.path))
    if (!rule) return undefined
    rule.times -= 1
    this.#rules = this.#rules.filter((r) => r.times > 0)
    return { ...rule }
  }
}
