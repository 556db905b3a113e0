import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredSession, WireLineItem } from '#sandbox/objects.ts'

interface SessionParts {
  customer: Stripe.Customer | null
  expiresAt: number
  lines: WireLineItem[]
  /** Minor units; null where nothing is sold. */
  total: number | null
  currency: string | null
}

/** A new open session; the intent comes with the first attempt to pay, as in Stripe. */
export function buildSession(
  sandbox: Sandbox,
  params: Stripe.Checkout.SessionCreateParams,
  parts: SessionParts,
): StoredSession {
  const id = sandbox.ids.next('checkout.session')
  const email = params.customer_email ?? parts.customer?.email ?? null
  return {
    id,
    object: 'checkout.session',
    ...emptySession(),
    amount_subtotal: parts.total,
    amount_total: parts.total,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: sandbox.clock.now(),
    currency: parts.currency,
    customer: parts.customer?.id ?? null,
    customer_creation: customerCreation(params, parts.customer),
    customer_details: email === null ? null : customerDetails(email, parts.customer?.name ?? null),
    customer_email: params.customer_email ?? null,
    expires_at: parts.expiresAt,
    locale: params.locale ?? null,
    metadata: mergeMetadata({}, params.metadata),
    mode: params.mode ?? 'payment',
    payment_method_collection: params.mode === 'subscription' ? 'always' : 'if_required',
    payment_intent: null,
    payment_status: params.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    total_details: parts.total === null ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${sandbox.publicUrl}/c/pay/${id}`,
    _attempts: 0,
    _business_name: params.branding_settings?.display_name ?? new URL(params.success_url ?? sandbox.publicUrl).host,
    _line_items: parts.lines,
    ...(params.mode === 'subscription' && {
      _subscription_data: {
        ...params.subscription_data,
        metadata: mergeMetadata({}, params.subscription_data?.metadata, 'subscription_data[metadata]'),
      },
    }),
    _payment_intent_data: {
      ...params.payment_intent_data,
      metadata: mergeMetadata({}, params.payment_intent_data?.metadata, 'payment_intent_data[metadata]'),
    },
  }
}

// A subscription always needs a customer to charge again.
function customerCreation(params: Stripe.Checkout.SessionCreateParams, customer: Stripe.Customer | null) {
  if (customer) return null
  return params.mode === 'subscription' ? 'always' : (params.customer_creation ?? 'if_required')
}

export function customerDetails(email: string, name: string | null): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: null,
  }
}

// What a session has whether or not anybody asked: the features of Checkout this sandbox leaves off.
function emptySession() {
  return {
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer_account: null,
    discounts: [],
    integration_identifier: null,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: null,
        metadata: {},
        rendering_options: null,
      },
    },
    livemode: false,
    managed_payments: null,
    origin_context: null,
    payment_link: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' as const } },
    payment_method_types: ['card'],
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    subscription: null,
    wallet_options: null,
  }
}
