import { mustGet } from '#sandbox/lists.ts'
import { type Route, route } from '#sandbox/router.ts'

export const paymentMethodRoutes: readonly Route[] = [
  route('GET', '/v1/payment_methods/:id', 'payment_methods.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'payment_method', id, 'PaymentMethod'),
  ),
]
