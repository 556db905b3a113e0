import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { SCHEMA_FILE, schemaFingerprint } from './schema-fingerprint.ts'

type Schema = { [key: string]: unknown }

const ROOT_TYPE = 'RequestParams'
const FRACTIONS = new Set(['amount_percent', 'application_fee_percent', 'height', 'length', 'weight', 'width'])

/**
 * Writes the JSON schemas of every request the sandbox takes, derived from the pinned SDK's own types.
 * Does nothing when the file is already of this SDK version and these sources. Answers whether it wrote.
 */
export async function ensureSchemas(): Promise<boolean> {
  const fingerprint = schemaFingerprint()
  if (readFingerprint() === fingerprint) return false
  const definitions = tighten(await generate())
  mkdirSync(new URL('./', SCHEMA_FILE), { recursive: true })
  const target = fileURLToPath(SCHEMA_FILE)
  const partial = `${target}.${process.pid}`
  writeFileSync(partial, JSON.stringify({ fingerprint, definitions }))
  renameSync(partial, target)
  return true
}

function readFingerprint(): string | undefined {
  try {
    return (JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as { fingerprint?: string }).fingerprint
  } catch {
    return undefined
  }
}

async function generate(): Promise<Record<string, Schema>> {
  // The generator brings its own TypeScript; a program made by another version has other syntax numbers.
  const { createFormatter, createParser, SchemaGenerator, DEFAULT_CONFIG } = await import('ts-json-schema-generator')
  const entry = createRequire(import.meta.url).resolve('ts-json-schema-generator')
  const ts = createRequire(entry)('typescript') as typeof import('typescript')
  const root = fileURLToPath(new URL('./request-types.ts', import.meta.url))
  const options = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const readSource = host.getSourceFile.bind(host)
  host.getSourceFile = (file, version, ...rest) => {
    if (!/\/stripe\/.*\/shared\.d\.ts$/.test(file)) return readSource(file, version, ...rest)
    // The SDK opens its unions for values of later API versions; a request of the pinned version may not use them.
    const text = readFileSync(file, 'utf8').replace(/export type OtherString = .*;/, 'export type OtherString = never;')
    return ts.createSourceFile(file, text, version)
  }
  const program = ts.createProgram([root], options, host)
  const config = {
    ...DEFAULT_CONFIG,
    path: root,
    type: ROOT_TYPE,
    jsDoc: 'none' as const,
    skipTypeCheck: true,
    additionalProperties: false,
  }
  type Program = Parameters<typeof createParser>[0]
  const asProgram = program as unknown as Program
  const generator = new SchemaGenerator(asProgram, createParser(asProgram, config), createFormatter(config), config)
  return generator.createSchema(ROOT_TYPE).definitions as Record<string, Schema>
}

/** TypeScript says `number` where Stripe says integer, and a decimal or a metadata value travels as text. */
function tighten(definitions: Record<string, Schema>): Record<string, Schema> {
  definitions['Decimal'] = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' }
  definitions['MetadataParam'] = { type: 'object', additionalProperties: { type: 'string', minLength: 0 } }
  for (const definition of Object.values(definitions)) visit(definition, '')
  return definitions
}

function visit(node: unknown, name: string): void {
  if (typeof node !== 'object' || node === null) return
  const schema = node as Schema
  if (schema['type'] === 'number' && !FRACTIONS.has(name)) schema['type'] = 'integer'
  for (const [key, child] of Object.entries(schema)) visit(child, key === 'anyOf' || /^\d+$/.test(key) ? name : key)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startedAt = performance.now()
  const wrote = await ensureSchemas()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(wrote ? `sandbox: request schemas generated in ${seconds} s` : 'sandbox: request schemas are current')
}
