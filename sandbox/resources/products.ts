import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { type Route, route } from '#sandbox/router.ts'

export const productRoutes: readonly Route[] = [
  route('POST', '/v1/products', 'products.create', (sandbox, params) => {
    const product = addProduct(sandbox, params)
    emit(sandbox, 'product.created', product)
    return product
  }),
  route('GET', '/v1/products', 'products.list', (sandbox, params) =>
    listPage(sandbox, '/v1/products', params, { kind: 'product', created: createdRange(params.created) }, 'product'),
  ),
  route('GET', '/v1/products/:id', 'products.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'product', id, 'product'),
  ),
]

type NewProduct = Pick<Stripe.ProductCreateParams, 'name' | 'description' | 'images' | 'metadata' | 'active' | 'url'>

export function addProduct(sandbox: Sandbox, params: NewProduct): Stripe.Product {
  const now = sandbox.clock.now()
  return sandbox.store.put<Stripe.Product>({
    id: sandbox.ids.next('product'),
    object: 'product',
    active: params.active ?? true,
    created: now,
    default_price: null,
    description: params.description ?? null,
    images: params.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: mergeMetadata({}, params.metadata),
    name: params.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: now,
    url: params.url ?? null,
  })
}
