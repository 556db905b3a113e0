import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { type Route, route } from '#sandbox/router.ts'

const URL = '/v1/invoice_payments'
const NOUN = 'invoice_payment'

/** What ties an invoice to its PaymentIntent: since 2025 neither of the two names the other. */
export const invoicePaymentRoutes: readonly Route[] = [
  route('GET', URL, 'invoice_payments.list', (sandbox, params) => {
    const query = {
      kind: 'invoice_payment' as const,
      created: createdRange(params.created),
      equals: {
        '$.invoice': params.invoice,
        '$.status': params.status,
        '$.payment.type': params.payment?.type,
        '$.payment.payment_intent': params.payment?.payment_intent,
      },
    }
    return listPage(sandbox, URL, params, query, NOUN)
  }),
  route('GET', `${URL}/:id`, 'invoice_payments.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'invoice_payment', id, NOUN),
  ),
]
