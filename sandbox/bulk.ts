import { z } from 'zod'
import { TEST_CARDS } from './cards.ts'
import { buildCharge } from './charge-shape.ts'
import type { Sandbox } from './context.ts'
import { checkChargeAmount, parseCurrency } from './currency.ts'
import { buildIntent } from './resources/payment-intents.ts'
import { emptyAddress } from './stored-cards.ts'
import { addChargeTransaction } from './transactions.ts'

const bulkCharge = z.strictObject({
  /** Minor units. */
  amount: z.number().int().positive(),
  currency: z.string().length(3),
  /** Unix seconds, not in the future. */
  created: z.number().int().positive(),
  metadata: z.record(z.string().max(40), z.string().max(500)).default({}),
  email: z.string().nullable().default(null),
  name: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
})

export const bulkCharges = z.array(bulkCharge).max(100_000)

export interface BulkResult {
  payment_intent: string
  charge: string
  balance_transaction: string
  amount: number
  fee: number
  net: number
  currency: string
  created: number
  available_on: number
}

/** Charges that succeeded in the past, for seeding: no events and no webhooks, all of them or none. */
export function addBulkCharges(sandbox: Sandbox, charges: z.infer<typeof bulkCharges>): BulkResult[] {
  const now = sandbox.clock.now()
  return sandbox.store.transaction(() =>
    charges.map((input, index) => {
      if (input.created > now) throw new Error(`charge ${index}: created is in the future`)
      return addBulkCharge(sandbox, input)
    }),
  )
}

function addBulkCharge(sandbox: Sandbox, input: z.infer<typeof bulkCharge>): BulkResult {
  const currency = parseCurrency(input.currency)
  checkChargeAmount(input.amount, currency)
  const card = TEST_CARDS[0]
  if (!card) throw new Error('there is no test card')
  const intent = buildIntent(sandbox, {
    amount: input.amount,
    currency,
    customer: null,
    description: input.description,
    metadata: input.metadata,
    receiptEmail: input.email,
    created: input.created,
  })
  const billing = { address: emptyAddress(), email: input.email, name: input.name, phone: null, tax_id: null }
  const method = { id: sandbox.ids.next('payment_method'), billing_details: billing }
  const charge = buildCharge(sandbox, intent, card, method, input.created)
  const availableOn = input.created + sandbox.settings.availableDelaySeconds
  const transaction = addChargeTransaction(sandbox, charge, availableOn)
  charge.balance_transaction = transaction.id
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  intent.latest_charge = charge.id
  sandbox.store.put(intent)
  sandbox.store.put(charge)
  return {
    payment_intent: intent.id,
    charge: charge.id,
    balance_transaction: transaction.id,
    amount: transaction.amount,
    fee: transaction.fee,
    net: transaction.net,
    currency: transaction.currency,
    created: transaction.created,
    available_on: transaction.available_on,
  }
}
