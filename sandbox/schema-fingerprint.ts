import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Stripe from 'stripe'

export const SCHEMA_FILE = new URL('./generated/request-schemas.json', import.meta.url)

const SOURCES = ['./request-types.ts', './generate-schemas.ts']

/** Names the exact inputs of the generated schemas: the SDK's version and our two source files. */
export function schemaFingerprint(): string {
  const hash = createHash('sha256').update(Stripe.PACKAGE_VERSION)
  for (const source of SOURCES) hash.update(readFileSync(new URL(source, import.meta.url)))
  return `stripe-${Stripe.PACKAGE_VERSION}-${hash.digest('hex').slice(0, 16)}`
}
