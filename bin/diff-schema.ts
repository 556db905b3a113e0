import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'

/**
 * The SQL that would turn the database at `url` into what prisma/schema.prisma says; an empty string when they
 * agree. Prisma looks at the schema `public` only; the ledger is compared by its own tests.
 */
export async function diffSchema(url: string): Promise<string> {
  const path = 'prisma/schema.prisma'
  const content = readFileSync(path, 'utf8')
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }))
  const engine = await SchemaEngine.new({ datamodels: [[path, content]] }, () => {}, adapter)
  try {
    const answer = await engine.diff({
      from: process.env['FROM_EMPTY'] ? { tag: 'empty' } : { tag: 'schemaDatasource', files: [{ path, content }], configDir: process.cwd() },
      to: { tag: 'schemaDatamodel', files: [{ path, content }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    } as never)
    return (answer.stdout ?? '').trim()
  } finally {
    engine.free()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const url = process.argv[2]
  if (!url) throw new Error('Usage: node --import tsx bin/diff-schema.ts DATABASE_URL')
  process.stdout.write(`${await diffSchema(url)}\n`)
}
