/**
 * The expected failures of the product. Everything that is not an AppError is a programmer's or an operator's
 * problem: the person sees one generic sentence with a reference, and the log has the rest.
 */
export type ErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'not_signed_in'
  | 'forbidden'
  | 'conflict'
  | 'wrong_state'
  | 'segregation_of_duties'
  | 'insufficient_funds'
  | 'aid_group_not_approved'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'file_refused'
  | 'payment_provider'
  | 'unavailable'

const STATUS: Record<ErrorCode, number> = {
  invalid_input: 400,
  not_found: 404,
  not_signed_in: 401,
  forbidden: 403,
  conflict: 409,
  wrong_state: 409,
  segregation_of_duties: 403,
  insufficient_funds: 409,
  aid_group_not_approved: 409,
  idempotency_mismatch: 409,
  rate_limited: 429,
  file_refused: 400,
  payment_provider: 502,
  unavailable: 503,
}

/** Messages for the field each belongs to; the key '' holds what concerns the form as a whole. */
export type FieldErrors = Record<string, string[]>

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly fieldErrors: FieldErrors

  /** `message` is shown to people as it is: plain words, what to do next, no identifiers and no personal data. */
  constructor(code: ErrorCode, message: string, options: { fieldErrors?: FieldErrors; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.fieldErrors = options.fieldErrors ?? {}
  }

  /** The HTTP status a route handler answers with. */
  get status(): number {
    return STATUS[this.code]
  }
}

/** Stops the program's flow where the code itself is wrong; never for what a person or another program may send. */
export function assertInvariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`)
}
