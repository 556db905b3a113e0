import { z } from 'zod'
import { billingSettings, readBilling, writeBilling } from './billing-settings.ts'
import { findCard } from './cards.ts'
import type { Action } from './control-parts.ts'
import { mustGet } from './lists.ts'

const cardBehavior = z.strictObject({
  payment_method: z.string(),
  /** A test card's number; null: its own again. */
  behaves_as: z.string().nullable(),
})

export const billingActions: Record<string, Action> = {
  'GET /_sandbox/billing': ({ sandbox }) => readBilling(sandbox),
  'PUT /_sandbox/billing': ({ sandbox }, body) => writeBilling(sandbox, billingSettings.parse(body)),
  // A card that paid yesterday and is declined today keeps its name.
  'PUT /_sandbox/cards': ({ sandbox }, body) => {
    const { payment_method, behaves_as } = cardBehavior.parse(body)
    const method = mustGet(sandbox, 'payment_method', payment_method, 'PaymentMethod')
    const card = findCard(behaves_as ?? '')
    if (behaves_as !== null && !card) throw new Error(`${behaves_as} is not a test card`)
    delete method._behaves_as
    if (card) method._behaves_as = card.number
    return sandbox.store.put(method)
  },
}
