import { invalidRequest } from './errors.ts'

/** Says no to what Stripe can do and this sandbox cannot, so that nobody believes it was done. */
export function refuse(params: object, names: readonly string[], prefix = ''): void {
  for (const name of names) {
    if ((params as Record<string, unknown>)[name] === undefined) continue
    const param = prefix === '' ? name : `${prefix}[${name}]`
    throw invalidRequest(`This sandbox does not know \`${param}\`.`, { param })
  }
}
