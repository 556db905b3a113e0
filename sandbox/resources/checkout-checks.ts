import type Stripe from 'stripe'
import { checkEmail, checkUrl, missing } from '#sandbox/checks.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { refuse } from '#sandbox/refuse.ts'

type SessionParams = Stripe.Checkout.SessionCreateParams

export type CheckoutMode = 'payment' | 'subscription' | 'setup'

const EXPIRES_AFTER_MIN = 30 * 60
export const EXPIRES_AFTER_MAX = 24 * 3600
// A caller that adds exactly half an hour must not lose to the second that passes on the way.
const EXPIRES_AFTER_TOLERANCE = 60

// What belongs to another mode, and what Checkout can put into a subscription but this sandbox cannot.
const FOREIGN: Record<CheckoutMode, readonly (keyof SessionParams)[]> = {
  payment: ['subscription_data', 'setup_intent_data', 'payment_method_collection'],
  subscription: ['payment_intent_data', 'setup_intent_data', 'customer_creation', 'invoice_creation'],
  setup: [
    'invoice_creation',
    'line_items',
    'payment_intent_data',
    'payment_method_collection',
    'submit_type',
    'subscription_data',
  ],
}
const UNKNOWN_SUBSCRIPTION_DATA = [
  'application_fee_percent',
  'billing_cycle_anchor',
  'billing_cycle_anchor_config',
  'default_tax_rates',
  'invoice_settings',
  'on_behalf_of',
  'pending_invoice_item_interval',
  'transfer_data',
  'trial_end',
  'trial_period_days',
  'trial_settings',
] as const

/** The session's mode, after everything that does not belong to it is refused. */
export function checkMode(params: SessionParams): CheckoutMode {
  const mode = (params.mode ?? missing('mode')) as CheckoutMode
  if (params.ui_mode !== undefined && params.ui_mode !== 'hosted_page') {
    throw invalidRequest('This sandbox has only hosted Checkout pages.', { param: 'ui_mode' })
  }
  const foreign = FOREIGN[mode].find((name) => params[name] !== undefined)
  if (foreign !== undefined) {
    throw invalidRequest(`You can not pass \`${foreign}\` in \`${mode}\` mode.`, { param: foreign })
  }
  if (params.subscription_data) refuse(params.subscription_data, UNKNOWN_SUBSCRIPTION_DATA, 'subscription_data')
  return mode
}

export function checkAddresses(params: SessionParams): void {
  if (params.success_url === undefined) missing('success_url')
  checkUrl(params.success_url, 'success_url')
  checkUrl(params.cancel_url, 'cancel_url')
  checkEmail(params.customer_email, 'customer_email')
  checkEmail(params.payment_intent_data?.receipt_email, 'payment_intent_data[receipt_email]')
  if (params.customer && params.customer_email) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.')
  }
  if ((params.client_reference_id?.length ?? 0) > 200) {
    const message = 'Invalid string: client_reference_id must be at most 200 characters'
    throw invalidRequest(message, { param: 'client_reference_id' })
  }
}

export function checkExpiry(expiresAt: number, now: number): void {
  if (expiresAt < now + EXPIRES_AFTER_MIN - EXPIRES_AFTER_TOLERANCE) {
    const message = 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.'
    throw invalidRequest(message, { param: 'expires_at' })
  }
  if (expiresAt > now + EXPIRES_AFTER_MAX + EXPIRES_AFTER_TOLERANCE) {
    const message = 'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.'
    throw invalidRequest(message, { param: 'expires_at' })
  }
}
