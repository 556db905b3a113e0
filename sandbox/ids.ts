import { createHash, randomUUID } from 'node:crypto'
import type { Store } from './store.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

// Prefix and number of random characters, counted on ids that Stripe gave out.
const SHAPES = {
  'checkout.session': ['cs_test_a1', 56],
  customer: ['cus_', 14],
  product: ['prod_', 14],
  price: ['price_1', 23],
  item: ['li_1', 23],
  payment_intent: ['pi_3', 23],
  payment_method: ['pm_1', 23],
  charge: ['ch_3', 23],
  balance_transaction: ['txn_3', 23],
  event: ['evt_1', 23],
  payout: ['po_1', 23],
  refund: ['re_3', 23],
  dispute: ['dp_1', 23],
  early_fraud_warning: ['issfr_1', 23],
  setup_intent: ['seti_1', 23],
  subscription: ['sub_1', 23],
  subscription_item: ['si_', 14],
  invoice: ['in_1', 23],
  line_item: ['il_1', 23],
  invoiceitem: ['ii_1', 23],
  invoice_payment: ['inpay_1', 23],
  'billing_portal.session': ['bps_1', 23],
  'billing_portal.configuration': ['bpc_1', 23],
  secret: ['', 25],
} as const

export type IdKind = keyof typeof SHAPES

/** Hands out ids shaped like Stripe's, repeatable for a seed; the position survives a restart. */
export class Ids {
  readonly #seed: string
  #counter: number

  constructor(store: Store, seed: string | undefined) {
    this.#seed = store.readSetting('ids.seed') ?? seed ?? randomUUID()
    store.writeSetting('ids.seed', this.#seed)
    this.#counter = Number(store.readSetting('ids.counter') ?? 0)
    store.beforeCommit(() => store.writeSetting('ids.counter', String(this.#counter)))
  }

  next(kind: IdKind): string {
    this.#counter += 1
    const [prefix, length] = SHAPES[kind]
    return prefix + this.#characters(`${this.#seed}:${this.#counter}`, length)
  }

  #characters(input: string, length: number): string {
    const bytes = createHash('sha512').update(input).digest()
    let text = ''
    for (let position = 0; position < length; position += 1) text += ALPHABET[(bytes[position] ?? 0) % 62]
    return text
  }
}
