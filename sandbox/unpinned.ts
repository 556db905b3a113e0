import { invalidRequest } from './errors.ts'
import type { FormObject } from './form.ts'
import type { Operation } from './request-types.ts'

// What earlier versions took and the pinned one does not.
const REMOVED: Partial<Record<Operation, readonly string[]>> = {
  'payment_intents.create': ['payment_method_types'],
}

/**
 * A client that names no version speaks that of the account, which may be older: Stripe's own command line does so.
 * Parameters that are gone since then are left out, where they say what happens here anyway.
 */
export function dropRemoved(operation: Operation, form: FormObject): FormObject {
  const gone = REMOVED[operation]?.filter((name) => name in form) ?? []
  if (gone.length === 0) return form
  const types = form['payment_method_types']
  if (typeof types === 'object' && Object.values(types).some((type) => type !== 'card')) {
    throw invalidRequest('The payment method types of this account are: card.', { param: 'payment_method_types' })
  }
  const kept = { ...form }
  for (const name of gone) delete kept[name]
  return kept
}
