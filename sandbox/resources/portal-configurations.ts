import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { type Route, route } from '#sandbox/router.ts'

type Configuration = Stripe.BillingPortal.Configuration
type Features = Stripe.BillingPortal.ConfigurationUpdateParams.Features

const URL = '/v1/billing_portal/configurations'
const NOUN = 'configuration'

export const portalConfigurationRoutes: readonly Route[] = [
  route('POST', URL, 'billing_portal.configurations.create', (sandbox, params) => {
    const configuration = addConfiguration(sandbox, params, false)
    emit(sandbox, 'billing_portal.configuration.created', configuration)
    return configuration
  }),
  route('GET', URL, 'billing_portal.configurations.list', (sandbox, params) => {
    const also: [string, number] | undefined =
      params.is_default === undefined
        ? undefined
        : ["json_extract(json, '$.is_default') = ?", Number(params.is_default)]
    return listPage(sandbox, URL, params, { kind: 'billing_portal.configuration', also }, NOUN)
  }),
  route('GET', `${URL}/:id`, 'billing_portal.configurations.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'billing_portal.configuration', id, NOUN),
  ),
  route('POST', `${URL}/:id`, 'billing_portal.configurations.update', (sandbox, params, id) => {
    const configuration = mustGet(sandbox, 'billing_portal.configuration', id, NOUN)
    if (params.active === false && configuration.is_default) {
      throw invalidRequest('You cannot deactivate the default configuration.', { param: 'active' })
    }
    configuration.active = params.active ?? configuration.active
    configuration.features = readFeatures(params.features ?? {}, configuration.features)
    configuration.metadata = mergeMetadata(configuration.metadata ?? {}, params.metadata)
    configuration.default_return_url =
      params.default_return_url === undefined ? configuration.default_return_url : params.default_return_url || null
    configuration.updated = sandbox.clock.now()
    sandbox.store.put(configuration)
    emit(sandbox, 'billing_portal.configuration.updated', configuration)
    return configuration
  }),
]

/** The configuration a session without one gets; the dashboard would have made it. */
export function defaultConfiguration(sandbox: Sandbox): Configuration {
  const also: [string] = ["json_extract(json, '$.is_default') = 1"]
  const [known] = sandbox.store.list({ kind: 'billing_portal.configuration', also, limit: 1 }).data
  if (known) return known
  const features = { payment_method_update: { enabled: true }, subscription_cancel: { enabled: true } }
  return addConfiguration(sandbox, { features: { ...features, invoice_history: { enabled: true } } }, true)
}

function addConfiguration(
  sandbox: Sandbox,
  params: Stripe.BillingPortal.ConfigurationCreateParams,
  isDefault: boolean,
): Configuration {
  const now = sandbox.clock.now()
  return sandbox.store.put<Configuration>({
    id: sandbox.ids.next('billing_portal.configuration'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: {
      headline: params.business_profile?.headline || null,
      privacy_policy_url: params.business_profile?.privacy_policy_url ?? null,
      terms_of_service_url: params.business_profile?.terms_of_service_url ?? null,
    },
    created: now,
    default_return_url: params.default_return_url || null,
    features: readFeatures(params.features, offFeatures()),
    is_default: isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: mergeMetadata({}, params.metadata),
    name: params.name || null,
    updated: now,
  })
}

// The portal page can change the card and cancel; the rest of Stripe's portal is refused rather than promised.
function readFeatures(wanted: Features, known: Configuration['features']): Configuration['features'] {
  for (const name of ['customer_update', 'subscription_pause', 'subscription_update'] as const) {
    if (!wanted[name]?.enabled) continue
    throw invalidRequest("This sandbox's portal only changes the card and cancels.", { param: `features[${name}]` })
  }
  const { payment_method_update: card, subscription_cancel: cancel, invoice_history: history } = wanted
  return {
    ...known,
    invoice_history: { enabled: history?.enabled ?? known.invoice_history.enabled },
    payment_method_update: {
      ...known.payment_method_update,
      enabled: card?.enabled ?? known.payment_method_update.enabled,
    },
    subscription_cancel: {
      ...known.subscription_cancel,
      enabled: cancel?.enabled ?? known.subscription_cancel.enabled,
      mode: cancel?.mode ?? known.subscription_cancel.mode,
      proration_behavior: cancel?.proration_behavior ?? known.subscription_cancel.proration_behavior,
    },
  }
}

function offFeatures(): Configuration['features'] {
  return {
    customer_update: { allowed_updates: [], enabled: false },
    invoice_history: { enabled: false },
    payment_method_update: { enabled: false, payment_method_configuration: null },
    subscription_cancel: {
      cancellation_reason: { enabled: false, feedback_options: null, options: [] },
      enabled: false,
      mode: 'at_period_end',
      proration_behavior: 'none',
    },
    subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: 'none',
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: 'end_trial',
    },
  }
}
