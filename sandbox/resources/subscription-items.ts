import type { Sandbox } from '#sandbox/context.ts'
import { resourceMissing } from '#sandbox/errors.ts'
import { mustGet } from '#sandbox/lists.ts'
import type { WireSubscriptionItem } from '#sandbox/objects.ts'
import { type Route, route } from '#sandbox/router.ts'

const URL = '/v1/subscription_items'

/** Items live in their subscription and are changed through it; here they are only read. */
export const subscriptionItemRoutes: readonly Route[] = [
  route(
    'GET',
    URL,
    'subscription_items.list',
    (sandbox, params) => mustGet(sandbox, 'subscription', params.subscription, 'subscription', 'subscription').items,
  ),
  route('GET', `${URL}/:id`, 'subscription_items.retrieve', (sandbox, _params, id) => findItem(sandbox, id)),
]

function findItem(sandbox: Sandbox, id: string): WireSubscriptionItem {
  const holds =
    "EXISTS (SELECT 1 FROM json_each(object.json, '$.items.data') AS item WHERE json_extract(item.value, '$.id') = ?)"
  const [subscription] = sandbox.store.list({ kind: 'subscription', also: [holds, id], limit: 1 }).data
  const item = subscription?.items.data.find((candidate) => candidate.id === id)
  if (item) return item
  throw resourceMissing('subscription_item', id)
}
