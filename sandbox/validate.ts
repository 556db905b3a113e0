import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { type ApiError, invalidRequest } from './errors.ts'
import { type FormObject, type FormValue, paramName } from './form.ts'
import type { Operation, RequestParams } from './request-types.ts'
import { SCHEMA_FILE, schemaFingerprint } from './schema-fingerprint.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  minLength?: number
}

type Path = readonly (string | number)[]

let shared: RequestChecker | undefined

/** The one checker of this process; compiling the schemas takes a moment. Throws a sentence when they are missing. */
export function requestChecker(): RequestChecker {
  shared ??= new RequestChecker()
  return shared
}

/** Checks requests against the schemas made from the pinned SDK's types. */
export class RequestChecker {
  readonly #definitions: Record<string, Schema>
  readonly #ajv = new Ajv({ strict: false, validateFormats: false })
  readonly #validators = new Map<Operation, ValidateFunction>()

  constructor() {
    this.#definitions = readDefinitions()
    this.#ajv.addSchema({ $id: 'sdk', definitions: this.#definitions })
  }

  /** The typed parameters of a form, or Stripe's error for the first that is wrong. */
  check<K extends Operation>(operation: K, form: FormObject): RequestParams[K] {
    const schema = this.#definitions['RequestParams']?.properties?.[operation]
    if (!schema) throw new Error(`no schema for ${operation}`)
    const params = this.#coerce(form, schema, [])
    const validate = this.#validators.get(operation) ?? this.#ajv.compile({ $ref: `sdk${schema.$ref ?? ''}` })
    this.#validators.set(operation, validate)
    if (!validate(params)) throw toApiError(validate.errors ?? [], params)
    return params as RequestParams[K]
  }

  #coerce(value: FormValue, schemaOrRef: Schema, path: Path): unknown {
    const schema = this.#resolve(schemaOrRef)
    if (value === '' && path.length > 0) return this.#coerceEmpty(schema, path)
    if (schema.anyOf) return this.#coerceUnion(value, schema.anyOf, path)
    if (typeof value === 'string') return coerceText(value, schema)
    if (schema.type === 'array') return this.#coerceList(value, schema, path)
    if (schema.type !== 'object') return value
    const entries = Object.entries(value).map(([name, child]) => {
      const inner = schema.properties?.[name] ?? schema.additionalProperties
      return [name, typeof inner === 'object' ? this.#coerce(child, inner, [...path, name]) : child]
    })
    return Object.fromEntries(entries)
  }

  #coerceList(value: FormObject, schema: Schema, path: Path): unknown {
    const keys = Object.keys(value)
    if (!keys.every((key) => /^\d+$/.test(key))) return value
    const ordered = keys.toSorted((a, b) => Number(a) - Number(b))
    return ordered.map((key, index) => {
      const item = value[key] ?? ''
      return schema.items ? this.#coerce(item, schema.items, [...path, index]) : item
    })
  }

  #coerceUnion(value: FormValue, branches: Schema[], path: Path): unknown {
    for (const branch of branches) {
      if (branch.const === '') continue
      const coerced = this.#coerce(value, branch, path)
      const types = [this.#resolve(branch).type].flat()
      if (types.includes(jsonType(coerced))) return coerced
    }
    return value
  }

  // Stripe reads an empty value as "unset", which only some parameters allow.
  #coerceEmpty(schema: Schema, path: Path): unknown {
    if (this.#takesEmpty(schema)) return ''
    const name = paramName(path)
    const message =
      `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however ` +
      `'${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`
    throw invalidRequest(message, { code: 'parameter_invalid_empty', param: name })
  }

  #takesEmpty(schemaOrRef: Schema): boolean {
    const schema = this.#resolve(schemaOrRef)
    return (
      schema.const === '' ||
      schema.enum?.includes('') === true ||
      schema.minLength === 0 ||
      schema.anyOf?.some((branch) => this.#takesEmpty(branch)) === true ||
      [schema.type].flat().includes('null')
    )
  }

  #resolve(schema: Schema): Schema {
    if (!schema.$ref) return schema
    const name = decodeURIComponent(schema.$ref.replace('#/definitions/', ''))
    return this.#resolve(this.#definitions[name] ?? {})
  }
}

function readDefinitions(): Record<string, Schema> {
  const remedy = 'Run "node --import tsx sandbox/generate-schemas.ts" first.'
  let file: { fingerprint: string; definitions: Record<string, Schema> }
  try {
    file = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as typeof file
  } catch {
    throw new Error(`The sandbox has no request schemas yet. ${remedy}`)
  }
  if (file.fingerprint !== schemaFingerprint())
    throw new Error(`The sandbox's request schemas are of another version. ${remedy}`)
  return file.definitions
}

function coerceText(value: string, schema: Schema): unknown {
  const types = [schema.type].flat()
  if (types.includes('integer') && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (types.includes('number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return 'integer'
  return value === null ? 'null' : typeof value
}

function toApiError(errors: ErrorObject[], params: unknown): ApiError {
  // Inside a union ajv reports every branch; the one that got furthest into the value is what the caller meant.
  const [error] = errors.toSorted((a, b) => weight(b) - weight(a))
  if (!error) return invalidRequest('Invalid request.')
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const name = paramName(path)
  const given = path.reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], params)
  if (error.keyword === 'additionalProperties') {
    const unknown = paramName([...path, String(error.params['additionalProperty'])])
    return invalidRequest(`Received unknown parameter: ${unknown}`, { code: 'parameter_unknown', param: unknown })
  }
  if (error.keyword === 'required') {
    const missing = paramName([...path, String(error.params['missingProperty'])])
    return invalidRequest(`Missing required param: ${missing}.`, { code: 'parameter_missing', param: missing })
  }
  if (error.keyword === 'enum' || error.keyword === 'const') {
    const allowed = [error.params['allowedValues'] ?? error.params['allowedValue']]
      .flat()
      .filter((value) => value !== '')
    return invalidRequest(`Invalid ${name}: must be one of ${sentence(allowed)}`, { param: name })
  }
  const type = String(error.params['type'] ?? 'value')
  const shown = typeof given === 'object' ? name : String(given)
  if (type === 'integer')
    return invalidRequest(`Invalid integer: ${shown}`, { code: 'parameter_invalid_integer', param: name })
  const noun = type === 'object' ? 'object' : type === 'array' ? 'array' : type
  return invalidRequest(`Invalid ${noun}: ${shown}`, { param: name })
}

function weight(error: ErrorObject): number {
  const ownRank = { anyOf: 0, type: 2, const: 1, enum: 3, required: 4, additionalProperties: 5 }[error.keyword] ?? 1
  const scalar = error.keyword === 'type' && !['object', 'null', 'array'].includes(String(error.params['type'])) ? 1 : 0
  return error.instancePath.split('/').length * 100 + ownRank * 10 + scalar
}

function sentence(values: unknown[]): string {
  if (values.length < 3) return values.join(' or ')
  return `${values.slice(0, -1).join(', ')}, or ${values.at(-1)}`
}
