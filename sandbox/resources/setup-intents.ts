import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { type Route, route } from '#sandbox/router.ts'

const URL = '/v1/setup_intents'
const NOUN = 'setupintent'

export const setupIntentRoutes: readonly Route[] = [
  route('GET', URL, 'setup_intents.list', (sandbox, params) => {
    const equals = { '$.customer': params.customer, '$.payment_method': params.payment_method }
    const query = { kind: 'setup_intent' as const, created: createdRange(params.created), equals }
    return listPage(sandbox, URL, params, query, NOUN)
  }),
  route('GET', `${URL}/:id`, 'setup_intents.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'setup_intent', id, NOUN),
  ),
]
