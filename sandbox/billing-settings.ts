import { z } from 'zod'
import type { Sandbox } from './context.ts'

const NAME = 'billing'

export const billingSettings = z.strictObject({
  /** Days after the first failure on which a renewal is tried again. */
  retryDays: z.array(z.number().positive().max(60)).max(8).default([3, 5, 7]),
  /** What becomes of a subscription when the last retry has failed. */
  afterRetries: z.enum(['canceled', 'unpaid', 'past_due']).default('canceled'),
  /** How long a renewal's invoice stays a draft before it is charged; an hour at Stripe. */
  draftSeconds: z
    .number()
    .int()
    .min(0)
    .max(72 * 3600)
    .default(3600),
})

export type BillingSettings = z.infer<typeof billingSettings>

/** What the dashboard's billing settings would say; kept with the data. */
export function readBilling(sandbox: Sandbox): BillingSettings {
  const text = sandbox.store.readSetting(NAME)
  return billingSettings.parse(text === undefined ? {} : JSON.parse(text))
}

export function writeBilling(sandbox: Sandbox, settings: BillingSettings): BillingSettings {
  sandbox.store.writeSetting(NAME, JSON.stringify(settings))
  return settings
}
