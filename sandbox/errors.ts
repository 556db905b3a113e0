import type Stripe from 'stripe'

export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  charge?: string
  payment_intent?: Stripe.PaymentIntent
  payment_method?: Stripe.PaymentMethod
  doc_url?: string
}

/** An answer in Stripe's error shape. Thrown, it rolls the request back; returned by a handler, it commits first. */
export class ApiError extends Error {
  readonly status: number
  readonly body: ErrorBody

  constructor(status: number, body: ErrorBody) {
    super(body.message)
    this.status = status
    this.body = body.code
      ? { ...body, doc_url: `https://docs.stripe.com/error-codes/${body.code.replaceAll('_', '-')}` }
      : body
  }
}

/** 400 for a request that Stripe would refuse; `param` in bracket form, as `line_items[0][quantity]`. */
export function invalidRequest(message: string, details: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details })
}

/** 404 for an id in the path, 400 for one in a parameter, both with Stripe's sentence. */
export function resourceMissing(noun: string, id: string, param = 'id'): ApiError {
  const body = {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  } as const
  return new ApiError(param === 'id' ? 404 : 400, body)
}
