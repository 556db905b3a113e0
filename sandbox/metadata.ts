import { invalidRequest } from './errors.ts'

const KEYS_MAX = 50
const KEY_LENGTH_MAX = 40
const VALUE_LENGTH_MAX = 500

type MetadataInput = Record<string, string | number | null> | '' | null | undefined

/** Applies an update to metadata with Stripe's rules: an empty value removes its key, an empty whole removes all. */
export function mergeMetadata(
  current: Record<string, string>,
  change: MetadataInput,
  param = 'metadata',
): Record<string, string> {
  if (change === undefined) return current
  if (change === '' || change === null) return {}
  const merged = { ...current }
  for (const [key, raw] of Object.entries(change)) {
    const value = raw === null ? '' : String(raw)
    checkEntry(key, value, param)
    if (value === '') delete merged[key]
    else merged[key] = value
  }
  if (Object.keys(merged).length > KEYS_MAX) {
    throw invalidRequest(`Metadata can have up to ${KEYS_MAX} keys.`, { param })
  }
  return merged
}

function checkEntry(key: string, value: string, param: string): void {
  if (key.length > KEY_LENGTH_MAX) {
    throw invalidRequest(`Metadata keys can have up to ${KEY_LENGTH_MAX} characters. Invalid key: ${key}`, { param })
  }
  if (value.length > VALUE_LENGTH_MAX) {
    const message =
      `Metadata values can have up to ${VALUE_LENGTH_MAX} characters, but you passed in a value that is ` +
      `${value.length} characters. Invalid value: ${value}`
    throw invalidRequest(message, { param: `${param}[${key}]` })
  }
}
