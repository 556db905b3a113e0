import { AppError, type ErrorCode, type FieldErrors } from '#lib/errors.ts'
import type { Finding, Gate } from './types.ts'

/** A gate of the firewall said no; whoever made the request counts it once its transaction is over. */
export class PurposeRefused extends AppError {
  readonly gate: Gate

  constructor(
    gate: Gate,
    code: ErrorCode,
    message: string,
    options: { fieldErrors?: FieldErrors; cause?: unknown } = {},
  ) {
    super(code, message, options)
    this.gate = gate
  }
}

/** The SQLSTATEs of the firewall's gates, which stand behind lib's own checks. */
const GATES: Readonly<Record<string, Gate>> = { CP110: 'prohibited_purpose', CP111: 'dual_use_review' }

type DriverCause = { originalCode?: string; originalMessage?: string }

/** The refusal that an error stands for, from lib's check or from the database's; null for every other error. */
export function explainRefusal(error: unknown): PurposeRefused | null {
  if (error instanceof PurposeRefused) return error
  const cause = driverCause(error)
  const gate = GATES[cause?.originalCode ?? '']
  if (!gate) return null
  const [, found = '', category = ''] = /"(.+)" (?:is|can) .*\((.+)\)/s.exec(cause?.originalMessage ?? '') ?? []
  const sentence = gate === 'prohibited_purpose' ? prohibitedSentence : dualUseSentence
  return new PurposeRefused(gate, 'wrong_state', sentence({ found, category }), { cause: error })
}

type Named = Pick<Finding, 'found' | 'category'>

/** Why a text is refused, with the word that stands in it. */
export function prohibitedSentence({ found, category }: Named): string {
  return `“${found}” is on the list of what is never paid for (${category}). Say it in other words if you mean something else, or take it out.`
}

/** Why a request waits, with the word that stands in it. */
export function dualUseSentence({ found, category }: Named): string {
  return `“${found}” can also serve a war (${category}), so another person than the requester looks at it first.`
}

function driverCause(error: unknown): DriverCause | undefined {
  if (!(error instanceof Error)) return undefined
  const { meta, cause } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } }; cause?: DriverCause }
  return meta?.driverAdapterError?.cause ?? cause
}
