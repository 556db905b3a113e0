import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import type { StoredInvoice, StoredSubscription, WireInvoiceLine, WirePrice } from '#sandbox/objects.ts'
import { cycleOf, cycleWords } from './recurring.ts'

interface InvoiceParts {
  reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update'
  /** What was sold once, with the first invoice. */
  extras: { price: WirePrice; quantity: number; metadata: Record<string, string> }[]
  /** The invoice's own period lies before the one its lines are for. */
  period: { start: number; end: number }
  /** Null: nothing finalizes it by itself. */
  finalizesAt: number | null
  autoAdvance: boolean
}

/** A draft with one line for each item of the subscription, at its price of this moment; not stored, no event. */
export function buildInvoice(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  customer: Stripe.Customer,
  parts: InvoiceParts,
): StoredInvoice {
  const id = sandbox.ids.next('invoice')
  const lines = [
    ...subscription.items.data.map((item) =>
      buildLine(sandbox, id, item, {
        period: { start: item.current_period_start, end: item.current_period_end },
        parent: itemParent(subscription.id, item.id),
        subscription: subscription.id,
      }),
    ),
    ...parts.extras.map((extra) => {
      const now = sandbox.clock.now()
      const parent = extraParent(subscription.id, sandbox.ids.next('invoiceitem'))
      return buildLine(sandbox, id, extra, { period: { start: now, end: now }, parent, subscription: subscription.id })
    }),
  ]
  const total = lines.reduce((sum, line) => sum + line.amount, 0)
  return {
    id,
    object: 'invoice',
    ...emptyInvoice(),
    amount_due: total,
    amount_remaining: total,
    auto_advance: parts.autoAdvance,
    automatically_finalizes_at: parts.finalizesAt,
    billing_reason: parts.reason,
    created: sandbox.clock.now(),
    currency: subscription.currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    parent: {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    period_end: parts.period.end,
    period_start: parts.period.start,
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
    _retries: 0,
  }
}

function buildLine(
  sandbox: Sandbox,
  invoice: string,
  sold: { price: WirePrice; quantity?: number; metadata: Record<string, string> },
  about: Pick<WireInvoiceLine, 'period' | 'parent' | 'subscription'>,
): WireInvoiceLine {
  const quantity = sold.quantity ?? 1
  const amount = (sold.price.unit_amount ?? 0) * quantity
  const product = String(sold.price.product)
  return {
    id: sandbox.ids.next('line_item'),
    object: 'line_item',
    amount,
    currency: sold.price.currency,
    description: lineWords(sandbox, sold.price, quantity),
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata: sold.metadata,
    ...about,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: sold.price.id, product },
      type: 'price_details',
      unit_amount_decimal: sold.price.unit_amount_decimal ?? '0',
    },
    quantity,
    quantity_decimal: String(quantity),
    subtotal: amount,
    taxes: [],
  }
}

function lineWords(sandbox: Sandbox, price: WirePrice, quantity: number): string {
  const name = sandbox.store.get('product', String(price.product))?.name ?? 'Product'
  const amount = formatAmount(price.unit_amount ?? 0, price.currency)
  if (!price.recurring) return name
  return `${quantity} × ${name} (at ${amount} ${cycleWords(cycleOf(price)).replace('per ', '/ ')})`
}

function itemParent(subscription: string, item: string): WireInvoiceLine['parent'] {
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: null,
      proration: false,
      proration_details: { credited_items: null },
      subscription,
      subscription_item: item,
    },
    type: 'subscription_item_details',
  }
}

function extraParent(subscription: string, invoiceItem: string): WireInvoiceLine['parent'] {
  return {
    invoice_item_details: {
      invoice_item: invoiceItem,
      proration: false,
      proration_details: { credited_items: null },
      subscription,
    },
    subscription_item_details: null,
    type: 'invoice_item_details',
  }
}

function emptyInvoice() {
  return {
    account_country: 'US',
    account_name: null,
    account_tax_ids: null,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    collection_method: 'charge_automatically' as const,
    custom_fields: null,
    customer_account: null,
    customer_address: null,
    customer_shipping: null,
    customer_tax_exempt: 'none' as const,
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' as const },
    last_finalization_error: null,
    latest_revision: null,
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft' as const,
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    test_clock: null,
    total_discount_amounts: [],
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  }
}
