import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'

/**
 * The SQL that would turn the database at `url` into what prisma/schema.prisma says; an empty string when they
 * agree. Prisma looks at the schema `public` only; the ledger is compared by its own tests.
 */
export async function diffSchema(url: string): Promise<string> {
  const path = 'prisma/schema.prisma'
  const content = readFileSync(path, 'utf8')
  const pool = new CataloguePool({ connectionString: url })
  const factory = new PrismaPg(pool)
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const connection = await connect()
    const queryRaw = connection.queryRaw.bind(connection)
    connection.queryRaw = async (query) => {
      const result = await queryRaw(query)
      const characters = pool.characterColumns.get(result.rows)
      const columnTypes = result.columnTypes.map((type, index) =>
        characters?.has(index) ? ColumnTypeEnum.Character : type,
      )
      return { ...result, columnTypes }
    }
    return connection
  }
  const adapter = bindMigrationAwareSqlAdapterFactory(factory)
  const engine = await SchemaEngine.new({ datamodels: [[path, content]] }, () => {}, adapter)
  try {
    const answer = await engine.diff({
      from: process.env['FROM_EMPTY']
        ? { tag: 'empty' }
        : { tag: 'schemaDatasource', files: [{ path, content }], configDir: process.cwd() },
      to: { tag: 'schemaDatamodel', files: [{ path, content }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    } as never)
    return (answer.stdout ?? '').trim()
  } finally {
    engine.free()
    await pool.end()
  }
}

const CHAR_OID = 18
const TEXT_OID = 25

/** The adapter cannot read PostgreSQL's internal type "char", which the engine's own catalogue queries return. */
class CataloguePool extends pg.Pool {
  /** For each result's rows, which of its columns were "char". */
  readonly characterColumns = new WeakMap<object, Set<number>>()

  override query = (async (...query: unknown[]) => {
    const result = await Reflect.apply(pg.Pool.prototype.query, this, query)
    const characters = new Set<number>()
    for (const [index, field] of result.fields.entries()) {
      if (field.dataTypeID !== CHAR_OID) continue
      field.dataTypeID = TEXT_OID
      characters.add(index)
    }
    this.characterColumns.set(result.rows, characters)
    return result
  }) as pg.Pool['query']
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.argv[2]
  if (!url) throw new Error('Usage: node --import tsx bin/diff-schema.ts DATABASE_URL')
  process.stdout.write(`${await diffSchema(url)}\n`)
}
